#include "signed.h"

#include <string.h>

#include <check.h>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/digest.h"

struct mn_span signed_ca(void)
{
    static struct mn_bytes ca;

    if (ca.len == 0)
        ca = made_certificate(&(struct made_plan){.key = made_rsa_key(), .name = "ca", .ca = true});
    return mn_bytes_span(&ca);
}

struct mn_bytes signed_certificate(EVP_PKEY *key, const char *name, const char *usage)
{
    return made_certificate(&(struct made_plan){.key = key,
                                                .serial = mn_span(name, strlen(name)),
                                                .name = name,
                                                .signer = made_rsa_key(),
                                                .issuer = "ca",
                                                .usage = usage,
                                                .identifier = "01020304"});
}

/* An ECDSA-Sig-Value as r and s side by side. */
static size_t split(const uint8_t *der, size_t der_len, size_t half, uint8_t *out)
{
    const unsigned char *at = der;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)der_len);

    ck_assert_ptr_nonnull(pair);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, (int)half);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + half, (int)half);
    ECDSA_SIG_free(pair);
    return 2 * half;
}

/* Stands for the card. */
static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    EVP_PKEY *key = self;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    uint8_t made[1024];
    size_t made_len = sizeof made;

    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_sign(ctx, made, &made_len, content.ptr, content.len), 1);
    EVP_PKEY_CTX_free(ctx);
    if (EVP_PKEY_is_a(key, "EC")) {
        *len = split(made, made_len, ((size_t)EVP_PKEY_get_bits(key) + 7) / 8, out);
        return MN_OK;
    }
    memcpy(out, made, made_len);
    *len = made_len;
    return MN_OK;
}

mn_rc signed_here(EVP_PKEY *key, struct mn_span certificate, struct mn_span beside,
                  struct mn_bytes *out)
{
    struct mn_bytes ca = {0};
    struct mn_certificates issuers = {&ca, 1};
    struct mn_cms_signer signer = {certificate, &issuers, sign, key};
    struct mn_cms *cms;
    mn_rc rc = mn_bytes_set(&ca, signed_ca());

    ck_assert_int_eq(rc, MN_OK);
    rc = beside.len > 0 ? mn_cms_begin_beside(&signer, beside, &cms) : mn_cms_begin(&signer, &cms);
    if (rc == MN_OK)
        rc = mn_cms_add(cms, mn_span(SIGNED_CONTENT, strlen(SIGNED_CONTENT)));
    if (rc == MN_OK)
        rc = mn_cms_finish(cms, SIGNED_WHEN, out);
    ck_assert_int_eq(rc == MN_OK, cms && mn_cms_signature(cms).len > 0);
    mn_cms_free(&cms);
    mn_bytes_free(&ca);
    return rc;
}

X509 *signed_x509(struct mn_span der)
{
    const unsigned char *at = der.ptr;
    X509 *x = d2i_X509(NULL, &at, (long)der.len);

    ck_assert_ptr_nonnull(x);
    return x;
}

CMS_ContentInfo *signed_parse(struct mn_span der)
{
    const unsigned char *at = der.ptr;
    CMS_ContentInfo *message = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);

    ck_assert_ptr_nonnull(message);
    ck_assert_ptr_eq(at, der.ptr + der.len);
    return message;
}

struct mn_bytes signed_encode(CMS_ContentInfo *message)
{
    struct mn_bytes bytes = {0};
    unsigned char *der = NULL;
    int len = i2d_CMS_ContentInfo(message, &der);

    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(mn_bytes_set(&bytes, mn_span(der, (size_t)len)), MN_OK);
    OPENSSL_free(der);
    return bytes;
}

struct mn_bytes signed_by_openssl(EVP_PKEY *key, struct mn_span certificate, const EVP_MD *hash,
                                  unsigned flags, bool pss)
{
    unsigned whole = flags | CMS_BINARY | CMS_PARTIAL;
    X509 *x = signed_x509(certificate);
    BIO *content = BIO_new_mem_buf(SIGNED_CONTENT, -1);
    CMS_ContentInfo *message = CMS_sign(NULL, NULL, NULL, NULL, whole);
    CMS_SignerInfo *info = CMS_add1_signer(message, x, key, hash ? hash : EVP_sha256(),
                                           whole | (pss ? CMS_KEY_PARAM : 0));
    struct mn_bytes der;

    ck_assert_ptr_nonnull(info);
    if (pss)
        ck_assert_int_eq(
            EVP_PKEY_CTX_set_rsa_padding(CMS_SignerInfo_get0_pkey_ctx(info), RSA_PKCS1_PSS_PADDING),
            1);
    ck_assert_int_eq(CMS_final(message, content, NULL, whole), 1);
    der = signed_encode(message);
    CMS_ContentInfo_free(message);
    BIO_free(content);
    X509_free(x);
    return der;
}

bool signed_openssl_believes(struct mn_span der, const char *content)
{
    CMS_ContentInfo *message = signed_parse(der);
    BIO *bio = BIO_new_mem_buf(content, -1);
    X509_STORE *store = X509_STORE_new();
    X509 *root = signed_x509(signed_ca());
    bool good;

    X509_STORE_add_cert(store, root);
    X509_STORE_set_purpose(store, X509_PURPOSE_ANY);
    good = CMS_verify(message, NULL, store, bio, NULL, CMS_BINARY | CMS_CADES) == 1;
    X509_free(root);
    X509_STORE_free(store);
    BIO_free(bio);
    CMS_ContentInfo_free(message);
    return good;
}

mn_rc signed_check(struct mn_span der, const char *content, size_t i)
{
    struct mn_signed_data *s;
    struct mn_signature signature;
    mn_rc rc = mn_signed_data_read(der, &s);

    if (rc == MN_OK)
        rc = mn_signed_data_add(s, mn_span(content, strlen(content)));
    if (rc == MN_OK)
        rc = mn_signed_data_check(s, i, NULL, &signature);
    mn_signed_data_free(&s);
    return rc;
}
