#include "crypto/cms.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/cms_parts.h"
#include "crypto/content_digest.h"
#include "crypto/context.h"
#include "crypto/handle.h"
#include "crypto/library.h"
#include "crypto/signature_suite.h"
#include "crypto/signer_check.h"

struct mn_cms {
    struct mn_cms_signer signer;
    X509 *certificate;
    const struct mn_signature_suite *suite;
    struct mn_content_digest content;
    struct mn_bytes signature;   /* once there is one */
    struct mn_bytes beside;      /* the earlier SignedData; empty: none */
    struct mn_cms_parts earlier; /* of beside */
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
    rc = mn_content_digest_want(&cms->content, cms->suite->hash);
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

/* The earlier SignedData, copied and taken apart. */
static mn_rc read_earlier(struct mn_cms *cms, struct mn_span signed_data)
{
    mn_rc rc = signed_data.len > MN_SIGNED_DATA_MAX ? MN_E_EXCESSIVE
                                                    : mn_bytes_set(&cms->beside, signed_data);

    if (rc == MN_OK)
        rc = mn_cms_parts_read(mn_bytes_span(&cms->beside), mn_cms_data, &cms->earlier);
    if (rc == MN_OK && cms->earlier.content.ptr)
        rc = MN_E_FORMAT;
    if (rc == MN_OK && cms->earlier.signer_count == MN_SIGNERS_MAX)
        rc = MN_E_EXCESSIVE;
    return rc == MN_OK ? mn_cms_parts_want(&cms->earlier, &cms->content) : rc;
}

mn_rc mn_cms_begin_beside(const struct mn_cms_signer *signer, struct mn_span signed_data,
                          struct mn_cms **out)
{
    mn_rc rc = mn_cms_begin(signer, out);

    if (rc != MN_OK)
        return rc;
    rc = read_earlier(*out, signed_data);
    if (rc != MN_OK) {
        mn_log_error("no signature can be put beside: %s", mn_rc_name(rc));
        mn_cms_free(out);
    }
    return rc;
}

mn_rc mn_cms_add(struct mn_cms *cms, struct mn_span part)
{
    return mn_content_digest_add(&cms->content, part);
}

struct mn_span mn_cms_signature(const struct mn_cms *cms)
{
    return mn_bytes_span(&cms->signature);
}

void mn_cms_free(struct mn_cms **cms)
{
    if (!*cms)
        return;
    mn_content_digest_release(&(*cms)->content);
    mn_bytes_free(&(*cms)->signature);
    mn_bytes_free(&(*cms)->beside);
    if (mn_crypto_usable())
        X509_free((*cms)->certificate);
    free(*cms);
    *cms = NULL;
}

/* Is it in the message already? OpenSSL 3.0 refuses it then. */
static bool is_inside(CMS_ContentInfo *message, const X509 *certificate)
{
    STACK_OF(X509) *all = CMS_get1_certs(message);
    bool inside = false;

    for (int i = 0; i < sk_X509_num(all) && !inside; i++)
        inside = X509_cmp(sk_X509_value(all, i), certificate) == 0;
    sk_X509_pop_free(all, X509_free);
    return inside;
}

/* The issuers' certificates into the message, each once. */
static mn_rc add_issuers(OSSL_LIB_CTX *lib, const struct mn_cms_signer *signer,
                         CMS_ContentInfo *message)
{
    for (size_t i = 0; signer->issuers && i < signer->issuers->count; i++) {
        X509 *x = mn_handle_read_certificate(lib, mn_bytes_span(&signer->issuers->der[i]));
        bool added = x && (is_inside(message, x) || CMS_add1_cert(message, x));

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
static mn_rc sign(OSSL_LIB_CTX *lib, struct mn_cms *cms, CMS_SignerInfo *info,
                  struct mn_span attributes)
{
    ASN1_OCTET_STRING *place = CMS_SignerInfo_get0_signature(info);
    struct mn_bytes made = {0};
    mn_rc rc =
        mn_signature_suite_sign(lib, cms->suite, cms->certificate, &cms->signer, attributes, &made);

    if (rc == MN_OK && !ASN1_OCTET_STRING_set(place, made.ptr, (int)made.len))
        rc = MN_E_CRYPTO;
    if (rc == MN_OK)
        mn_bytes_move(&cms->signature, &made);
    mn_bytes_free(&made);
    return rc;
}

/* One more signer in the message, who has not signed yet. The public key is all that OpenSSL gets
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

/* A message without signers, or the earlier one. */
static CMS_ContentInfo *make_message(OSSL_LIB_CTX *lib, const struct mn_cms *cms)
{
    if (cms->beside.len > 0)
        return mn_handle_read_cms(lib, mn_bytes_span(&cms->beside));
    return CMS_sign_ex(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY | CMS_DETACHED, lib, NULL);
}

/* Do all earlier signatures hold? */
static mn_rc check_earlier(struct mn_cms *cms)
{
    struct mn_signer_keys *keys = NULL;
    mn_rc rc = cms->beside.len > 0 ? mn_signer_keys_new(&keys) : MN_OK;

    for (size_t i = 0; cms->beside.len > 0 && i < cms->earlier.signer_count && rc == MN_OK; i++) {
        const struct mn_signer_key *key;
        struct mn_signature signature;

        rc =
            mn_signer_check(&cms->earlier, i, MN_BINDING_V2, &cms->content, keys, &signature, &key);
    }
    mn_signer_keys_free(&keys);
    return rc;
}

/* OpenSSL sorts what DER wants sorted; what was not would be another file afterwards. */
static mn_rc check_kept(const struct mn_cms *cms, struct mn_span made)
{
    struct mn_cms_parts *parts;
    mn_rc rc = MN_E_MEMORY;

    if (cms->beside.len == 0)
        return MN_OK;
    parts = malloc(sizeof *parts);
    if (parts)
        rc = mn_cms_parts_read(made, mn_cms_data, parts);
    if (rc == MN_OK && !mn_cms_parts_kept(&cms->earlier, parts, mn_span(NULL, 0)))
        rc = MN_E_UNSUPPORTED;
    free(parts);
    return rc;
}

/* The message with the new signature in it. */
static mn_rc sign_message(OSSL_LIB_CTX *lib, struct mn_cms *cms, CMS_ContentInfo *message,
                          time_t when)
{
    CMS_SignerInfo *info = message ? add_signer(lib, cms, message) : NULL;
    struct mn_bytes attributes = {0};
    struct mn_span digest;
    mn_rc rc = mn_content_digest_value(&cms->content, cms->suite->hash, &digest);

    if (rc == MN_OK && !(info && add_attributes(info, digest, when)))
        rc = MN_E_CRYPTO;
    if (rc == MN_OK)
        rc = add_issuers(lib, &cms->signer, message);
    if (rc == MN_OK)
        rc = encode_attributes(info, &attributes);
    if (rc == MN_OK)
        rc = sign(lib, cms, info, mn_bytes_span(&attributes));
    mn_bytes_free(&attributes);
    return rc;
}

mn_rc mn_cms_finish(struct mn_cms *cms, time_t when, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_bytes made = {0};
    CMS_ContentInfo *message = NULL;
    unsigned char *der = NULL;
    int len;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    rc = check_earlier(cms);
    if (rc != MN_OK)
        goto out;
    message = make_message(lib, cms);
    rc = sign_message(lib, cms, message, when);
    if (rc != MN_OK)
        goto out;
    len = i2d_CMS_ContentInfo(message, &der);
    rc = mn_handle_keep(&made, der, len);
    if (rc == MN_OK)
        rc = check_kept(cms, mn_bytes_span(&made));
    if (rc == MN_OK)
        mn_bytes_move(out, &made);
out:
    if (rc != MN_OK) {
        mn_log_error("nothing was signed: %s", mn_rc_name(rc));
        mn_bytes_free(&cms->signature);
    }
    mn_bytes_free(&made);
    CMS_ContentInfo_free(message);
    mn_crypto_leave();
    return rc;
}
