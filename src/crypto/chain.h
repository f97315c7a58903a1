/* Which certificate vouches for which. */
#ifndef MN_CRYPTO_CHAIN_H
#define MN_CRYPTO_CHAIN_H

#include <time.h>

#include "base/bytes.h"
#include "crypto/certificates.h"
#include "crypto/parsed_certificate.h"

#define MN_FINGERPRINT_BYTES 32

/* The SHA-256 of the whole certificate. MN_E_CRYPTO. */
mn_rc mn_chain_fingerprint(struct mn_span certificate, uint8_t out[MN_FINGERPRINT_BYTES]);

/* Does issuer vouch for certificate? By the names, by the issuer's right to sign certificates
 * (basicConstraints, keyUsage), by the key identifiers where both have them, and by the signature:
 * JPKI's generations of CAs share one name. Dates are not looked at. MN_E_UNTRUSTED when it does
 * not; MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_chain_check_issued(struct mn_span certificate, struct mn_span issuer);

/* The same of two that are parsed already. */
mn_rc mn_chain_check_issued_parsed(const struct mn_parsed_certificate *certificate,
                                   const struct mn_parsed_certificate *issuer);

/* Does certificate lead, through others where that needs to be, to one of anchors, each of them
 * valid at the time (UTC)? What the certificates may be used for is not looked at, nor whether they
 * were revoked. others may come from anybody. MN_E_UNTRUSTED, MN_E_EXPIRED when all but the dates
 * was right; MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_chain_check(struct mn_span certificate, const struct mn_certificates *others,
                     const struct mn_certificates *anchors, time_t at);

/* The same of one that is parsed already, as its count anchors are. */
mn_rc mn_chain_check_parsed(const struct mn_parsed_certificate *certificate,
                            const struct mn_certificates *others,
                            const struct mn_parsed_certificate *const *anchors, size_t count,
                            time_t at);

/* Sorts out what a CA sent back: moves from *pile to *certificate the first one whose public key is
 * this, and to *issuers, in order, what leads up from it as far as it goes; what is left in *pile
 * belongs to neither. MN_E_NO_CERTIFICATE when there is none for the key; MN_E_MEMORY,
 * MN_E_CRYPTO. */
mn_rc mn_chain_sort(struct mn_certificates *pile, struct mn_span public_key_info,
                    struct mn_bytes *certificate, struct mn_certificates *issuers);

#endif
