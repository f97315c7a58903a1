/* What is about to be put into the certificate, shown to its owner before it is made. */
#ifndef MN_CLI_ISSUE_REVIEW_H
#define MN_CLI_ISSUE_REVIEW_H

#include <time.h>

#include "cli/issue/issue_options.h"
#include "crypto/jpki_holder.h"

struct mn_issue_review {
    const struct mn_issue_options *options;
    const struct mn_jpki_holder *holder;
    int birth_year; /* 0: not put in */
    time_t not_before, not_after;
    time_t card_not_after;
    bool published_root; /* the card's CA is in the published list */
};

/* Prints it on standard output. */
void mn_issue_review_print(const struct mn_issue_review *review);

#endif
