/* Verification and encryption with a public key, in software.
 *
 * public_key_info is everywhere a DER SubjectPublicKeyInfo with nothing behind it; what cannot be
 * read as one is MN_E_CRYPTO, and one of another kind than the function is for is MN_E_KEY_KIND. */
#ifndef MN_CRYPTO_PUBLIC_KEY_H
#define MN_CRYPTO_PUBLIC_KEY_H

#include "base/bytes.h"
#include "crypto/digest.h"
#include "crypto/rsa_scheme.h"

/* RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2) with the padded content given as is: content is compared with
 * what the signature holds, as CKM_RSA_PKCS asks. MN_E_BAD_SIGNATURE, MN_E_SIGNATURE_LENGTH,
 * MN_E_DATA_LENGTH (longer than the modulus less 11), MN_E_KEY_KIND, MN_E_CRYPTO. */
mn_rc mn_public_key_verify_pkcs1(struct mn_span public_key_info, struct mn_span content,
                                 struct mn_span signature);

/* RSASSA-PSS (RFC 8017, 8.1.2) of a hash value, with a salt of pss->salt_len bytes exactly.
 * MN_E_DATA_LENGTH when value has not mn_hash_len(pss->hash) bytes; else as above. */
mn_rc mn_public_key_verify_pss(struct mn_span public_key_info, const struct mn_pss *pss,
                               struct mn_span value, struct mn_span signature);

/* ECDSA of a hash value of 1 to 64 bytes, on P-256, P-384 or P-521; the signature is r and s, each
 * as long as the order (PKCS#11 2.40, 2.3.1). MN_E_DATA_LENGTH when the value is empty or longer;
 * else as above. */
mn_rc mn_public_key_verify_ecdsa(struct mn_span public_key_info, struct mn_span value,
                                 struct mn_span signature);

/* Encryption: *out is as long as the modulus and the caller's to free. MN_E_DATA_LENGTH when the
 * plaintext is longer than the padding leaves room for, MN_E_KEY_KIND, MN_E_CRYPTO, MN_E_MEMORY:
 * then *out is as it was.
 *
 * RSAES-PKCS1-v1_5 (RFC 8017, 7.2.1): up to the modulus less 11 bytes. */
mn_rc mn_public_key_encrypt_pkcs1(struct mn_span public_key_info, struct mn_span plaintext,
                                  struct mn_bytes *out);

/* RSAES-OAEP (RFC 8017, 7.1.1): up to the modulus less twice the hash less 2 bytes. */
mn_rc mn_public_key_encrypt_oaep(struct mn_span public_key_info, const struct mn_oaep *oaep,
                                 struct mn_span plaintext, struct mn_bytes *out);

#endif
