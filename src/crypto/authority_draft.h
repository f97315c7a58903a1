/* The certificate of a validity authority: self-signed, good for statements about others' validity
 * (OCSP responses, RFC 6960, 4.2.2.2) and for lists of revocations, and for nothing else. */
#ifndef MN_CRYPTO_AUTHORITY_DRAFT_H
#define MN_CRYPTO_AUTHORITY_DRAFT_H

#include <time.h>

#include "base/bytes.h"
#include "crypto/cms.h"

/* What is to stand in it; borrowed. */
struct mn_authority_draft {
    const char *name;               /* commonName, UTF-8, 1 to 64 characters */
    struct mn_span public_key_info; /* DER, of its key */
    time_t not_before, not_after;
};

/* The certificate in DER, as *out, which the caller frees: a random serial of 127 bits; critical
 * basicConstraints (no CA) and keyUsage (digitalSignature, cRLSign); extendedKeyUsage OCSPSigning;
 * id-pkix-ocsp-nocheck; key identifiers. key signs it, wherever it lives (its certificate and
 * issuers are not looked at); the signature is checked. MN_E_ARGUMENT for a name that is empty, too
 * long or not UTF-8 without control characters, or dates that are not in order; MN_E_KEY_KIND,
 * MN_E_BAD_SIGNATURE, the callback's codes, MN_E_CRYPTO, MN_E_MEMORY: then *out is as it was. */
mn_rc mn_authority_draft_issue(const struct mn_authority_draft *draft,
                               const struct mn_cms_signer *key, struct mn_bytes *out);

#endif
