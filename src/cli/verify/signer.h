/* Whose signatures are met in one run of `mynakey verify`: each certificate is looked at once,
 * however many files it has signed. */
#ifndef MN_CLI_SIGNER_H
#define MN_CLI_SIGNER_H

#include <stdbool.h>
#include <time.h>

#include "cli/verify/authority_certificate.h"
#include "cli/verify/ca_trust.h"
#include "cli/verify/problem.h"
#include "cli/verify/statement.h"
#include "crypto/signed_data.h"

struct mn_signer {
    struct mn_bytes certificate;
    unsigned ordinal; /* from 1, in the order in which they were met */
    char fingerprint[MN_FINGERPRINT_TEXT_ROOM];
    time_t valid_from, valid_until; /* of its CAs too, where there are some */

    /* As the certificate says, fit for a terminal; NULL or 0: it does not. */
    char *name, *address;
    unsigned birth_year;

    /* A certificate that its own key has signed: only validity data vouch for it. */
    bool self_signed;
    const struct mn_statement *statement; /* NULL: none is about it */

    /* Any other: a CA vouches for it. */
    struct mn_ca_finding ca;

    /* What is not right whenever it was that something was signed with it. Whether the certificate
     * was valid then is another matter. */
    struct mn_problem problem;
};

/* What they are held against, borrowed, and who they are. Zeroed but for the first three. */
struct mn_signers {
    const struct mn_statement *statements;
    size_t statement_count;
    struct mn_ca_trust *ca_trust;
    struct mn_signer **at;
    size_t len;
};

/* The signer with this certificate (DER), which signed_data has in it; what else is in it may lead
 * up to a CA. MN_E_BAD_CERTIFICATE, MN_E_MEMORY, MN_E_CRYPTO: then *out is NULL. The signer lives
 * until mn_signers_release. libcrypto is open. */
mn_rc mn_signers_find(struct mn_signers *signers, struct mn_span certificate,
                      const struct mn_signed_data *signed_data, const struct mn_signer **out);
void mn_signers_release(struct mn_signers *signers);

/* Was the certificate valid at that time? */
bool mn_signer_is_valid_at(const struct mn_signer *signer, time_t at);

#endif
