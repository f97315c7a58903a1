/* What stands in a certificate that mn_draft_issue made (draft.h): who it is about, and what was
 * chosen for it, so that the next one can be like it. */
#ifndef MN_CRYPTO_ISSUED_H
#define MN_CRYPTO_ISSUED_H

#include <stdbool.h>

#include "base/bytes.h"
#include "crypto/parsed_certificate.h"

/* Strings are UTF-8 without control characters. */
struct mn_issued {
    char *name;          /* all of it; NULL where the subject has none */
    char *address;       /* its parts put together; NULL: none */
    unsigned birth_year; /* 0: none */
    char *mail;          /* the first address in subjectAltName; NULL: none */
    char *ocsp_url;      /* of authorityInfoAccess; NULL: none */

    /* It says no more about its owner than mn_draft_issue writes, and in the same way: subject and
     * issuer are one and the same, of these fields only, each once; no name but mail addresses
     * stands beside them; and it is no CA. Whoever vouches for name and address vouches for
     * nothing else then. */
    bool plain;
};

/* Reads a DER certificate; any can be read, also one of others. MN_E_BAD_CERTIFICATE, MN_E_CRYPTO,
 * MN_E_MEMORY: then *out is empty. */
mn_rc mn_issued_read(struct mn_span certificate, struct mn_issued *out);

/* The same of one that is parsed already. */
mn_rc mn_issued_read_parsed(const struct mn_parsed_certificate *parsed, struct mn_issued *out);

void mn_issued_release(struct mn_issued *issued);

/* Is the certificate signed with the key that stands in it (DER)? That proves that whoever made it
 * had the key. MN_E_BAD_SIGNATURE when not; MN_E_BAD_CERTIFICATE, MN_E_CRYPTO. */
mn_rc mn_issued_check_possession(struct mn_span certificate);
mn_rc mn_issued_check_possession_parsed(const struct mn_parsed_certificate *parsed);

#endif
