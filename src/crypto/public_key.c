#include "crypto/public_key.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"

/* What PKCS #1 v1.5 puts around the content at least (RFC 8017, 7.2.1 and 9.2). */
#define PKCS1_OVERHEAD 11

/* Reads the key in these bytes, which must be of the kind. */
static mn_rc read_key(OSSL_LIB_CTX *lib, struct mn_span der, enum mn_key_kind kind, EVP_PKEY **out)
{
    EVP_PKEY *key = lib ? mn_handle_read_public(lib, der) : NULL;

    if (!key)
        return MN_E_CRYPTO;
    if (mn_handle_kind(key) != kind) {
        mn_log_error("a public key of another kind");
        EVP_PKEY_free(key);
        return MN_E_KEY_KIND;
    }
    *out = key;
    return MN_OK;
}

/* What has to be inside a signature of this content (RFC 8017, 9.2): 00 01 FF ... FF 00 content. */
static void encode(struct mn_span content, uint8_t *out, size_t size)
{
    size_t head = size - content.len;

    memset(out, 0xFF, head);
    out[0] = 0x00;
    out[1] = 0x01;
    out[head - 1] = 0x00;
    if (content.len > 0)
        memcpy(out + head, content.ptr, content.len);
}

/* Opens the signature, whose length fits, and compares what was in it with what has to be. Nothing
 * is parsed, as RFC 8017, 8.2.2, has it: so no padding but the right one can pass. */
static mn_rc open_and_compare(OSSL_LIB_CTX *lib, EVP_PKEY *key, struct mn_span content,
                              struct mn_span signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(lib, key, NULL);
    size_t size = signature.len, len = size;
    uint8_t *wanted = OPENSSL_malloc(size);
    uint8_t *inside = OPENSSL_malloc(size);
    mn_rc rc = MN_E_CRYPTO;

    if (!ctx || !wanted || !inside || EVP_PKEY_verify_recover_init(ctx) <= 0 ||
        EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) <= 0)
        goto out;
    rc = MN_E_BAD_SIGNATURE;
    encode(content, wanted, size);
    if (EVP_PKEY_verify_recover(ctx, inside, &len, signature.ptr, size) > 0 &&
        mn_span_equal(mn_span(inside, len), mn_span(wanted, size)))
        rc = MN_OK;
out:
    OPENSSL_free(inside);
    OPENSSL_free(wanted);
    EVP_PKEY_CTX_free(ctx);
    return rc;
}

mn_rc mn_public_key_verify_pkcs1(struct mn_span public_key_info, struct mn_span content,
                                 struct mn_span signature)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *key = NULL;
    size_t size;
    mn_rc rc = read_key(lib, public_key_info, MN_KEY_RSA, &key);

    if (rc != MN_OK)
        goto out;
    size = (size_t)EVP_PKEY_get_size(key);
    if (size < PKCS1_OVERHEAD || content.len > size - PKCS1_OVERHEAD)
        rc = MN_E_DATA_LENGTH;
    else if (signature.len != size)
        rc = MN_E_SIGNATURE_LENGTH;
    else
        rc = open_and_compare(lib, key, content, signature);
out:
    EVP_PKEY_free(key);
    mn_crypto_leave();
    return rc;
}

/* Verifies a signature whose length fits; pss is NULL for ECDSA, whose signature is in DER. */
static mn_rc verify(OSSL_LIB_CTX *lib, EVP_PKEY *key, const struct mn_pss *pss,
                    struct mn_span value, struct mn_span signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(lib, key, NULL);
    mn_rc rc = MN_E_CRYPTO;

    if (ctx && EVP_PKEY_verify_init(ctx) > 0 && (!pss || mn_handle_set_pss(ctx, pss)))
        rc = EVP_PKEY_verify(ctx, signature.ptr, signature.len, value.ptr, value.len) == 1
                 ? MN_OK
                 : MN_E_BAD_SIGNATURE;
    EVP_PKEY_CTX_free(ctx);
    return rc;
}

mn_rc mn_public_key_verify_pss(struct mn_span public_key_info, const struct mn_pss *pss,
                               struct mn_span value, struct mn_span signature)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *key = NULL;
    mn_rc rc = read_key(lib, public_key_info, MN_KEY_RSA, &key);

    if (rc != MN_OK)
        goto out;
    if (value.len != mn_hash_len(pss->hash))
        rc = MN_E_DATA_LENGTH;
    else if (signature.len != (size_t)EVP_PKEY_get_size(key))
        rc = MN_E_SIGNATURE_LENGTH;
    else if (!mn_handle_pss_fits((unsigned)EVP_PKEY_get_bits(key), pss))
        rc = MN_E_BAD_SIGNATURE; /* also keeps the length from being read as a negative number */
    else
        rc = verify(lib, key, pss, value, signature);
out:
    EVP_PKEY_free(key);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_public_key_verify_ecdsa(struct mn_span public_key_info, struct mn_span value,
                                 struct mn_span signature)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *key = NULL;
    unsigned char *der = NULL;
    int len;
    mn_rc rc = read_key(lib, public_key_info, MN_KEY_EC, &key);

    if (rc != MN_OK)
        goto out;
    if (value.len == 0 || value.len > MN_HASH_MAX)
        rc = MN_E_DATA_LENGTH;
    else if (signature.len != 2 * mn_handle_order_len(key))
        rc = MN_E_SIGNATURE_LENGTH;
    else {
        len = mn_handle_encode_pair(signature, &der);
        rc = len > 0 ? verify(lib, key, NULL, value, mn_span(der, (size_t)len)) : MN_E_CRYPTO;
    }
out:
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    mn_crypto_leave();
    return rc;
}

/* Encrypts what is known to fit; oaep is NULL for PKCS #1 v1.5. */
static mn_rc encrypt_with(OSSL_LIB_CTX *lib, EVP_PKEY *key, const struct mn_oaep *oaep,
                          struct mn_span plaintext, struct mn_bytes *out)
{
    static const uint8_t nothing[1];
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(lib, key, NULL);
    uint8_t made[MN_SIGNATURE_MAX];
    size_t len = sizeof made;
    mn_rc rc = MN_E_CRYPTO;

    if (ctx && EVP_PKEY_encrypt_init(ctx) > 0 &&
        (oaep ? mn_handle_set_oaep(ctx, oaep)
              : EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0) &&
        EVP_PKEY_encrypt(ctx, made, &len, plaintext.len > 0 ? plaintext.ptr : nothing,
                         plaintext.len) > 0)
        rc = mn_bytes_set(out, mn_span(made, len));
    EVP_PKEY_CTX_free(ctx);
    return rc;
}

static mn_rc encrypt(struct mn_span public_key_info, const struct mn_oaep *oaep,
                     struct mn_span plaintext, struct mn_bytes *out)
{
    size_t overhead = oaep ? 2 * mn_hash_len(oaep->hash) + 2 : PKCS1_OVERHEAD;
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *key = NULL;
    size_t size;
    mn_rc rc = read_key(lib, public_key_info, MN_KEY_RSA, &key);

    if (rc != MN_OK)
        goto out;
    mn_crypto_draws();
    size = (size_t)EVP_PKEY_get_size(key);
    if (size < overhead || plaintext.len > size - overhead)
        rc = MN_E_DATA_LENGTH;
    else
        rc = encrypt_with(lib, key, oaep, plaintext, out);
out:
    EVP_PKEY_free(key);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_public_key_encrypt_pkcs1(struct mn_span public_key_info, struct mn_span plaintext,
                                  struct mn_bytes *out)
{
    return encrypt(public_key_info, NULL, plaintext, out);
}

mn_rc mn_public_key_encrypt_oaep(struct mn_span public_key_info, const struct mn_oaep *oaep,
                                 struct mn_span plaintext, struct mn_bytes *out)
{
    return encrypt(public_key_info, oaep, plaintext, out);
}
