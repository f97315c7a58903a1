#include "crypto/handle.h"

#include <limits.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"

/* One row a curve that is used here, by OpenSSL's name for it. */
static const struct curve {
    const char *name;
    size_t order_len;
} curves[] = {{"prime256v1", 32}, {"secp384r1", 48}, {"secp521r1", 66}};

static const struct curve *curve_of(const EVP_PKEY *handle)
{
    char name[32];

    if (!EVP_PKEY_get_utf8_string_param(handle, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name,
                                        NULL))
        return NULL;
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        if (strcmp(curves[i].name, name) == 0)
            return &curves[i];
    return NULL;
}

enum mn_key_kind mn_handle_kind(const EVP_PKEY *handle)
{
    if (EVP_PKEY_is_a(handle, "RSA"))
        return MN_KEY_RSA;
    return EVP_PKEY_is_a(handle, "EC") && curve_of(handle) ? MN_KEY_EC : MN_KEY_NONE;
}

size_t mn_handle_order_len(const EVP_PKEY *handle)
{
    const struct curve *curve = curve_of(handle);

    return curve ? curve->order_len : 0;
}

/* OpenSSL takes names as strings that it does not change. */
static OSSL_PARAM text(const char *key, const char *value)
{
    union {
        const char *given;
        char *taken;
    } s = {value};

    return OSSL_PARAM_construct_utf8_string(key, s.taken, 0);
}

bool mn_handle_set_pkcs1(EVP_PKEY_CTX *ctx, enum mn_hash hash)
{
    OSSL_PARAM params[] = {
        text(OSSL_SIGNATURE_PARAM_PAD_MODE, OSSL_PKEY_RSA_PAD_MODE_PKCSV15),
        text(OSSL_SIGNATURE_PARAM_DIGEST, mn_hash_name(hash)),
        OSSL_PARAM_construct_end(),
    };

    return EVP_PKEY_CTX_set_params(ctx, params) > 0;
}

bool mn_handle_set_pss(EVP_PKEY_CTX *ctx, const struct mn_pss *pss)
{
    int salt_len = (int)pss->salt_len;
    OSSL_PARAM params[] = {
        text(OSSL_SIGNATURE_PARAM_PAD_MODE, OSSL_PKEY_RSA_PAD_MODE_PSS),
        text(OSSL_SIGNATURE_PARAM_DIGEST, mn_hash_name(pss->hash)),
        text(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, mn_hash_name(pss->mgf_hash)),
        OSSL_PARAM_construct_int(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, &salt_len),
        OSSL_PARAM_construct_end(),
    };

    return EVP_PKEY_CTX_set_params(ctx, params) > 0;
}

/* These are there without a context, and setting them up makes no exit handler. */
static const EVP_MD *method_of(enum mn_hash hash)
{
    switch (hash) {
    case MN_SHA1:
        return EVP_sha1();
    case MN_SHA224:
        return EVP_sha224();
    case MN_SHA256:
        return EVP_sha256();
    case MN_SHA384:
        return EVP_sha384();
    case MN_SHA512:
        return EVP_sha512();
    }
    return NULL;
}

/* The context owns its label. */
static bool set_label(EVP_PKEY_CTX *ctx, struct mn_span label)
{
    void *copy;

    if (label.len == 0)
        return true;
    if (label.len > INT_MAX)
        return false;
    copy = OPENSSL_memdup(label.ptr, label.len);
    if (copy && EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, copy, (int)label.len) > 0)
        return true;
    OPENSSL_free(copy);
    return false;
}

/* One by one, not as parameters: where the program has made an engine of OpenSSL the default for
 * RSA, as its command does with -engine, that has our keys too, and takes nothing else. */
bool mn_handle_set_oaep(EVP_PKEY_CTX *ctx, const struct mn_oaep *oaep)
{
    const EVP_MD *hash = method_of(oaep->hash), *mgf_hash = method_of(oaep->mgf_hash);

    return hash && mgf_hash && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(ctx, hash) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, mgf_hash) > 0 && set_label(ctx, oaep->label);
}

bool mn_handle_pss_fits(unsigned modulus_bits, const struct mn_pss *pss)
{
    size_t encoded = (modulus_bits + 6) / 8, around = mn_hash_len(pss->hash) + 2;

    return encoded >= around && pss->salt_len <= encoded - around;
}

EVP_PKEY *mn_handle_read_public(OSSL_LIB_CTX *lib, struct mn_span public_key_info)
{
    const unsigned char *at = public_key_info.ptr;
    EVP_PKEY *key = NULL;

    if (public_key_info.len > 0 && public_key_info.len <= LONG_MAX)
        key = d2i_PUBKEY_ex(NULL, &at, (long)public_key_info.len, lib, NULL);
    if (key && at == public_key_info.ptr + public_key_info.len)
        return key;
    mn_log_error("not a public key");
    EVP_PKEY_free(key);
    return NULL;
}

X509 *mn_handle_read_certificate(OSSL_LIB_CTX *lib, struct mn_span der)
{
    const unsigned char *at = der.ptr;
    X509 *x = X509_new_ex(lib, NULL);

    if (x && der.len > 0 && der.len <= LONG_MAX && d2i_X509(&x, &at, (long)der.len) &&
        at == der.ptr + der.len)
        return x;
    X509_free(x);
    return NULL;
}

CMS_ContentInfo *mn_handle_read_cms(OSSL_LIB_CTX *lib, struct mn_span der)
{
    const unsigned char *at = der.ptr;
    CMS_ContentInfo *message = CMS_ContentInfo_new_ex(lib, NULL);

    if (message && der.len > 0 && der.len <= LONG_MAX &&
        d2i_CMS_ContentInfo(&message, &at, (long)der.len) && at == der.ptr + der.len)
        return message;
    CMS_ContentInfo_free(message);
    return NULL;
}

int mn_handle_encode_pair(struct mn_span signature, unsigned char **der)
{
    int half = (int)(signature.len / 2), len = -1;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature.ptr, half, NULL);
    BIGNUM *s = BN_bin2bn(signature.ptr + half, half, NULL);

    if (pair && r && s && ECDSA_SIG_set0(pair, r, s)) {
        r = NULL;
        s = NULL;
        len = i2d_ECDSA_SIG(pair, der);
    }
    BN_free(s);
    BN_free(r);
    ECDSA_SIG_free(pair);
    return len;
}

mn_rc mn_handle_keep(struct mn_bytes *to, unsigned char *der, int len)
{
    mn_rc rc = len > 0 ? mn_bytes_set(to, mn_span(der, (size_t)len)) : MN_E_CRYPTO;

    OPENSSL_free(der);
    return rc;
}
