#include "crypto/cms.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "crypto/handle.h"
#include "crypto/library.h"
#include "crypto/signature_suite.h"

struct mn_cms {
    struct mn_cms_signer signer;
    X509 *certificate;
    const struct mn_signature_suite *suite;
    struct mn_digest *content;
};

mn_rc mn_cms_begin(const struct mn_cms_signer *signer, struct mn_cms **out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_cms *cms = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = NULL;
    if (!lib)
        goto out;
    rc = MN_E_MEMORY;
    cms = calloc(1, sizeof *cms);
    if (!cms)
        goto out;
    cms->signer = *signer;
    rc = MN_E_BAD_CERTIFICATE;
    cms->certificate = mn_handle_read_certificate(lib, signer->certificate);
    if (!cms->certificate)
        goto out;
    rc = MN_E_KEY_KIND;
    cms->suite = mn_signature_suite_of(cms->certificate);
    if (!cms->suite)
        goto out;
    rc = mn_digest_new(cms->suite->hash, &cms->content);
    if (rc != MN_OK)
        goto out;
    *out = cms;
    cms = NULL;
out:
    if (rc != MN_OK)
        mn_log_error("a signature cannot be begun: %s", mn_rc_name(rc));
    mn_cms_free(&cms);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_cms_add(struct mn_cms *cms, struct mn_span part)
{
    return mn_digest_add(cms->content, part);
}

void mn_cms_free(struct mn_cms **cms)
{
    if (!*cms)
        return;
    mn_digest_free(&(*cms)->content);
    if (mn_crypto_usable())
        X509_free((*cms)->certificate);
    free(*cms);
    *cms = NULL;
}

/* OpenSSL 3.0 refuses a certificate that is in the message already: the signer's, or one before. */
static bool is_repeated(const struct mn_cms_signer *signer, size_t i)
{
    struct mn_span it = mn_bytes_span(&signer->issuers->der[i]);
    bool repeated = mn_span_equal(it, signer->certificate);

    for (size_t n = 0; n < i && !repeated; n++)
        repeated = mn_span_equal(it, mn_bytes_span(&signer->issuers->der[n]));
    return repeated;
}

/* The issuers' certificates into the message, each once. */
static mn_rc add_issuers(OSSL_LIB_CTX *lib, const struct mn_cms_signer *signer,
                         CMS_ContentInfo *message)
{
    for (size_t i = 0; signer->issuers && i < signer->issuers->count; i++) {
        X509 *x;
        int added;

        if (is_repeated(signer, i))
            continue;
        x = mn_handle_read_certificate(lib, mn_bytes_span(&signer->issuers->der[i]));
        added = x ? CMS_add1_cert(message, x) : 0;
        X509_free(x);
        if (!added)
            return MN_E_BAD_CERTIFICATE;
    }
    return MN_OK;
}

/* The attributes but signing-certificate-v2, which OpenSSL adds by itself. */
static bool add_attributes(CMS_SignerInfo *info, struct mn_span digest, time_t when)
{
    ASN1_TIME *at = ASN1_TIME_set(NULL, when); /* RFC 5652, 11.3, has the same rule for its form */
    bool good =
        at &&
        CMS_signed_add1_attr_by_NID(info, NID_pkcs9_contentType, V_ASN1_OBJECT,
                                    OBJ_nid2obj(NID_pkcs7_data), -1) &&
        CMS_signed_add1_attr_by_NID(info, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest.ptr,
                                    (int)digest.len) &&
        CMS_signed_add1_attr_by_NID(info, NID_pkcs9_signingTime, ASN1_STRING_type(at), at, -1);

    ASN1_TIME_free(at);
    return good;
}

/* What is signed: the attributes as a SET OF in DER (RFC 5652, 5.4). */
static mn_rc encode_attributes(const CMS_SignerInfo *info, struct mn_bytes *out)
{
    STACK_OF(X509_ATTRIBUTE) *all = sk_X509_ATTRIBUTE_new_null();
    unsigned char *der = NULL;
    int len = 0;

    for (int i = 0; all && i < CMS_signed_get_attr_count(info); i++) {
        if (!sk_X509_ATTRIBUTE_push(all, CMS_signed_get_attr(info, i))) {
            sk_X509_ATTRIBUTE_free(all);
            all = NULL;
        }
    }
    if (all)
        len = ASN1_item_i2d((ASN1_VALUE *)(void *)all, &der, ASN1_ITEM_rptr(PKCS7_ATTR_SIGN));
    sk_X509_ATTRIBUTE_free(all);
    return mn_handle_keep(out, der, len);
}

/* Has the attributes signed; the signature goes into the message when it is right. */
static mn_rc sign(OSSL_LIB_CTX *lib, const struct mn_cms *cms, CMS_SignerInfo *info,
                  struct mn_span attributes)
{
    ASN1_OCTET_STRING *place = CMS_SignerInfo_get0_signature(info);
    struct mn_bytes made = {0};
    mn_rc rc =
        mn_signature_suite_sign(lib, cms->suite, cms->certificate, &cms->signer, attributes, &made);

    if (rc == MN_OK && !ASN1_OCTET_STRING_set(place, made.ptr, (int)made.len))
        rc = MN_E_CRYPTO;
    mn_bytes_free(&made);
    return rc;
}

/* A message with one signer in it, who has not signed yet. The public key is all that OpenSSL gets
 * to know of the key. */
static CMS_SignerInfo *add_signer(OSSL_LIB_CTX *lib, const struct mn_cms *cms,
                                  CMS_ContentInfo *message)
{
    EVP_MD *md = EVP_MD_fetch(lib, mn_hash_name(cms->suite->hash), NULL);
    X509_ALGOR *algorithm = NULL;
    CMS_SignerInfo *info =
        md ? CMS_add1_signer(message, cms->certificate, X509_get0_pubkey(cms->certificate), md,
                             CMS_PARTIAL | CMS_BINARY | CMS_NOSMIMECAP | CMS_CADES)
           : NULL;

    EVP_MD_free(md);
    if (!info)
        return NULL;
    /* OpenSSL would write rsaEncryption, which says nothing about the hash. */
    CMS_SignerInfo_get0_algs(info, NULL, NULL, NULL, &algorithm);
    return mn_signature_suite_write(cms->suite, algorithm) ? info : NULL;
}

mn_rc mn_cms_finish(struct mn_cms *cms, time_t when, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    uint8_t digest[MN_HASH_MAX];
    struct mn_bytes attributes = {0};
    CMS_ContentInfo *message = NULL;
    CMS_SignerInfo *info;
    unsigned char *der = NULL;
    int len;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    rc = mn_digest_finish(cms->content, digest);
    if (rc != MN_OK)
        goto out;
    rc = MN_E_CRYPTO;
    message =
        CMS_sign_ex(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY | CMS_DETACHED, lib, NULL);
    info = message ? add_signer(lib, cms, message) : NULL;
    if (!info || !add_attributes(info, mn_span(digest, mn_hash_len(cms->suite->hash)), when))
        goto out;
    rc = add_issuers(lib, &cms->signer, message);
    if (rc == MN_OK)
        rc = encode_attributes(info, &attributes);
    if (rc == MN_OK)
        rc = sign(lib, cms, info, mn_bytes_span(&attributes));
    if (rc != MN_OK)
        goto out;
    len = i2d_CMS_ContentInfo(message, &der);
    rc = mn_handle_keep(out, der, len);
out:
    if (rc != MN_OK)
        mn_log_error("nothing was signed: %s", mn_rc_name(rc));
    mn_bytes_free(&attributes);
    CMS_ContentInfo_free(message);
    mn_crypto_leave();
    return rc;
}
