/* What requests are judged by, as the options of a subverb say. */
#ifndef MN_CLI_AUTHORITY_APPROVAL_RULES_H
#define MN_CLI_AUTHORITY_APPROVAL_RULES_H

#include "authority/examination.h"
#include "cli/authority/approval.h"
#include "cli/authority/office.h"

/* A zeroed struct is empty. */
struct mn_approval_rules {
    struct mn_certificates anchors;
    struct mn_bytes crl;
    struct mn_examiner *examiner;
    time_t authority_until; /* the authority's own certificate ends then */
};

/* Gives an enum mn_exit, and has told why it is not MN_EXIT_OK. The caller releases in every case,
 * and keeps rules where they are meanwhile. */
int mn_approval_rules_open(struct mn_approval_rules *rules, const struct mn_approval *approval,
                           const struct mn_office *office);
void mn_approval_rules_release(struct mn_approval_rules *rules);

#endif
