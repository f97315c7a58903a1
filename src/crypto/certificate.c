#include "crypto/certificate.h"

#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/certificate_parts.h"
#include "crypto/context.h"
#include "crypto/der.h"
#include "crypto/digest.h"
#include "crypto/handle.h"

/* The parts that are shown as the certificate has them. */
static mn_rc keep_parts(const struct mn_certificate_parts *parts, struct mn_certificate *c)
{
    mn_rc rc = mn_bytes_set(&c->subject, parts->subject);

    if (rc == MN_OK)
        rc = mn_bytes_set(&c->issuer, parts->issuer);
    if (rc == MN_OK)
        rc = mn_bytes_set(&c->serial, parts->serial);
    if (rc == MN_OK)
        rc = mn_bytes_set(&c->public_key_info, parts->public_key_info);
    return rc;
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
static mn_rc read_point(const struct mn_certificate_parts *parts, struct mn_certificate *c)
{
    ASN1_OCTET_STRING *point = ASN1_OCTET_STRING_new();
    unsigned char *der = NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (point && ASN1_OCTET_STRING_set(point, parts->key_bits.ptr, (int)parts->key_bits.len)) {
        int len = i2d_ASN1_OCTET_STRING(point, &der);

        rc = mn_handle_keep(&c->ec_point, der, len);
    }
    ASN1_OCTET_STRING_free(point);
    return rc == MN_OK ? mn_bytes_set(&c->ec_params, parts->key_parameters) : rc;
}

static mn_rc read_fields(const EVP_PKEY *key, const struct mn_certificate_parts *parts,
                         struct mn_certificate *c)
{
    mn_rc rc;

    c->bits = (unsigned)EVP_PKEY_get_bits(key);
    c->key_kind = mn_handle_kind(key);
    if (c->key_kind == MN_KEY_EC)
        return read_point(parts, c);
    if (c->key_kind != MN_KEY_RSA)
        return MN_OK;
    rc = read_number(key, OSSL_PKEY_PARAM_RSA_N, &c->modulus);
    return rc == MN_OK ? read_number(key, OSSL_PKEY_PARAM_RSA_E, &c->exponent) : rc;
}

/* The key that x has, or where it is NULL, is read from the parts; the caller frees it. */
static EVP_PKEY *key_of(OSSL_LIB_CTX *lib, X509 *x, const struct mn_certificate_parts *parts)
{
    return x ? X509_get_pubkey(x) : mn_handle_read_public(lib, parts->public_key_info);
}

/* A key that OpenSSL cannot read leaves its fields empty: the certificate can still be
 * shown. */
static mn_rc read_key(OSSL_LIB_CTX *lib, X509 *x, const struct mn_certificate_parts *parts,
                      struct mn_certificate *c)
{
    mn_rc rc = mn_digest_of(MN_SHA1, parts->key_bits, c->subject_key_sha1);
    EVP_PKEY *key = rc == MN_OK ? key_of(lib, x, parts) : NULL;

    if (key)
        rc = read_fields(key, parts, c);
    EVP_PKEY_free(key);
    return rc;
}

static mn_rc read_date(struct mn_span from, char date[8], time_t *instant)
{
    const unsigned char *at = from.ptr;
    ASN1_TIME *time = d2i_ASN1_TIME(NULL, &at, (long)from.len);
    struct tm utc = {0};
    char text[40];
    bool read = time && ASN1_TIME_to_tm(time, &utc);

    ASN1_TIME_free(time);
    if (!read || snprintf(text, sizeof text, "%04d%02d%02d", utc.tm_year + 1900, utc.tm_mon + 1,
                          utc.tm_mday) != 8)
        return MN_E_BAD_CERTIFICATE;
    memcpy(date, text, 8);
    *instant = timegm(&utc);
    return MN_OK;
}

static mn_rc read_dates(const struct mn_certificate_parts *parts, struct mn_certificate *c)
{
    mn_rc rc = read_date(parts->not_before, c->not_before, &c->not_before_time);

    return rc == MN_OK ? read_date(parts->not_after, c->not_after, &c->not_after_time) : rc;
}

/* RFC 5280, 4.2.1.1. Only a key identifier of a SHA-1's length can be taken for one (4.2.1.2). */
static void read_authority(const struct mn_certificate_parts *parts, struct mn_certificate *c)
{
    static const uint8_t oid[] = {0x55, 0x1D, 0x23};
    struct mn_span value;
    struct mn_der list, id;

    if (mn_certificate_parts_extension(parts, mn_span(oid, sizeof oid), &value) &&
        mn_der_next(&value, MN_DER_SEQUENCE, &list) &&
        mn_der_next(&list.value, MN_DER_PRIMITIVE(0), &id) &&
        id.value.len == sizeof c->issuer_key_sha1) {
        memcpy(c->issuer_key_sha1, id.value.ptr, sizeof c->issuer_key_sha1);
        c->has_issuer_key_sha1 = true;
    }
}

/* The bits that are named here are those of the first byte (RFC 5280, 4.2.1.3). One that cannot be
 * read allows nothing. */
static uint32_t read_usage(const struct mn_certificate_parts *parts)
{
    static const uint8_t oid[] = {0x55, 0x1D, 0x0F};
    struct mn_span value, bits;

    if (!mn_certificate_parts_extension(parts, mn_span(oid, sizeof oid), &value))
        return MN_USAGE_ANY;
    if (!mn_certificate_parts_bits(&value, &bits) || value.len > 0 || bits.len == 0)
        return 0;
    return bits.ptr[0];
}

static mn_rc read_all(OSSL_LIB_CTX *lib, struct mn_span der, X509 *x, struct mn_certificate *c)
{
    struct mn_certificate_parts parts;
    mn_rc rc;

    if (!mn_certificate_parts_read(der, &parts))
        return MN_E_BAD_CERTIFICATE;
    rc = keep_parts(&parts, c);
    if (rc == MN_OK)
        rc = read_dates(&parts, c);
    if (rc == MN_OK)
        rc = read_key(lib, x, &parts, c);
    if (rc == MN_OK)
        rc = mn_digest_of(MN_SHA1, der, c->sha1);
    if (rc != MN_OK)
        return rc;
    read_authority(&parts, c);
    c->key_usage = read_usage(&parts);
    return MN_OK;
}

static mn_rc read_certificate(struct mn_span der, X509 *x, struct mn_certificate *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_certificate c = {0};
    mn_rc rc = lib ? read_all(lib, der, x, &c) : MN_E_CRYPTO;

    *out = (struct mn_certificate){0};
    if (rc != MN_OK)
        goto out;
    *out = c;
    c = (struct mn_certificate){0};
out:
    if (rc != MN_OK)
        mn_log_error("the certificate cannot be used: %s", mn_rc_name(rc));
    mn_certificate_release(&c);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_certificate_read_parsed(const struct mn_parsed_certificate *parsed,
                                 struct mn_certificate *out)
{
    return read_certificate(mn_parsed_certificate_der(parsed), mn_parsed_certificate_handle(parsed),
                            out);
}

mn_rc mn_certificate_read(struct mn_span der, struct mn_certificate *out)
{
    return read_certificate(der, NULL, out);
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
