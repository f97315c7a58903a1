#include "crypto/signer_check.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/handle.h"

#define RSA_BITS_MIN 2048

/* Issuer and serial number of a certificate (RFC 5280, 4.1), tag and length included. */
static bool read_names(struct mn_span certificate, struct mn_span *issuer, struct mn_span *serial)
{
    struct mn_der outer, inner, version, number, algorithm, name;

    if (!mn_der_next(&certificate, MN_DER_SEQUENCE, &outer) ||
        !mn_der_next(&outer.value, MN_DER_SEQUENCE, &inner) ||
        !mn_der_optional(&inner.value, MN_DER_FIELD(0), &version) ||
        !mn_der_next(&inner.value, MN_DER_INTEGER, &number) ||
        !mn_der_next(&inner.value, MN_DER_SEQUENCE, &algorithm) ||
        !mn_der_next(&inner.value, MN_DER_SEQUENCE, &name))
        return false;
    *issuer = name.whole;
    *serial = number.whole;
    return true;
}

static bool has_key_id(OSSL_LIB_CTX *lib, struct mn_span certificate, struct mn_span key_id)
{
    X509 *x = mn_handle_read_certificate(lib, certificate);
    const ASN1_OCTET_STRING *its = x ? X509_get0_subject_key_id(x) : NULL;
    bool same =
        its &&
        mn_span_equal(mn_span(ASN1_STRING_get0_data(its), (size_t)ASN1_STRING_length(its)), key_id);

    X509_free(x);
    return same;
}

static bool is_named(OSSL_LIB_CTX *lib, const struct mn_signer_info *info,
                     struct mn_span certificate)
{
    struct mn_span issuer, serial;

    if (info->key_id.len > 0)
        return has_key_id(lib, certificate, info->key_id);
    return read_names(certificate, &issuer, &serial) && mn_span_equal(info->issuer, issuer) &&
           mn_span_equal(info->serial, serial);
}

/* IssuerSerial (RFC 5035, 5): the issuer as the one directoryName. */
static bool is_issuer_serial(struct mn_span in, struct mn_span certificate)
{
    struct mn_der names, name, number;
    struct mn_span issuer, serial;

    return read_names(certificate, &issuer, &serial) && mn_der_next(&in, MN_DER_SEQUENCE, &names) &&
           mn_der_next(&in, MN_DER_INTEGER, &number) && in.len == 0 &&
           mn_der_next(&names.value, MN_DER_FIELD(4), &name) && names.value.len == 0 &&
           mn_span_equal(name.value, issuer) && mn_span_equal(number.whole, serial);
}

/* Does the first ESSCertID or ESSCertIDv2 of the attribute's value name this certificate? hash is
 * what counts where the attribute does not say. MN_E_SUBSTITUTED, MN_E_DAMAGED, MN_E_WEAK,
 * MN_E_UNSUPPORTED, MN_E_CRYPTO. */
static mn_rc check_binding(struct mn_span value, enum mn_hash hash, struct mn_span certificate)
{
    struct mn_der outer, list, id, identifier, digest, names;
    uint8_t made[MN_HASH_MAX];
    mn_rc rc = MN_OK;

    if (!mn_der_next(&value, MN_DER_SEQUENCE, &outer) ||
        !mn_der_next(&outer.value, MN_DER_SEQUENCE, &list) ||
        !mn_der_next(&list.value, MN_DER_SEQUENCE, &id) ||
        !mn_der_optional(&id.value, MN_DER_SEQUENCE, &identifier) ||
        !mn_der_next(&id.value, MN_DER_OCTETS, &digest) ||
        !mn_der_optional(&id.value, MN_DER_SEQUENCE, &names) || id.value.len > 0)
        return MN_E_DAMAGED;
    if (identifier.tag)
        rc = mn_algorithm_read_hash(identifier.value, &hash);
    if (rc == MN_OK)
        rc = mn_digest_of(hash, certificate, made);
    if (rc != MN_OK)
        return rc;
    if (!mn_span_equal(digest.value, mn_span(made, mn_hash_len(hash))) ||
        (names.tag && !is_issuer_serial(names.value, certificate)))
        return MN_E_SUBSTITUTED;
    return MN_OK;
}

static mn_rc check_certificate(const struct mn_signer_info *info, struct mn_span certificate)
{
    return info->certificate_v2.len > 0
               ? check_binding(info->certificate_v2, MN_SHA256, certificate)
               : check_binding(info->certificate_v1, MN_SHA1, certificate);
}

/* Two with the same names may be in the file: the one that the signed attributes name counts, and
 * where there is none such, the first. *bound is what check_certificate says of it. */
static struct mn_span find_certificate(OSSL_LIB_CTX *lib, const struct mn_cms_parts *parts,
                                       const struct mn_signer_info *info, mn_rc *bound)
{
    struct mn_span first = {0};

    for (size_t i = 0; i < parts->certificate_count; i++) {
        struct mn_span certificate = parts->certificates[i];
        mn_rc rc;

        if (!is_named(lib, info, certificate))
            continue;
        rc = check_certificate(info, certificate);
        if (first.len == 0 || rc == MN_OK) {
            first = certificate;
            *bound = rc;
        }
        if (rc == MN_OK)
            break;
    }
    return first;
}

/* The hash of the attributes as a SET OF, which is the tag they have when they are signed (RFC
 * 5652, 5.4). */
static mn_rc digest_attributes(const struct mn_signer_info *info, uint8_t *out)
{
    static const uint8_t tag = MN_DER_SET;
    struct mn_digest *digest;
    mn_rc rc = mn_digest_new(info->algorithm.hash, &digest);

    if (rc == MN_OK)
        rc = mn_digest_add(digest, mn_span(&tag, 1));
    if (rc == MN_OK)
        rc = mn_digest_add(digest, mn_span(info->attributes.ptr + 1, info->attributes.len - 1));
    if (rc == MN_OK)
        rc = mn_digest_finish(digest, out);
    mn_digest_free(&digest);
    return rc;
}

static bool set_scheme(EVP_PKEY_CTX *ctx, const struct mn_algorithm *algorithm)
{
    if (algorithm->kind != MN_KEY_RSA)
        return true;
    return algorithm->is_pss ? mn_handle_set_pss(ctx, &algorithm->pss)
                             : mn_handle_set_pkcs1(ctx, algorithm->hash);
}

/* The signature over the attributes. */
static mn_rc check_signature(OSSL_LIB_CTX *lib, const struct mn_signer_info *info,
                             const struct mn_signer_key *key)
{
    const struct mn_algorithm *algorithm = &info->algorithm;
    EVP_PKEY_CTX *ctx;
    uint8_t digest[MN_HASH_MAX];
    mn_rc rc = digest_attributes(info, digest);

    if (rc != MN_OK)
        return rc;
    if (algorithm->is_pss && !mn_handle_pss_fits(key->bits, &algorithm->pss))
        return MN_E_BAD_SIGNATURE;
    rc = MN_E_CRYPTO;
    ctx = EVP_PKEY_CTX_new_from_pkey(lib, key->key, NULL);
    if (ctx && EVP_PKEY_verify_init(ctx) > 0 && set_scheme(ctx, algorithm))
        rc = EVP_PKEY_verify(ctx, info->value.ptr, info->value.len, digest,
                             mn_hash_len(algorithm->hash)) == 1
                 ? MN_OK
                 : MN_E_BAD_SIGNATURE;
    EVP_PKEY_CTX_free(ctx);
    return rc;
}

static mn_rc check_key(const struct mn_signer_info *info, const struct mn_signer_key *key)
{
    if (key->kind == MN_KEY_NONE || key->kind != info->algorithm.kind || !key->signs)
        return MN_E_KEY_KIND;
    return key->kind == MN_KEY_RSA && key->bits < RSA_BITS_MIN ? MN_E_WEAK : MN_OK;
}

static mn_rc check_content(const struct mn_signer_info *info, struct mn_content_digest *content)
{
    struct mn_span digest;
    mn_rc rc = mn_content_digest_value(content, info->algorithm.hash, &digest);

    if (rc == MN_OK && !mn_span_equal(info->message_digest, digest))
        rc = MN_E_CHANGED;
    return rc;
}

/* May it be believed at all, whatever the signature is? */
static mn_rc check_form(const struct mn_signer_info *info, enum mn_binding binding)
{
    if (info->certificate_v2.len == 0 && info->certificate_v1.len == 0)
        return MN_E_UNBOUND;
    if (info->certificate_v2.len == 0 && binding == MN_BINDING_V2)
        return MN_E_WEAK;
    return info->refusal;
}

static void describe(const struct mn_signer_info *info, struct mn_signature *out)
{
    *out = (struct mn_signature){
        .hash = info->algorithm.hash,
        .pss = info->algorithm.is_pss,
        .has_time = info->has_time,
        .time = info->time,
        .value = info->value,
        .time_stamp = info->time_stamp,
    };
}

mn_rc mn_signer_check(const struct mn_cms_parts *parts, size_t i, enum mn_binding binding,
                      struct mn_content_digest *content, struct mn_signer_keys *keys,
                      struct mn_signature *out, const struct mn_signer_key **key)
{
    const struct mn_signer_info *info = &parts->signers[i];
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    mn_rc rc = MN_E_CRYPTO, bound = MN_E_SUBSTITUTED;

    describe(info, out);
    if (!lib)
        goto out;
    out->certificate = find_certificate(lib, parts, info, &bound);
    rc = check_form(info, binding);
    if (rc == MN_OK && out->certificate.len == 0)
        rc = MN_E_NO_CERTIFICATE;
    if (rc == MN_OK)
        rc = mn_signer_keys_find(keys, out->certificate, key);
    if (rc == MN_OK)
        rc = check_key(info, *key);
    if (rc == MN_OK)
        rc = check_signature(lib, info, *key);
    if (rc == MN_OK)
        rc = bound;
    if (rc == MN_OK)
        rc = check_content(info, content);
out:
    if (rc != MN_OK)
        mn_log_info("signer %zu: %s", i, mn_rc_name(rc));
    mn_crypto_leave();
    return rc;
}
