#include "crypto/signature_suite.h"

#include <limits.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "crypto/handle.h"
#include "crypto/private_key.h"

/* One row a size of key. */
static const struct mn_signature_suite suites[] = {
    {MN_KEY_RSA, 0, MN_SHA256, NID_sha256WithRSAEncryption},
    {MN_KEY_EC, 32, MN_SHA256, NID_ecdsa_with_SHA256},
    {MN_KEY_EC, 48, MN_SHA384, NID_ecdsa_with_SHA384},
    {MN_KEY_EC, 66, MN_SHA512, NID_ecdsa_with_SHA512},
};

const struct mn_signature_suite *mn_signature_suite_of(const X509 *x)
{
    const EVP_PKEY *key = X509_get0_pubkey(x);
    enum mn_key_kind kind = key ? mn_handle_kind(key) : MN_KEY_NONE;
    size_t order_len = kind == MN_KEY_EC ? mn_handle_order_len(key) : 0;

    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
        if (suites[i].kind == kind && suites[i].order_len == order_len)
            return &suites[i];
    return NULL;
}

/* RFC 4055, 5: NULL beside RSA; RFC 5758, 3.2: nothing beside ECDSA. */
static int parameters_of(const struct mn_signature_suite *suite)
{
    return suite->kind == MN_KEY_RSA ? V_ASN1_NULL : V_ASN1_UNDEF;
}

bool mn_signature_suite_write(const struct mn_signature_suite *suite, X509_ALGOR *to)
{
    return X509_ALGOR_set0(to, OBJ_nid2obj(suite->nid), parameters_of(suite), NULL);
}

bool mn_signature_suite_is(const struct mn_signature_suite *suite, const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *name = NULL;
    int parameters = V_ASN1_UNDEF;

    X509_ALGOR_get0(&name, &parameters, NULL, algorithm);
    return OBJ_obj2nid(name) == suite->nid && parameters == parameters_of(suite);
}

/* Without the flag, which says how many bits of the last byte are unused, OpenSSL leaves out bits
 * of 0 at the end. */
mn_rc mn_signature_suite_put(ASN1_BIT_STRING *to, struct mn_span signature)
{
    if (signature.len > INT_MAX || !ASN1_STRING_set(to, signature.ptr, (int)signature.len))
        return MN_E_MEMORY;
    to->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07L);
    to->flags |= ASN1_STRING_FLAG_BITS_LEFT;
    return MN_OK;
}

struct mn_span mn_signature_suite_get(const ASN1_BIT_STRING *from)
{
    if (from->flags & 0x07)
        return mn_span(NULL, 0);
    return mn_span(ASN1_STRING_get0_data(from), (size_t)ASN1_STRING_length(from));
}

/* r and s side by side as an ECDSA-Sig-Value. */
static mn_rc encode_pair(const struct mn_signature_suite *suite, struct mn_span pair,
                         struct mn_bytes *out)
{
    unsigned char *der = NULL;
    int len;

    if (pair.len != 2 * suite->order_len)
        return MN_E_BAD_SIGNATURE;
    len = mn_handle_encode_pair(pair, &der);
    return mn_handle_keep(out, der, len);
}

mn_rc mn_signature_suite_sign(OSSL_LIB_CTX *lib, const struct mn_signature_suite *suite, X509 *x,
                              const struct mn_cms_signer *signer, struct mn_span content,
                              struct mn_bytes *out)
{
    uint8_t value[MN_HASH_MAX], digest_info[MN_DIGEST_INFO_MAX], signature[MN_SIGNATURE_MAX];
    struct mn_span asked = mn_span(value, mn_hash_len(suite->hash));
    struct mn_bytes made = {0};
    size_t len = sizeof digest_info;
    mn_rc rc = mn_digest_of(suite->hash, content, value);

    if (rc != MN_OK)
        return rc;
    if (suite->kind == MN_KEY_RSA) {
        mn_digest_info(suite->hash, value, digest_info, &len);
        asked = mn_span(digest_info, len);
    }
    len = sizeof signature;
    rc = signer->sign(signer->self, asked, signature, &len);
    if (rc == MN_OK)
        rc = suite->kind == MN_KEY_EC ? encode_pair(suite, mn_span(signature, len), &made)
                                      : mn_bytes_set(&made, mn_span(signature, len));
    if (rc == MN_OK)
        rc = mn_signature_suite_verify(lib, suite, x, content, mn_bytes_span(&made));
    if (rc == MN_OK)
        mn_bytes_move(out, &made);
    mn_bytes_free(&made);
    return rc;
}

mn_rc mn_signature_suite_verify(OSSL_LIB_CTX *lib, const struct mn_signature_suite *suite, X509 *x,
                                struct mn_span content, struct mn_span signature)
{
    EVP_PKEY *key = X509_get0_pubkey(x);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    mn_rc rc = MN_E_CRYPTO;

    if (ctx && key &&
        EVP_DigestVerifyInit_ex(ctx, NULL, mn_hash_name(suite->hash), lib, NULL, key, NULL) == 1)
        rc = EVP_DigestVerify(ctx, signature.ptr, signature.len, content.ptr, content.len) == 1
                 ? MN_OK
                 : MN_E_BAD_SIGNATURE;
    EVP_MD_CTX_free(ctx);
    return rc;
}
