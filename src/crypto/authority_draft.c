#include "crypto/authority_draft.h"

#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/bn.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/extension.h"
#include "crypto/handle.h"
#include "crypto/random.h"
#include "crypto/signature_suite.h"

#define SERIAL_BYTES    16
#define NAME_CHARACTERS 64 /* characters: ub-common-name (RFC 5280, A.1) */

/* TBSCertificate and Certificate (RFC 5280, 4.1). OpenSSL's own can only be signed with a key that
 * it holds. */
struct content {
    ASN1_INTEGER *version, *serial;
    X509_ALGOR *algorithm;
    X509_NAME *issuer;
    X509_VAL *validity;
    X509_NAME *subject;
    X509_PUBKEY *key;
    STACK_OF(X509_EXTENSION) * extensions;
};

struct certificate {
    struct content *content;
    X509_ALGOR *algorithm;
    ASN1_BIT_STRING *signature;
};

static const ASN1_ITEM *content_it(void);
static const ASN1_ITEM *certificate_it(void);

/* --- what stands in it --- */

static bool is_good(const struct mn_authority_draft *draft)
{
    int len = (int)strlen(draft->name), at = 0, count = 0;

    for (unsigned long c; at < len; count++) {
        int n = UTF8_getc((const unsigned char *)draft->name + at, len - at, &c);

        if (n <= 0 || c < 0x20 || (c >= 0x7F && c < 0xA0) || count >= NAME_CHARACTERS)
            return false;
        at += n;
    }
    return count > 0 && draft->not_before < draft->not_after;
}

/* Positive, and as long whatever comes: the first bit is never set, the second always. */
static bool set_serial(ASN1_INTEGER *serial)
{
    uint8_t bytes[SERIAL_BYTES];
    BIGNUM *number = NULL;
    bool good;

    if (mn_random(bytes, sizeof bytes) != MN_OK)
        return false;
    bytes[0] = (uint8_t)((bytes[0] & 0x7F) | 0x40);
    number = BN_bin2bn(bytes, sizeof bytes, NULL);
    good = number && BN_to_ASN1_INTEGER(number, serial);
    BN_free(number);
    return good;
}

static bool set_names(struct content *content, const char *name)
{
    X509_NAME *made = X509_NAME_new();
    bool good = made &&
                X509_NAME_add_entry_by_NID(made, NID_commonName, MBSTRING_UTF8,
                                           (const unsigned char *)name, -1, -1, 0) &&
                X509_NAME_set(&content->issuer, made) && X509_NAME_set(&content->subject, made);

    X509_NAME_free(made);
    return good;
}

/* The authority's key identifier is its own: mn_extension_add takes it from x. */
static bool set_extensions(struct content *content, X509 *x)
{
    static const struct {
        int nid;
        const char *value;
    } rows[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature,cRLSign"},
        {NID_ext_key_usage, "OCSPSigning"},
        {NID_id_pkix_OCSP_noCheck, "ignored"},
        {NID_subject_key_identifier, "hash"},
    };
    bool good = true;

    for (size_t i = 0; good && i < sizeof rows / sizeof rows[0]; i++)
        good = mn_extension_add(&content->extensions, x, rows[i].nid, rows[i].value);
    for (int i = 0; good && i < sk_X509_EXTENSION_num(content->extensions); i++)
        good = X509_add_ext(x, sk_X509_EXTENSION_value(content->extensions, i), -1);
    return good &&
           mn_extension_add(&content->extensions, x, NID_authority_key_identifier, "keyid:always");
}

static bool fill(struct certificate *made, const struct mn_authority_draft *draft, X509 *carrier,
                 const struct mn_signature_suite *suite)
{
    struct content *content = made->content;

    return ASN1_INTEGER_set(content->version, X509_VERSION_3) && set_serial(content->serial) &&
           mn_signature_suite_write(suite, content->algorithm) &&
           mn_signature_suite_write(suite, made->algorithm) && set_names(content, draft->name) &&
           ASN1_TIME_set(content->validity->notBefore, draft->not_before) &&
           ASN1_TIME_set(content->validity->notAfter, draft->not_after) &&
           X509_PUBKEY_set(&content->key, X509_get0_pubkey(carrier)) &&
           set_extensions(content, carrier);
}

/* --- making it --- */

static mn_rc encode(const void *value, const ASN1_ITEM *item, struct mn_bytes *out)
{
    unsigned char *der = NULL;
    int len = ASN1_item_i2d((const ASN1_VALUE *)value, &der, item);

    return mn_handle_keep(out, der, len);
}

static mn_rc sign(OSSL_LIB_CTX *lib, struct certificate *made, X509 *carrier,
                  const struct mn_signature_suite *suite, const struct mn_cms_signer *key)
{
    struct mn_bytes content = {0}, signature = {0};
    mn_rc rc = encode(made->content, ASN1_ITEM_rptr(content), &content);

    if (rc == MN_OK)
        rc = mn_signature_suite_sign(lib, suite, carrier, key, mn_bytes_span(&content), &signature);
    if (rc == MN_OK)
        rc = mn_signature_suite_put(made->signature, mn_bytes_span(&signature));
    mn_bytes_free(&signature);
    mn_bytes_free(&content);
    return rc;
}

/* A certificate with nothing but the key, for what asks for a certificate to take a key from. */
static X509 *carry(OSSL_LIB_CTX *lib, struct mn_span public_key_info)
{
    EVP_PKEY *key = mn_handle_read_public(lib, public_key_info);
    X509 *x = X509_new_ex(lib, NULL);

    if (!key || !x || !X509_set_pubkey(x, key)) {
        X509_free(x);
        x = NULL;
    }
    EVP_PKEY_free(key);
    return x;
}

mn_rc mn_authority_draft_issue(const struct mn_authority_draft *draft,
                               const struct mn_cms_signer *key, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    const struct mn_signature_suite *suite;
    struct certificate *made = NULL;
    X509 *carrier = NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    mn_crypto_draws();
    rc = MN_E_ARGUMENT;
    if (!is_good(draft))
        goto out;
    rc = MN_E_KEY_KIND;
    carrier = carry(lib, draft->public_key_info);
    suite = carrier ? mn_signature_suite_of(carrier) : NULL;
    if (!suite)
        goto out;
    rc = MN_E_CRYPTO;
    made = (struct certificate *)(void *)ASN1_item_new(ASN1_ITEM_rptr(certificate));
    if (!made || !fill(made, draft, carrier, suite))
        goto out;
    rc = sign(lib, made, carrier, suite, key);
    if (rc == MN_OK)
        rc = encode(made, ASN1_ITEM_rptr(certificate), out);
out:
    if (rc != MN_OK)
        mn_log_error("no certificate of an authority was made: %s", mn_rc_name(rc));
    ASN1_item_free((ASN1_VALUE *)(void *)made, ASN1_ITEM_rptr(certificate));
    X509_free(carrier);
    mn_crypto_leave();
    return rc;
}

/* clang-format off */
ASN1_SEQUENCE(content) = {
    ASN1_EXP(struct content, version, ASN1_INTEGER, 0),
    ASN1_SIMPLE(struct content, serial, ASN1_INTEGER),
    ASN1_SIMPLE(struct content, algorithm, X509_ALGOR),
    ASN1_SIMPLE(struct content, issuer, X509_NAME),
    ASN1_SIMPLE(struct content, validity, X509_VAL),
    ASN1_SIMPLE(struct content, subject, X509_NAME),
    ASN1_SIMPLE(struct content, key, X509_PUBKEY),
    ASN1_EXP_SEQUENCE_OF_OPT(struct content, extensions, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END_name(struct content, content)

ASN1_SEQUENCE(certificate) = {
    ASN1_SIMPLE(struct certificate, content, content),
    ASN1_SIMPLE(struct certificate, algorithm, X509_ALGOR),
    ASN1_SIMPLE(struct certificate, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END_name(struct certificate, certificate)
