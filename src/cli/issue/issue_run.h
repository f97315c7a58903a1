/* The issuing itself: from the card to the files. */
#ifndef MN_CLI_ISSUE_RUN_H
#define MN_CLI_ISSUE_RUN_H

#include "cli/issue/issue_options.h"

/* Issues a certificate as the options say. Gives an enum mn_exit, and has told on standard error
 * why it is not MN_EXIT_OK; then there is no new file. At most one VERIFY reaches the card. */
int mn_issue_run(const struct mn_issue_options *options);

#endif
