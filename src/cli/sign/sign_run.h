/* `mynakey sign`, once its options are read. */
#ifndef MN_CLI_SIGN_RUN_H
#define MN_CLI_SIGN_RUN_H

#include <stdbool.h>
#include <stddef.h>

struct mn_sign_options {
    char **files; /* as they were named; one "-" alone: standard input */
    size_t count;
    const char *with, *passphrase_file, *pin_file, *reader, *trust_anchor; /* signing_key.h */
    const char *output;    /* of one file; NULL: beside each */
    const char *stamp_url; /* of a time stamp authority; NULL: none is asked */
    bool recursive, force, add, yes;
};

/* Gives an enum mn_exit. */
int mn_sign_run(const struct mn_sign_options *options);

#endif
