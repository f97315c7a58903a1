/* The certificate of a software certificate: X.509 v3 (RFC 5280), signed with its own key. That it
 * is its owner's is said by the card's signature on it (cms.h), not by its own. */
#ifndef MN_CRYPTO_DRAFT_H
#define MN_CRYPTO_DRAFT_H

#include <time.h>

#include "base/bytes.h"
#include "crypto/private_key.h"

/* What is to stand in it. Strings are UTF-8 and borrowed; NULL or 0 leaves the field out.
 *
 * Everything of a person stands in the subject, in UTF8String:
 *   commonName     the name. X.509 allows 64 characters (ub-common-name); of a longer name it has
 *                  the first 64, and the attribute name (2.5.4.41) has all of it.
 *   streetAddress  the address as it is on the card, which is not divided there into locality and
 *                  street. X.520 allows 128 characters (ub-street-address): a longer one continues
 *                  in further streetAddress attributes, to be read one after the other.
 *   description    "birth year 1985". There is no attribute for a year alone: the dateOfBirth of
 *                  RFC 3739 wants the whole date, which is nobody's business. */
struct mn_draft {
    const char *name; /* not NULL, nor empty */
    const char *address;
    unsigned birth_year;
    const char *mail;     /* ASCII; as rfc822Name in subjectAltName */
    const char *ocsp_url; /* ASCII; where its validity can be asked: authorityInfoAccess */
    time_t not_before, not_after;
};

#define MN_DRAFT_NAME_MAX    256 /* characters */
#define MN_DRAFT_ADDRESS_MAX 512

/* The certificate for key in DER, as *out, which the caller frees: a random serial of 128 bits;
 * keyUsage digitalSignature, nonRepudiation and keyEncipherment (RSA) or keyAgreement (EC);
 * extendedKeyUsage emailProtection, clientAuth and document signing (RFC 9336); no CA; key
 * identifiers of subject and authority. Signed with SHA-256, with SHA-384 on P-384, with SHA-512 on
 * P-521. MN_E_ARGUMENT for a field that is too long, not UTF-8 or not ASCII, or dates that
 * are not in order; MN_E_CRYPTO, MN_E_MEMORY: then *out is as it was. */
mn_rc mn_draft_issue(const struct mn_draft *draft, const struct mn_private_key *key,
                     struct mn_bytes *out);

#endif
