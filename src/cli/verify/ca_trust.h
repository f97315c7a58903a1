/* Certificates that a CA has issued: the CAs of JPKI are known by their published fingerprints,
 * others only where the user names them; and whether the CA has withdrawn one, where the user has
 * its list. JPKI gives its lists to registered verifiers only (docs/law.md). */
#ifndef MN_CLI_CA_TRUST_H
#define MN_CLI_CA_TRUST_H

#include <stdbool.h>
#include <time.h>

#include "cli/verify/authority_certificate.h"
#include "cli/verify/problem.h"
#include "crypto/certificates.h"
#include "crypto/revocation_list.h"

/* A zeroed struct trusts nothing yet. */
struct mn_ca_trust {
    struct mn_certificates named;     /* of --anchor */
    struct mn_certificates published; /* met in the files, with a published fingerprint */
    struct mn_bytes list_file;        /* of --crl; empty: none was given */
    struct mn_revocation_list *list;  /* read, once its issuer was met */
    time_t now;
};

/* What a CA says of a certificate. */
struct mn_ca_finding {
    bool trusted;
    bool published; /* the CA is one of JPKI's published ones; else the user named it */
    char name[256]; /* the CA's, fit for a terminal */
    char fingerprint[MN_FINGERPRINT_TEXT_ROOM];
    time_t valid_from, valid_until; /* when all certificates up to the CA's were valid */

    bool list_asked;              /* a list that speaks of it was asked: the rest is what it says */
    time_t list_from, list_until; /* list_until 0: it does not say */
    struct mn_revocation_finding list_says;
};

/* Reads what --anchor and --crl named; either may be NULL. An enum mn_exit: standard error has been
 * told why it is not MN_EXIT_OK. */
int mn_ca_trust_read(struct mn_ca_trust *trust, const char *anchor_file, const char *list_file);
void mn_ca_trust_release(struct mn_ca_trust *trust);

/* Does certificate (DER) come from a CA that is trusted, and does the list say anything of it?
 * others lay beside it, put there by anybody. Whether now is in the time that all are valid is not
 * judged. What is not right becomes *problem. libcrypto is open. */
void mn_ca_trust_check(struct mn_ca_trust *trust, struct mn_span certificate,
                       const struct mn_certificates *others, struct mn_ca_finding *out,
                       struct mn_problem *problem);

#endif
