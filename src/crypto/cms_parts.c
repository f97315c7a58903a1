#include "crypto/cms_parts.h"

/* 1.2.840.113549.1.7.2, .1 (RFC 5652, 5.1 and 4) and 1.2.840.113549.1.9.16.1.4 (RFC 3161, 2.4.2).
 */
static const uint8_t signed_data_oid[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02};
static const uint8_t data_oid[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01};
static const uint8_t tst_info_oid[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D,
                                       0x01, 0x09, 0x10, 0x01, 0x04};

const struct mn_span mn_cms_data = {data_oid, sizeof data_oid};
const struct mn_span mn_cms_tst_info = {tst_info_oid, sizeof tst_info_oid};

/* Does it begin as a ContentInfo with a SignedData does, BER included? */
static bool looks_like_signed_data(struct mn_span file)
{
    size_t at = 2;

    if (file.len < 2 || file.ptr[0] != MN_DER_SEQUENCE)
        return false;
    if (file.ptr[1] > 0x80)
        at += file.ptr[1] & 0x7Fu;
    return at + 2 + sizeof signed_data_oid <= file.len && file.ptr[at] == MN_DER_OID &&
           file.ptr[at + 1] == sizeof signed_data_oid &&
           MN_DER_IS(mn_span(file.ptr + at + 2, sizeof signed_data_oid), signed_data_oid);
}

/* From the outermost to the inside of the SignedData. */
static bool open_file(struct mn_span der, struct mn_span *out)
{
    struct mn_der info, oid, field, data;

    if (!mn_der_next(&der, MN_DER_SEQUENCE, &info) || der.len > 0 ||
        !mn_der_next(&info.value, MN_DER_OID, &oid) ||
        !mn_der_next(&info.value, MN_DER_FIELD(0), &field) || info.value.len > 0 ||
        !mn_der_next(&field.value, MN_DER_SEQUENCE, &data) || field.value.len > 0)
        return false;
    *out = data.value;
    return true;
}

/* EncapsulatedContentInfo. */
static mn_rc read_content(struct mn_span in, struct mn_span content_type, struct mn_span *content)
{
    struct mn_der oid, field, octets;

    if (!mn_der_next(&in, MN_DER_OID, &oid) || !mn_der_optional(&in, MN_DER_FIELD(0), &field) ||
        in.len > 0)
        return MN_E_DAMAGED;
    if (!mn_span_equal(oid.value, content_type))
        return MN_E_FORMAT;
    *content = (struct mn_span){0};
    if (!field.tag)
        return MN_OK;
    if (!mn_der_next(&field.value, MN_DER_OCTETS, &octets) || field.value.len > 0)
        return MN_E_DAMAGED;
    *content = octets.value;
    return MN_OK;
}

/* Other choices than a certificate are not used here. */
static mn_rc read_certificates(struct mn_span in, struct mn_cms_parts *out)
{
    while (in.len > 0) {
        struct mn_der certificate;

        if (!mn_der_next(&in, MN_DER_SEQUENCE, &certificate))
            return MN_E_DAMAGED;
        if (out->certificate_count == MN_CERTIFICATES_MAX)
            return MN_E_EXCESSIVE;
        out->certificates[out->certificate_count++] = certificate.whole;
    }
    return MN_OK;
}

/* Is the signer's digest algorithm among those announced (RFC 5652, 5.3: it should be)? */
static bool is_announced(struct mn_span algorithms, const struct mn_signer_info *info)
{
    struct mn_der identifier, oid;

    while (mn_der_next(&algorithms, MN_DER_SEQUENCE, &identifier))
        if (mn_der_next(&identifier.value, MN_DER_OID, &oid) &&
            mn_span_equal(oid.value, info->digest_oid))
            return true;
    return false;
}

static bool is_algorithms(struct mn_span in)
{
    struct mn_der identifier;
    enum mn_hash hash;

    while (in.len > 0)
        if (!mn_der_next(&in, MN_DER_SEQUENCE, &identifier) ||
            mn_algorithm_read_hash(identifier.value, &hash) == MN_E_DAMAGED)
            return false;
    return true;
}

/* A copy of an earlier one says nothing more: it is passed over. */
static bool is_there(const struct mn_cms_parts *parts, const struct mn_signer_info *info)
{
    for (size_t i = 0; i < parts->signer_count; i++)
        if (mn_span_equal(parts->signers[i].whole, info->whole))
            return true;
    return false;
}

static mn_rc read_signers(struct mn_span in, struct mn_span content_type, struct mn_span algorithms,
                          struct mn_cms_parts *out)
{
    while (in.len > 0) {
        struct mn_signer_info info;
        mn_rc rc = mn_signer_info_read(&in, content_type, &info);

        if (rc != MN_OK)
            return rc;
        if (!is_announced(algorithms, &info))
            return MN_E_DAMAGED;
        if (is_there(out, &info))
            continue;
        if (out->signer_count == MN_SIGNERS_MAX)
            return MN_E_EXCESSIVE;
        out->signers[out->signer_count++] = info;
    }
    return out->signer_count > 0 ? MN_OK : MN_E_DAMAGED;
}

/* RFC 5652, 5.1. */
static bool is_version(const struct mn_cms_parts *parts, bool is_data, struct mn_span version)
{
    uint8_t wanted = is_data ? 1 : 3;

    for (size_t i = 0; i < parts->signer_count; i++)
        if (mn_signer_info_version(&parts->signers[i]) > wanted)
            wanted = 3;
    return version.len == 1 && version.ptr[0] == wanted;
}

mn_rc mn_cms_parts_read(struct mn_span der, struct mn_span content_type, struct mn_cms_parts *out)
{
    struct mn_der version, algorithms, encapsulated, certificates, crls, signers;
    struct mn_span in;
    mn_rc rc;

    out->certificate_count = 0;
    out->signer_count = 0;
    if (der.len > MN_SIGNED_DATA_MAX)
        return MN_E_EXCESSIVE;
    if (!looks_like_signed_data(der))
        return MN_E_FORMAT;
    if (!open_file(der, &in) || !mn_der_next(&in, MN_DER_INTEGER, &version) ||
        !mn_der_next(&in, MN_DER_SET, &algorithms) || !is_algorithms(algorithms.value) ||
        !mn_der_next(&in, MN_DER_SEQUENCE, &encapsulated) ||
        !mn_der_optional(&in, MN_DER_FIELD(0), &certificates) ||
        !mn_der_optional(&in, MN_DER_FIELD(1), &crls) || !mn_der_next(&in, MN_DER_SET, &signers) ||
        in.len > 0)
        return MN_E_DAMAGED;
    rc = read_content(encapsulated.value, content_type, &out->content);
    if (rc == MN_OK)
        rc = read_certificates(certificates.value, out);
    if (rc == MN_OK)
        rc = read_signers(signers.value, content_type, algorithms.value, out);
    if (rc == MN_OK && !is_version(out, mn_span_equal(content_type, mn_cms_data), version.value))
        rc = MN_E_DAMAGED;
    return rc;
}

mn_rc mn_cms_parts_want(const struct mn_cms_parts *parts, struct mn_content_digest *content)
{
    mn_rc rc = MN_OK;

    for (size_t i = 0; i < parts->signer_count && rc == MN_OK; i++)
        if (parts->signers[i].refusal == MN_OK)
            rc = mn_content_digest_want(content, parts->signers[i].algorithm.hash);
    return rc;
}

mn_rc mn_cms_parts_certificates(const struct mn_cms_parts *parts, struct mn_certificates *list)
{
    size_t before = list->count;
    mn_rc rc = MN_OK;

    for (size_t i = 0; i < parts->certificate_count && rc == MN_OK; i++)
        rc = mn_certificates_add(list, parts->certificates[i]);
    while (rc != MN_OK && list->count > before)
        mn_bytes_free(&list->der[--list->count]);
    return rc;
}

bool mn_cms_parts_kept(const struct mn_cms_parts *before, const struct mn_cms_parts *after,
                       struct mn_span but)
{
    size_t kept = 0;

    for (size_t i = 0; i < before->signer_count; i++) {
        const struct mn_signer_info *old = &before->signers[i];
        bool may_grow = mn_span_equal(old->value, but), found = false;

        for (size_t k = 0; k < after->signer_count && !found; k++)
            found = may_grow ? mn_span_equal(old->signed_part, after->signers[k].signed_part)
                             : mn_span_equal(old->whole, after->signers[k].whole);
        kept += found;
    }
    return kept == before->signer_count;
}
