#include "crypto/public_key.h"

#include <limits.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"

/* What PKCS #1 v1.5 puts around the content at least (RFC 8017, 9.2). */
#define PKCS1_OVERHEAD 11

/* The RSA key in exactly these bytes, or NULL. */
static EVP_PKEY *read_key(OSSL_LIB_CTX *lib, struct mn_span der)
{
    const unsigned char *at = der.ptr;
    EVP_PKEY *key = NULL;

    if (der.len > 0 && der.len <= LONG_MAX)
        key = d2i_PUBKEY_ex(NULL, &at, (long)der.len, lib, NULL);
    if (key && at == der.ptr + der.len && EVP_PKEY_is_a(key, "RSA"))
        return key;
    mn_log_error("not an RSA public key");
    EVP_PKEY_free(key);
    return NULL;
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
    mn_rc rc = MN_E_CRYPTO;
    size_t size;

    if (!lib)
        goto out;
    key = read_key(lib, public_key_info);
    if (!key)
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

/* Verifies a signature whose length fits, of a value whose length fits. */
static mn_rc verify_pss(OSSL_LIB_CTX *lib, EVP_PKEY *key, enum mn_hash hash, int salt_len,
                        struct mn_span value, struct mn_span signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(lib, key, NULL);
    EVP_MD *md = EVP_MD_fetch(lib, mn_hash_name(hash), NULL);
    mn_rc rc = MN_E_CRYPTO;

    if (!ctx || !md || EVP_PKEY_verify_init(ctx) <= 0 ||
        EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) <= 0 ||
        EVP_PKEY_CTX_set_signature_md(ctx, md) <= 0 || EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) <= 0 ||
        EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt_len) <= 0)
        goto out;
    rc = EVP_PKEY_verify(ctx, signature.ptr, signature.len, value.ptr, value.len) == 1
             ? MN_OK
             : MN_E_BAD_SIGNATURE;
out:
    EVP_MD_free(md);
    EVP_PKEY_CTX_free(ctx);
    return rc;
}

mn_rc mn_public_key_verify_pss(struct mn_span public_key_info, enum mn_hash hash, size_t salt_len,
                               struct mn_span value, struct mn_span signature)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *key = NULL;
    mn_rc rc = MN_E_CRYPTO;
    size_t size;

    if (!lib)
        goto out;
    key = read_key(lib, public_key_info);
    if (!key)
        goto out;
    size = (size_t)EVP_PKEY_get_size(key);
    if (value.len != mn_hash_len(hash))
        rc = MN_E_DATA_LENGTH;
    else if (signature.len != size)
        rc = MN_E_SIGNATURE_LENGTH;
    else if (salt_len > size) /* also keeps it from being read as a negative number */
        rc = MN_E_BAD_SIGNATURE;
    else
        rc = verify_pss(lib, key, hash, (int)salt_len, value, signature);
out:
    EVP_PKEY_free(key);
    mn_crypto_leave();
    return rc;
}
