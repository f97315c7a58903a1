/* A private key in software, which signs and decrypts.
 *
 * Immutable once made, and counted: any number of threads may use one key at the same time, with no
 * lock of ours or of theirs. All keys have to be freed before mn_crypto_close. */
#ifndef MN_CRYPTO_PRIVATE_KEY_H
#define MN_CRYPTO_PRIVATE_KEY_H

#include "base/bytes.h"
#include "crypto/digest.h"
#include "crypto/key_kind.h"
#include "crypto/rsa_scheme.h"

/* What can be generated. */
enum mn_key_choice {
    MN_CHOICE_RSA_2048,
    MN_CHOICE_RSA_3072,
    MN_CHOICE_RSA_4096,
    MN_CHOICE_P256,
    MN_CHOICE_P384,
};

/* No signature or decryption is longer: RSA with 16384 bits, the most that OpenSSL takes. */
#define MN_SIGNATURE_MAX 2048

/* Opaque. */
struct mn_private_key;

/* A new key, with one reference. RSA takes seconds on a slow machine. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_private_key_generate(enum mn_key_choice choice, struct mn_private_key **out);

/* One more reference to the same key; each is given back with mn_private_key_free. Thread-safe. */
struct mn_private_key *mn_private_key_retain(struct mn_private_key *key);

/* Gives a reference back and sets *key to NULL; the last one wipes and frees the key. Harmless when
 * it is NULL already. Thread-safe. */
void mn_private_key_free(struct mn_private_key **key);

enum mn_key_kind mn_private_key_kind(const struct mn_private_key *key);

/* The size of the modulus, or of the curve: 2048, 256, 521. */
unsigned mn_private_key_bits(const struct mn_private_key *key);

/* The length in bytes of every signature that the key makes: the modulus', or twice the order's. */
size_t mn_private_key_signature_len(const struct mn_private_key *key);

/* The DER SubjectPublicKeyInfo (RFC 5280, 4.1) of its public half; lives as long as the key. */
struct mn_span mn_private_key_public_info(const struct mn_private_key *key);

/* Signing. out has room for *len bytes; *len becomes the signature's length, also with
 * MN_E_TOO_SMALL. MN_E_KEY_KIND when the key is not of the kind, MN_E_DATA_LENGTH, MN_E_CRYPTO,
 * MN_E_MEMORY.
 *
 * RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.1) with the padded content given as is (a DigestInfo, as a
 * rule): up to the modulus' length less 11 bytes. */
mn_rc mn_private_key_sign_pkcs1(const struct mn_private_key *key, struct mn_span content,
                                uint8_t *out, size_t *len);

/* RSASSA-PSS (RFC 8017, 8.1.1) of a value of mn_hash_len(pss->hash) bytes. MN_E_DATA_LENGTH also
 * when hash and salt have no room in the modulus. */
mn_rc mn_private_key_sign_pss(const struct mn_private_key *key, const struct mn_pss *pss,
                              struct mn_span value, uint8_t *out, size_t *len);

/* ECDSA of a hash value of 1 to 64 bytes (the leftmost bits count where it is longer than the
 * order); the signature is r and s, each as long as the order, as PKCS#11 2.40, 2.3.1, has it. */
mn_rc mn_private_key_sign_ecdsa(const struct mn_private_key *key, struct mn_span value,
                                uint8_t *out, size_t *len);

/* Decrypting. *out is the caller's to free (it is wiped then). MN_E_KEY_KIND,
 * MN_E_CIPHERTEXT_LENGTH when it is not as long as the modulus, MN_E_BAD_CIPHERTEXT, MN_E_CRYPTO,
 * MN_E_MEMORY: then *out is as it was.
 *
 * RSAES-PKCS1-v1_5 (RFC 8017, 7.2.2). Whoever learns whether the padding was right can decrypt with
 * the key (Bleichenbacher's attack). With OpenSSL 3.2 and later wrong padding therefore gives
 * MN_OK and other bytes, always the same for the same ciphertext, which nobody can tell from a
 * message: the caller has to check the message itself. Before 3.2 it is MN_E_BAD_CIPHERTEXT, after
 * the same time whatever was wrong; the caller must not pass that on to strangers. */
mn_rc mn_private_key_decrypt_pkcs1(const struct mn_private_key *key, struct mn_span ciphertext,
                                   struct mn_bytes *out);

/* RSAES-OAEP (RFC 8017, 7.1.2). */
mn_rc mn_private_key_decrypt_oaep(const struct mn_private_key *key, const struct mn_oaep *oaep,
                                  struct mn_span ciphertext, struct mn_bytes *out);

#endif
