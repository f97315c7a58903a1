/* EC public keys that come as a curve and a point. */
#ifndef MN_CRYPTO_EC_PUBLIC_KEY_H
#define MN_CRYPTO_EC_PUBLIC_KEY_H

#include "base/bytes.h"

/* The DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) of the key with these, replacing *out. params is
 * the curve's object identifier in DER (CKA_EC_PARAMS); point an ECPoint in an OCTET STRING, as
 * PKCS#11 has it (CKA_EC_POINT), or bare, as some tokens do. MN_E_KEY_KIND for a curve that is none
 * of those of enum mn_key_kind, MN_E_FORMAT for a point that is not on the curve; MN_E_CRYPTO,
 * MN_E_MEMORY. */
mn_rc mn_ec_public_key_make(struct mn_span params, struct mn_span point, struct mn_bytes *out);

#endif
