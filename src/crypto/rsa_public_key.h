/* RSA public keys that come as two numbers, or in a file, and the signatures that such keys of the
 * card and its issuer make: PKCS #1 v1.5 with SHA-256. */
#ifndef MN_CRYPTO_RSA_PUBLIC_KEY_H
#define MN_CRYPTO_RSA_PUBLIC_KEY_H

#include "base/bytes.h"

/* The DER SubjectPublicKeyInfo of the key with these numbers, big-endian, replacing *out.
 * MN_E_KEY_KIND for a modulus that has not 2048 to 4096 bits or is even, or an exponent that is
 * even, 1 or longer than 4 bytes; MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_rsa_public_key_make(struct mn_span modulus, struct mn_span exponent, struct mn_bytes *out);

/* The same of a public key in a file, PEM ("PUBLIC KEY") or DER. MN_E_FORMAT when it is none,
 * MN_E_KEY_KIND when it is no RSA key of these sizes. */
mn_rc mn_rsa_public_key_read(struct mn_span file, struct mn_bytes *out);

#define MN_SIGNED_PARTS_MAX 3

/* Does the key's signature fit the parts? Each is hashed for itself, and the hashes are together in
 * one DigestInfo; with one part that is RSASSA-PKCS1-v1_5 as everybody knows it. count is 1 to
 * MN_SIGNED_PARTS_MAX. MN_E_BAD_SIGNATURE; also where the signature has another length than the
 * key. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_rsa_public_key_verify(struct mn_span public_key_info, const struct mn_span *parts,
                               size_t count, struct mn_span signature);

#endif
