/* `mynakey verify`, its words understood. */
#ifndef MN_CLI_VERIFY_RUN_H
#define MN_CLI_VERIFY_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/verify/web_address.h"

#define MN_VERIFY_SOURCES_MAX 64

/* Borrowed; NULL, 0 and empty are what was not said. */
struct mn_verify_options {
    char *const *words; /* files and signatures */
    size_t word_count;
    uint64_t numbers[MN_VERIFY_SOURCES_MAX]; /* to ask the site for */
    size_t number_count;
    char site[MN_WEB_ADDRESS_ROOM];
    const char *statements[MN_VERIFY_SOURCES_MAX]; /* .ors files that were named */
    size_t statement_count;
    const char *authority, *anchor, *list, *stamp_anchor;
    unsigned seconds;
    bool json;
};

/* An enum mn_exit. */
int mn_verify_run(struct mn_verify_options *options);

#endif
