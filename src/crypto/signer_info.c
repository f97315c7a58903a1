#include "crypto/signer_info.h"

#include <openssl/asn1.h>

/* No signer has more signed, or unsigned, attributes. */
#define ATTRIBUTES_MAX 32

/* 1.2.840.113549.1.9.3, .4, .5 (RFC 5652, 11) and 1.2.840.113549.1.9.16.2.12, .47 (RFC 5035), .14
 * (RFC 3161, appendix A). */
#define PKCS9(...)                                                                                 \
    {                                                                                              \
        0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, __VA_ARGS__                                \
    }
static const uint8_t content_type_oid[] = PKCS9(0x03);
static const uint8_t message_digest_oid[] = PKCS9(0x04);
static const uint8_t signing_time_oid[] = PKCS9(0x05);
static const uint8_t certificate_v1_oid[] = PKCS9(0x10, 0x02, 0x0C);
static const uint8_t certificate_v2_oid[] = PKCS9(0x10, 0x02, 0x2F);
static const uint8_t time_stamp_oid[] = PKCS9(0x10, 0x02, 0x0E);

struct attribute {
    struct mn_span oid;
    struct mn_span values; /* inside of the SET */
};

struct attributes {
    struct attribute all[ATTRIBUTES_MAX];
    size_t count;
};

/* All of a SET OF Attribute (its value). */
static mn_rc read_attributes(struct mn_span in, struct attributes *out)
{
    out->count = 0;
    while (in.len > 0) {
        struct mn_der attribute, oid, values;

        if (!mn_der_next(&in, MN_DER_SEQUENCE, &attribute) ||
            !mn_der_next(&attribute.value, MN_DER_OID, &oid) ||
            !mn_der_next(&attribute.value, MN_DER_SET, &values) || attribute.value.len > 0)
            return MN_E_DAMAGED;
        if (out->count == ATTRIBUTES_MAX)
            return MN_E_EXCESSIVE;
        out->all[out->count++] = (struct attribute){oid.value, values.value};
    }
    return MN_OK;
}

/* The one value of the attribute (RFC 5652, 11: these have no more); *out is zero when the
 * attribute is not there. False when it is there without its value or more than once. */
static bool find(const struct attributes *attributes, struct mn_span oid, struct mn_der *out)
{
    bool found = false;

    *out = (struct mn_der){0};
    for (size_t i = 0; i < attributes->count; i++) {
        struct mn_span values = attributes->all[i].values;

        if (!mn_span_equal(attributes->all[i].oid, oid))
            continue;
        if (found || !mn_der_any(&values, out) || values.len > 0)
            return false;
        found = true;
    }
    return true;
}

#define FIND(attributes, oid, out) find(attributes, mn_span(oid, sizeof(oid)), out)

static bool is_repeated(const struct attributes *attributes)
{
    for (size_t i = 0; i < attributes->count; i++)
        for (size_t k = 0; k < i; k++)
            if (mn_span_equal(attributes->all[i].oid, attributes->all[k].oid))
                return true;
    return false;
}

static bool read_time(const struct mn_der *from, time_t *out)
{
    const unsigned char *at = from->whole.ptr;
    ASN1_TIME *read;
    struct tm utc = {0};
    bool good;

    if (from->tag != MN_DER_UTC_TIME && from->tag != MN_DER_GENERALIZED_TIME)
        return false;
    read = d2i_ASN1_TIME(NULL, &at, (long)from->whole.len);
    good = read && ASN1_TIME_to_tm(read, &utc);
    ASN1_TIME_free(read);
    if (good)
        *out = timegm(&utc);
    return good;
}

static mn_rc read_signed(struct mn_span in, struct mn_span content_type,
                         struct mn_signer_info *info)
{
    struct attributes attributes;
    struct mn_der type, digest, when, v1, v2;
    mn_rc rc = read_attributes(in, &attributes);

    if (rc != MN_OK)
        return rc;
    if (is_repeated(&attributes) || !FIND(&attributes, content_type_oid, &type) ||
        !FIND(&attributes, message_digest_oid, &digest) ||
        !FIND(&attributes, signing_time_oid, &when) ||
        !FIND(&attributes, certificate_v1_oid, &v1) || !FIND(&attributes, certificate_v2_oid, &v2))
        return MN_E_DAMAGED;
    if (type.tag != MN_DER_OID || !mn_span_equal(type.value, content_type) ||
        digest.tag != MN_DER_OCTETS || (when.tag && !read_time(&when, &info->time)))
        return MN_E_DAMAGED;
    info->message_digest = digest.value;
    info->has_time = when.tag != 0;
    info->certificate_v1 = v1.whole;
    info->certificate_v2 = v2.whole;
    return MN_OK;
}

/* Of what nobody has signed, the time stamp is all that is looked at. */
static mn_rc read_unsigned(struct mn_span in, struct mn_signer_info *info)
{
    struct attributes attributes;
    struct mn_der token;
    mn_rc rc = read_attributes(in, &attributes);

    if (rc != MN_OK)
        return rc;
    if (!FIND(&attributes, time_stamp_oid, &token) || (token.tag && token.tag != MN_DER_SEQUENCE))
        return MN_E_DAMAGED;
    info->time_stamp = token.whole;
    return MN_OK;
}

/* SignerIdentifier. */
static bool read_identifier(struct mn_span *in, struct mn_signer_info *info)
{
    struct mn_der sid, issuer, serial;

    if (!mn_der_any(in, &sid))
        return false;
    if (sid.tag == MN_DER_PRIMITIVE(0)) {
        info->key_id = sid.value;
        return sid.value.len > 0;
    }
    if (sid.tag != MN_DER_SEQUENCE || !mn_der_next(&sid.value, MN_DER_SEQUENCE, &issuer) ||
        !mn_der_next(&sid.value, MN_DER_INTEGER, &serial) || sid.value.len > 0)
        return false;
    info->issuer = issuer.whole;
    info->serial = serial.whole;
    return true;
}

/* Both algorithms. Those that are not accepted are kept as the refusal: the others' signatures in
 * the file may hold. */
static mn_rc read_algorithms(struct mn_span digest, struct mn_span signature,
                             struct mn_signer_info *info)
{
    struct mn_span at = digest;
    struct mn_der oid;
    enum mn_hash hash;

    if (!mn_der_next(&at, MN_DER_OID, &oid))
        return MN_E_DAMAGED;
    info->digest_oid = oid.value;
    info->refusal = mn_algorithm_read_hash(digest, &hash);
    if (info->refusal == MN_OK)
        info->refusal = mn_algorithm_read(signature, hash, &info->algorithm);
    if (info->refusal == MN_E_DAMAGED)
        return MN_E_DAMAGED;
    if (info->refusal == MN_OK && info->attributes.len > 0 &&
        info->message_digest.len != mn_hash_len(hash))
        return MN_E_DAMAGED;
    return MN_OK;
}

uint8_t mn_signer_info_version(const struct mn_signer_info *info)
{
    return info->key_id.len > 0 ? 3 : 1;
}

mn_rc mn_signer_info_read(struct mn_span *in, struct mn_span content_type,
                          struct mn_signer_info *out)
{
    struct mn_der info, version, digest, attributes, algorithm, value, rest;
    struct mn_span at;
    mn_rc rc = MN_OK;

    *out = (struct mn_signer_info){0};
    if (!mn_der_next(in, MN_DER_SEQUENCE, &info))
        return MN_E_DAMAGED;
    at = info.value;
    if (!mn_der_next(&at, MN_DER_INTEGER, &version) || !read_identifier(&at, out) ||
        !mn_der_next(&at, MN_DER_SEQUENCE, &digest) ||
        !mn_der_optional(&at, MN_DER_FIELD(0), &attributes) ||
        !mn_der_next(&at, MN_DER_SEQUENCE, &algorithm) ||
        !mn_der_next(&at, MN_DER_OCTETS, &value) || !mn_der_optional(&at, MN_DER_FIELD(1), &rest) ||
        at.len > 0)
        return MN_E_DAMAGED;
    if (version.value.len != 1 || version.value.ptr[0] != mn_signer_info_version(out))
        return MN_E_DAMAGED;
    out->whole = info.whole;
    out->attributes = attributes.whole;
    out->value = value.value;
    out->signed_part =
        mn_span(info.value.ptr, (size_t)(value.whole.ptr - info.value.ptr) + value.whole.len);
    if (attributes.tag)
        rc = read_signed(attributes.value, content_type, out);
    if (rc == MN_OK && rest.tag)
        rc = read_unsigned(rest.value, out);
    return rc == MN_OK ? read_algorithms(digest.value, algorithm.value, out) : rc;
}
