/* Verification with a public key, in software. */
#ifndef MN_CRYPTO_PUBLIC_KEY_H
#define MN_CRYPTO_PUBLIC_KEY_H

#include "base/bytes.h"
#include "crypto/digest.h"

/* RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2) with the padded content given as is: digest_info is compared
 * with what the signature holds, as CKM_RSA_PKCS asks. public_key_info is a DER
 * SubjectPublicKeyInfo of an RSA key. MN_E_BAD_SIGNATURE, MN_E_SIGNATURE_LENGTH,
 * MN_E_DATA_LENGTH (longer than the modulus less 11), MN_E_CRYPTO. */
mn_rc mn_public_key_verify_pkcs1(struct mn_span public_key_info, struct mn_span content,
                                 struct mn_span signature);

/* RSASSA-PSS (RFC 8017, 8.1.2) of a hash value: hash, MGF1 with the same hash, salt of salt_len
 * bytes exactly. MN_E_DATA_LENGTH when value has not mn_hash_len bytes; else as above. */
mn_rc mn_public_key_verify_pss(struct mn_span public_key_info, enum mn_hash hash, size_t salt_len,
                               struct mn_span value, struct mn_span signature);

#endif
