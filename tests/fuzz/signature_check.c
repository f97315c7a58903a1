#include "signature_check.h"

#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    CK_MECHANISM_TYPE digest, pkcs1, pss, ecdsa;
    CK_RSA_PKCS_MGF_TYPE mgf;
    const char *name;
} hashes[] = {
    {CKM_SHA_1, CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKM_ECDSA_SHA1, CKG_MGF1_SHA1, "SHA1"},
    {CKM_SHA224, CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS, CKM_ECDSA_SHA224, CKG_MGF1_SHA224,
     "SHA224"},
    {CKM_SHA256, CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS, CKM_ECDSA_SHA256, CKG_MGF1_SHA256,
     "SHA256"},
    {CKM_SHA384, CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS, CKM_ECDSA_SHA384, CKG_MGF1_SHA384,
     "SHA384"},
    {CKM_SHA512, CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS, CKM_ECDSA_SHA512, CKG_MGF1_SHA512,
     "SHA512"},
};

#define HASHES (sizeof hashes / sizeof hashes[0])

/* The hash that a mechanism names itself; NULL where it does not. */
static const EVP_MD *named_hash(CK_MECHANISM_TYPE type)
{
    for (size_t i = 0; i < HASHES; i++)
        if (type == hashes[i].digest || type == hashes[i].pkcs1 || type == hashes[i].pss ||
            type == hashes[i].ecdsa)
            return EVP_get_digestbyname(hashes[i].name);
    return NULL;
}

static const EVP_MD *mgf_hash(CK_RSA_PKCS_MGF_TYPE mgf)
{
    for (size_t i = 0; i < HASHES; i++)
        if (mgf == hashes[i].mgf)
            return EVP_get_digestbyname(hashes[i].name);
    return NULL;
}

static bool is_pss(CK_MECHANISM_TYPE type)
{
    for (size_t i = 0; i < HASHES; i++)
        if (type == hashes[i].pss)
            return true;
    return type == CKM_RSA_PKCS_PSS;
}

static bool set_rsa(EVP_PKEY_CTX *context, const CK_MECHANISM *mechanism, const EVP_MD *hash)
{
    const CK_RSA_PKCS_PSS_PARAMS *pss = mechanism->pParameter;
    if (!is_pss(mechanism->mechanism))
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
               (!hash || EVP_PKEY_CTX_set_signature_md(context, hash) > 0);
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_signature_md(context, named_hash(pss->hashAlg)) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, mgf_hash(pss->mgf)) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, (int)pss->sLen) > 0;
}

/* The module gives r and s, OpenSSL wants them in DER. */
static int make_der(struct mn_span raw, unsigned char **der)
{
    ECDSA_SIG *signature = ECDSA_SIG_new();
    int half = (int)raw.len / 2, len = -1;
    BIGNUM *r = BN_bin2bn(raw.ptr, half, NULL), *s = BN_bin2bn(raw.ptr + half, half, NULL);
    if (signature && r && s && ECDSA_SIG_set0(signature, r, s) == 1)
        len = i2d_ECDSA_SIG(signature, der);
    ECDSA_SIG_free(signature);
    return len;
}

static bool check(EVP_PKEY_CTX *context, bool ec, struct mn_span data, struct mn_span signature)
{
    unsigned char *der = NULL;
    if (!ec)
        return EVP_PKEY_verify(context, signature.ptr, signature.len, data.ptr, data.len) == 1;
    int len = make_der(signature, &der);
    bool good = len > 0 && EVP_PKEY_verify(context, der, (size_t)len, data.ptr, data.len) == 1;
    OPENSSL_free(der);
    return good;
}

bool signature_is_right(EVP_PKEY *key, const CK_MECHANISM *mechanism, struct mn_span data,
                        struct mn_span signature)
{
    uint8_t value[EVP_MAX_MD_SIZE];
    unsigned value_len = 0;
    bool ec = EVP_PKEY_is_a(key, "EC");
    const EVP_MD *hash = named_hash(mechanism->mechanism);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    bool good = context && EVP_PKEY_verify_init(context) > 0;
    if (good && hash) {
        good = EVP_Digest(data.ptr, data.len, value, &value_len, hash, NULL) == 1;
        data = mn_span(value, value_len);
    }
    good = good && (ec || set_rsa(context, mechanism, hash)) && check(context, ec, data, signature);
    EVP_PKEY_CTX_free(context);
    return good;
}

bool digest_is_right(CK_MECHANISM_TYPE type, struct mn_span data, struct mn_span digest)
{
    uint8_t value[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    return EVP_Digest(data.ptr, data.len, value, &len, named_hash(type), NULL) == 1 &&
           len == digest.len && memcmp(value, digest.ptr, len) == 0;
}
