/* Validity data for one run of `mynakey verify`: got once, judged once, however many signatures
 * they speak of. */
#ifndef MN_CLI_STATEMENT_H
#define MN_CLI_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "cli/verify/authority_certificate.h"
#include "cli/verify/fetch.h"
#include "cli/verify/problem.h"
#include "cli/verify/web_address.h"
#include "crypto/validity_data.h"

/* What all statements of a run have in common; borrowed while they are got. */
struct mn_statement_world {
    const struct mn_authority_certificate *authority; /* of --authority; NULL: who is trusted */
    const char *site;                                 /* in its one spelling; NULL: none */
    struct mn_fetcher *fetcher;                       /* NULL where site is */
    unsigned seconds;
    time_t now;
};

struct mn_statement {
    char from[MN_WEB_ADDRESS_ROOM + 64]; /* its address or path, fit for a terminal */
    bool fetched;
    struct mn_bytes der;
    bool authentic; /* an authority that is trusted has signed it: says is what it says */
    struct mn_validity says;
    struct mn_authority_certificate authority; /* who signed it, if authentic */
    char trusted_site[MN_WEB_ADDRESS_ROOM];    /* where that one was trusted; "" : --authority */
    bool not_remembered;                       /* an older answer will not be noticed later */
    struct mn_problem problem;
};

/* Asks the world's site for the statement of this number, or reads the one in a file. Whatever goes
 * wrong is the statement's problem. The caller ends with mn_statement_release. libcrypto is open.
 */
void mn_statement_fetch(const struct mn_statement_world *world, uint64_t number,
                        struct mn_statement *out);
void mn_statement_read(const struct mn_statement_world *world, const char *path,
                       struct mn_statement *out);
void mn_statement_release(struct mn_statement *statement);

/* Is it authentic, and about this certificate (DER)? */
bool mn_statement_is_about(const struct mn_statement *statement, struct mn_span certificate);

#endif
