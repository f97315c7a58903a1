/* Requests examined, shown, and registered: what `review`, `approve` and `reissue` have in common.
 */
#ifndef MN_CLI_AUTHORITY_APPROVAL_H
#define MN_CLI_AUTHORITY_APPROVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/verify/web_address.h"

enum mn_approval_kind { MN_APPROVAL_REVIEW, MN_APPROVAL_APPROVE, MN_APPROVAL_REISSUE };

/* What was asked for; NULL, 0 or empty is what was not. */
struct mn_approval {
    enum mn_approval_kind kind;
    const char *folder, *anchor, *crl, *answer;
    char site[MN_WEB_ADDRESS_ROOM]; /* to be the authority's from now on */
    int years;
    int64_t replaces; /* of a reissue */
    bool yes, json;
};

/* Examines what the files have in them, and registers what is good, as the options say. Gives an
 * enum mn_exit, and has told on standard error why it is not MN_EXIT_OK. */
int mn_approval_run(const struct mn_approval *approval, char *const *files, int count);

#endif
