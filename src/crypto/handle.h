/* Keys and certificates as OpenSSL holds them, for the files of this room only. All of it is called
 * between mn_crypto_enter and mn_crypto_leave. */
#ifndef MN_CRYPTO_HANDLE_H
#define MN_CRYPTO_HANDLE_H

#include <openssl/cms.h>

#include "base/bytes.h"
#include "crypto/parsed_certificate.h"
#include "crypto/private_key.h"

/* OpenSSL's key in a private key of ours; it stays the key's. */
EVP_PKEY *mn_private_key_handle(const struct mn_private_key *key);

/* Makes *handle, which must have its private half and belong to lib, a key of ours; it is taken
 * over, and NULL afterwards, on success only. MN_E_KEY_KIND when it is not one of those that
 * enum mn_key_kind names, MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_private_key_adopt(OSSL_LIB_CTX *lib, EVP_PKEY **handle, struct mn_private_key **out);

/* What kind of key is it? The curve counts. */
enum mn_key_kind mn_handle_kind(const EVP_PKEY *handle);

/* The length of r and of s in bytes, for a key of the kind MN_KEY_EC. */
size_t mn_handle_order_len(const EVP_PKEY *handle);

/* Sets a context that was begun to a scheme, padding included. False when OpenSSL refuses. */
bool mn_handle_set_pkcs1(EVP_PKEY_CTX *ctx, enum mn_hash hash);
bool mn_handle_set_pss(EVP_PKEY_CTX *ctx, const struct mn_pss *pss);
bool mn_handle_set_oaep(EVP_PKEY_CTX *ctx, const struct mn_oaep *oaep);

/* Is there room in a modulus of modulus_bits for a hash and a salt (RFC 8017, 9.1.1, step 3)? */
bool mn_handle_pss_fits(unsigned modulus_bits, const struct mn_pss *pss);

/* The public key of a DER SubjectPublicKeyInfo with nothing behind it, or NULL. */
EVP_PKEY *mn_handle_read_public(OSSL_LIB_CTX *lib, struct mn_span public_key_info);

/* The certificate in exactly these bytes, or NULL. */
X509 *mn_handle_read_certificate(OSSL_LIB_CTX *lib, struct mn_span der);

/* OpenSSL's certificate in a parsed one of ours; it stays the parsed one's. */
X509 *mn_parsed_certificate_handle(const struct mn_parsed_certificate *parsed);

/* The CMS message in exactly these bytes, or NULL. */
CMS_ContentInfo *mn_handle_read_cms(OSSL_LIB_CTX *lib, struct mn_span der);

/* r and s side by side as an ECDSA-Sig-Value (RFC 3279, 2.2.3) in *der, which the caller frees with
 * OPENSSL_free; its length, or a negative number. */
int mn_handle_encode_pair(struct mn_span signature, unsigned char **der);

/* Takes what an i2d function made: it is copied to *to, and freed. MN_E_CRYPTO when there is
 * nothing, MN_E_MEMORY. */
mn_rc mn_handle_keep(struct mn_bytes *to, unsigned char *der, int len);

#endif
