/* What `mynakey check` says. */
#ifndef MN_CLI_CHECK_WORDS_H
#define MN_CLI_CHECK_WORDS_H

#include <stdio.h>

#include "cli/owner/certificate_check.h"

/* For people: never more than was checked, and where the rest can be. */
void mn_check_print(FILE *out, const struct mn_chosen *chosen,
                    const struct mn_certificate_check *check, bool colour);

/* For programs. False for want of memory. */
bool mn_check_print_json(FILE *out, const struct mn_chosen *chosen,
                         const struct mn_certificate_check *check);

#endif
