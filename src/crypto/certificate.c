#include "crypto/certificate.h"

#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "crypto/handle.h"

/* The parts that are shown as the certificate has them. */
static mn_rc read_der_parts(const X509 *x, struct mn_certificate *c)
{
    unsigned char *der = NULL;
    int len;
    mn_rc rc;

    len = i2d_X509_NAME(X509_get_subject_name(x), &der);
    rc = mn_handle_keep(&c->subject, der, len);
    if (rc != MN_OK)
        return rc;
    der = NULL;
    len = i2d_X509_NAME(X509_get_issuer_name(x), &der);
    rc = mn_handle_keep(&c->issuer, der, len);
    if (rc != MN_OK)
        return rc;
    der = NULL;
    len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &der);
    rc = mn_handle_keep(&c->serial, der, len);
    if (rc != MN_OK)
        return rc;
    der = NULL;
    len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
    return mn_handle_keep(&c->public_key_info, der, len);
}

/* A number of an RSA key, big-endian, without leading zeros. */
static mn_rc read_number(const EVP_PKEY *key, const char *name, struct mn_bytes *to)
{
    BIGNUM *number = NULL;
    unsigned char *bytes = NULL;
    mn_rc rc = MN_E_BAD_CERTIFICATE;
    int len;

    if (!EVP_PKEY_get_bn_param(key, name, &number))
        return rc;
    len = BN_num_bytes(number);
    if (len == 0)
        goto out;
    rc = MN_E_MEMORY;
    bytes = OPENSSL_malloc((size_t)len);
    if (!bytes)
        goto out;
    BN_bn2bin(number, bytes);
    rc = mn_bytes_set(to, mn_span(bytes, (size_t)len));
out:
    OPENSSL_free(bytes);
    BN_free(number);
    return rc;
}

/* The curve as the certificate names it, and the point in the form that PKCS#11 (2.40, 2.3.3)
 * wants. */
static mn_rc read_point(const X509 *x, struct mn_certificate *c)
{
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(x);
    ASN1_OCTET_STRING *point = ASN1_OCTET_STRING_new();
    X509_ALGOR *algorithm = NULL;
    unsigned char *der = NULL;
    mn_rc rc = MN_E_CRYPTO;
    int len;

    if (!point || !X509_PUBKEY_get0_param(NULL, NULL, NULL, &algorithm, X509_get_X509_PUBKEY(x)) ||
        !ASN1_OCTET_STRING_set(point, ASN1_STRING_get0_data(bits), ASN1_STRING_length(bits)))
        goto out;
    len = i2d_ASN1_TYPE(algorithm->parameter, &der);
    rc = mn_handle_keep(&c->ec_params, der, len);
    if (rc != MN_OK)
        goto out;
    der = NULL;
    len = i2d_ASN1_OCTET_STRING(point, &der);
    rc = mn_handle_keep(&c->ec_point, der, len);
out:
    ASN1_OCTET_STRING_free(point);
    return rc;
}

/* A key that OpenSSL cannot read leaves its fields empty: the certificate can still be
 * shown. */
static mn_rc read_key(const X509 *x, struct mn_certificate *c)
{
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(x);
    const EVP_PKEY *key = X509_get0_pubkey(x);
    mn_rc rc;

    rc = mn_digest_of(MN_SHA1,
                      mn_span(ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits)),
                      c->subject_key_sha1);
    if (rc != MN_OK || !key)
        return rc;
    c->bits = (unsigned)EVP_PKEY_get_bits(key);
    c->key_kind = mn_handle_kind(key);
    if (c->key_kind == MN_KEY_EC)
        return read_point(x, c);
    if (c->key_kind != MN_KEY_RSA)
        return MN_OK;
    rc = read_number(key, OSSL_PKEY_PARAM_RSA_N, &c->modulus);
    return rc == MN_OK ? read_number(key, OSSL_PKEY_PARAM_RSA_E, &c->exponent) : rc;
}

_Static_assert(MN_USAGE_DIGITAL_SIGNATURE == KU_DIGITAL_SIGNATURE &&
                   MN_USAGE_NON_REPUDIATION == KU_NON_REPUDIATION &&
                   MN_USAGE_KEY_ENCIPHERMENT == KU_KEY_ENCIPHERMENT &&
                   MN_USAGE_DATA_ENCIPHERMENT == KU_DATA_ENCIPHERMENT &&
                   MN_USAGE_KEY_AGREEMENT == KU_KEY_AGREEMENT &&
                   MN_USAGE_CERTIFICATE_SIGN == KU_KEY_CERT_SIGN,
               "the bits are OpenSSL's");

static mn_rc read_date(const ASN1_TIME *from, char date[8], time_t *instant)
{
    struct tm utc = {0};
    char text[40];

    if (!ASN1_TIME_to_tm(from, &utc))
        return MN_E_BAD_CERTIFICATE;
    if (snprintf(text, sizeof text, "%04d%02d%02d", utc.tm_year + 1900, utc.tm_mon + 1,
                 utc.tm_mday) != 8)
        return MN_E_BAD_CERTIFICATE;
    memcpy(date, text, 8);
    *instant = timegm(&utc);
    return MN_OK;
}

static mn_rc read_dates(const X509 *x, struct mn_certificate *c)
{
    mn_rc rc = read_date(X509_get0_notBefore(x), c->not_before, &c->not_before_time);

    return rc == MN_OK ? read_date(X509_get0_notAfter(x), c->not_after, &c->not_after_time) : rc;
}

/* RFC 5280, 4.2.1.1. Only a key identifier of a SHA-1's length can be taken for one (4.2.1.2). */
static void read_authority(const X509 *x, struct mn_certificate *c)
{
    AUTHORITY_KEYID *authority = X509_get_ext_d2i(x, NID_authority_key_identifier, NULL, NULL);

    if (authority && authority->keyid &&
        ASN1_STRING_length(authority->keyid) == (int)sizeof c->issuer_key_sha1) {
        memcpy(c->issuer_key_sha1, ASN1_STRING_get0_data(authority->keyid),
               sizeof c->issuer_key_sha1);
        c->has_issuer_key_sha1 = true;
    }
    AUTHORITY_KEYID_free(authority);
}

mn_rc mn_certificate_read_parsed(const struct mn_parsed_certificate *parsed,
                                 struct mn_certificate *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = mn_parsed_certificate_handle(parsed);
    struct mn_certificate c = {0};
    mn_rc rc = MN_E_CRYPTO;

    *out = (struct mn_certificate){0};
    if (!lib)
        goto out;
    rc = read_der_parts(x, &c);
    if (rc == MN_OK)
        rc = read_dates(x, &c);
    if (rc == MN_OK)
        rc = read_key(x, &c);
    if (rc == MN_OK)
        rc = mn_digest_of(MN_SHA1, mn_parsed_certificate_der(parsed), c.sha1);
    if (rc != MN_OK)
        goto out;
    read_authority(x, &c);
    c.key_usage = X509_get_key_usage(x);
    *out = c;
    c = (struct mn_certificate){0};
out:
    if (rc != MN_OK)
        mn_log_error("the certificate cannot be used: %s", mn_rc_name(rc));
    mn_certificate_release(&c);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_certificate_read(struct mn_span der, struct mn_certificate *out)
{
    struct mn_parsed_certificate *parsed;
    mn_rc rc = mn_parsed_certificate_new(der, &parsed);

    *out = (struct mn_certificate){0};
    if (rc == MN_OK)
        rc = mn_certificate_read_parsed(parsed, out);
    else
        mn_log_error("not a certificate: %s", mn_rc_name(rc));
    mn_parsed_certificate_free(&parsed);
    return rc;
}

void mn_certificate_release(struct mn_certificate *c)
{
    mn_bytes_free(&c->subject);
    mn_bytes_free(&c->issuer);
    mn_bytes_free(&c->serial);
    mn_bytes_free(&c->public_key_info);
    mn_bytes_free(&c->modulus);
    mn_bytes_free(&c->exponent);
    mn_bytes_free(&c->ec_params);
    mn_bytes_free(&c->ec_point);
    *c = (struct mn_certificate){0};
}
