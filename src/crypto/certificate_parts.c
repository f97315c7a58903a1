#include "crypto/certificate_parts.h"

#include "crypto/der.h"

/* The tags that certificates alone use. */
#define BOOLEAN    0x01
#define BIT_STRING 0x03
#define VERSION    MN_DER_FIELD(0)
#define EXTENSIONS MN_DER_FIELD(3)
#define ISSUER_ID  MN_DER_PRIMITIVE(1)
#define SUBJECT_ID MN_DER_PRIMITIVE(2)

#define UNUSED_BITS_MAX 7

bool mn_certificate_parts_bits(struct mn_span *in, struct mn_span *bits)
{
    struct mn_der string;
    unsigned unused;

    if (!mn_der_next(in, BIT_STRING, &string) || string.value.len == 0)
        return false;
    unused = string.value.ptr[0];
    *bits = mn_span(string.value.ptr + 1, string.value.len - 1);
    if (bits->len == 0)
        return unused == 0;
    return unused <= UNUSED_BITS_MAX && !(bits->ptr[bits->len - 1] & ((1u << unused) - 1));
}

/* AlgorithmIdentifier (4.1.1.2). */
static bool read_algorithm(struct mn_span *in, struct mn_span *parameters)
{
    struct mn_der algorithm, oid, any = {0};

    if (!mn_der_next(in, MN_DER_SEQUENCE, &algorithm) ||
        !mn_der_next(&algorithm.value, MN_DER_OID, &oid) ||
        (algorithm.value.len > 0 && !mn_der_any(&algorithm.value, &any)))
        return false;
    *parameters = any.whole;
    return algorithm.value.len == 0;
}

/* RelativeDistinguishedName: at least one attribute, each of them a type and a value. */
static bool is_part_of_a_name(struct mn_span in)
{
    struct mn_der attribute, oid, value;

    do {
        if (!mn_der_next(&in, MN_DER_SEQUENCE, &attribute) ||
            !mn_der_next(&attribute.value, MN_DER_OID, &oid) ||
            !mn_der_any(&attribute.value, &value) || attribute.value.len > 0)
            return false;
    } while (in.len > 0);
    return true;
}

/* Name (4.1.2.4). */
static bool read_name(struct mn_span *in, struct mn_span *out)
{
    struct mn_der name, part;

    if (!mn_der_next(in, MN_DER_SEQUENCE, &name))
        return false;
    while (name.value.len > 0)
        if (!mn_der_next(&name.value, MN_DER_SET, &part) || !is_part_of_a_name(part.value))
            return false;
    *out = name.whole;
    return true;
}

static bool read_time(struct mn_span *in, struct mn_span *out)
{
    struct mn_der time;

    if (!mn_der_next(in, MN_DER_UTC_TIME, &time) &&
        !mn_der_next(in, MN_DER_GENERALIZED_TIME, &time))
        return false;
    *out = time.whole;
    return true;
}

/* Validity (4.1.2.5). */
static bool read_validity(struct mn_span *in, struct mn_certificate_parts *out)
{
    struct mn_der validity;

    return mn_der_next(in, MN_DER_SEQUENCE, &validity) &&
           read_time(&validity.value, &out->not_before) &&
           read_time(&validity.value, &out->not_after) && validity.value.len == 0;
}

/* SubjectPublicKeyInfo (4.1.2.7). */
static bool read_key(struct mn_span *in, struct mn_certificate_parts *out)
{
    struct mn_der info;

    if (!mn_der_next(in, MN_DER_SEQUENCE, &info) ||
        !read_algorithm(&info.value, &out->key_parameters) ||
        !mn_certificate_parts_bits(&info.value, &out->key_bits) || info.value.len > 0)
        return false;
    out->public_key_info = info.whole;
    return true;
}

/* Extension (4.1.2.9). */
static bool read_extension(struct mn_span *in, struct mn_span *oid, struct mn_span *value)
{
    struct mn_der extension, type, critical, octets;

    if (!mn_der_next(in, MN_DER_SEQUENCE, &extension) ||
        !mn_der_next(&extension.value, MN_DER_OID, &type) ||
        !mn_der_optional(&extension.value, BOOLEAN, &critical) ||
        !mn_der_next(&extension.value, MN_DER_OCTETS, &octets) || extension.value.len > 0)
        return false;
    *oid = type.value;
    *value = octets.value;
    return true;
}

static bool read_extensions(struct mn_span *in, struct mn_certificate_parts *out)
{
    struct mn_der field, list;
    struct mn_span rest, oid, value;

    if (!mn_der_optional(in, EXTENSIONS, &field) || !field.tag)
        return !field.tag;
    if (!mn_der_next(&field.value, MN_DER_SEQUENCE, &list) || field.value.len > 0)
        return false;
    for (rest = list.value; rest.len > 0;)
        if (!read_extension(&rest, &oid, &value))
            return false;
    out->extensions = list.value;
    return true;
}

/* TBSCertificate. */
static bool read_signed_part(struct mn_span in, struct mn_certificate_parts *out)
{
    struct mn_der version, serial, id;
    struct mn_span parameters;

    if (!mn_der_optional(&in, VERSION, &version) || !mn_der_next(&in, MN_DER_INTEGER, &serial) ||
        serial.value.len == 0 || !read_algorithm(&in, &parameters))
        return false;
    out->serial = serial.whole;
    return read_name(&in, &out->issuer) && read_validity(&in, out) &&
           read_name(&in, &out->subject) && read_key(&in, out) &&
           mn_der_optional(&in, ISSUER_ID, &id) && mn_der_optional(&in, SUBJECT_ID, &id) &&
           read_extensions(&in, out) && in.len == 0;
}

bool mn_certificate_parts_read(struct mn_span der, struct mn_certificate_parts *out)
{
    struct mn_certificate_parts parts = {0};
    struct mn_der certificate, signed_part;
    struct mn_span parameters, signature;

    *out = (struct mn_certificate_parts){0};
    if (!mn_der_next(&der, MN_DER_SEQUENCE, &certificate) || der.len > 0 ||
        !mn_der_next(&certificate.value, MN_DER_SEQUENCE, &signed_part) ||
        !read_algorithm(&certificate.value, &parameters) ||
        !mn_certificate_parts_bits(&certificate.value, &signature) || certificate.value.len > 0 ||
        !read_signed_part(signed_part.value, &parts))
        return false;
    *out = parts;
    return true;
}

bool mn_certificate_parts_extension(const struct mn_certificate_parts *parts, struct mn_span oid,
                                    struct mn_span *value)
{
    struct mn_span rest = parts->extensions, type, found;
    bool has = false;

    *value = (struct mn_span){0};
    while (rest.len > 0 && read_extension(&rest, &type, &found)) {
        if (!mn_span_equal(type, oid))
            continue;
        *value = found;
        if (has)
            *value = (struct mn_span){0};
        has = true;
    }
    return has;
}
