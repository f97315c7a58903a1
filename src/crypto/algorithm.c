#include "crypto/algorithm.h"

/* The values of OBJECT IDENTIFIERs, and what each stands for. */
struct name {
    uint8_t oid[10];
    uint8_t len;
    mn_rc rc;
    enum mn_hash hash;
    enum mn_key_kind kind;
    enum { ANY_HASH = 1, ITS_HASH, BY_PARAMETERS } hash_from; /* of a signature */
};

#define SHA2(last) {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last}, 9
#define RSA(last)  {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, last}, 9
#define EC(last)   {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, last}, 8

static const struct name hashes[] = {
    {SHA2(0x01), MN_OK, MN_SHA256, MN_KEY_NONE, 0},
    {SHA2(0x02), MN_OK, MN_SHA384, MN_KEY_NONE, 0},
    {SHA2(0x03), MN_OK, MN_SHA512, MN_KEY_NONE, 0},
    {SHA2(0x04), MN_E_WEAK, MN_SHA224, MN_KEY_NONE, 0},
    {{0x2B, 0x0E, 0x03, 0x02, 0x1A}, 5, MN_E_WEAK, MN_SHA1, MN_KEY_NONE, 0},
    /* MD5 */
    {{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x05}, 8, MN_E_WEAK, MN_SHA1, MN_KEY_NONE, 0},
};

static const struct name signatures[] = {
    {RSA(0x01), MN_OK, MN_SHA256, MN_KEY_RSA, ANY_HASH},
    {RSA(0x0A), MN_OK, MN_SHA256, MN_KEY_RSA, BY_PARAMETERS},
    {RSA(0x0B), MN_OK, MN_SHA256, MN_KEY_RSA, ITS_HASH},
    {RSA(0x0C), MN_OK, MN_SHA384, MN_KEY_RSA, ITS_HASH},
    {RSA(0x0D), MN_OK, MN_SHA512, MN_KEY_RSA, ITS_HASH},
    {EC(0x02), MN_OK, MN_SHA256, MN_KEY_EC, ITS_HASH},
    {EC(0x03), MN_OK, MN_SHA384, MN_KEY_EC, ITS_HASH},
    {EC(0x04), MN_OK, MN_SHA512, MN_KEY_EC, ITS_HASH},
    /* with SHA-1, MD5 and SHA-224; ECDSA with SHA-1 and SHA-224 */
    {RSA(0x05), MN_E_WEAK, MN_SHA1, MN_KEY_RSA, ITS_HASH},
    {RSA(0x04), MN_E_WEAK, MN_SHA1, MN_KEY_RSA, ITS_HASH},
    {RSA(0x0E), MN_E_WEAK, MN_SHA224, MN_KEY_RSA, ITS_HASH},
    {{0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01}, 7, MN_E_WEAK, MN_SHA1, MN_KEY_EC, ITS_HASH},
    {EC(0x01), MN_E_WEAK, MN_SHA224, MN_KEY_EC, ITS_HASH},
};

static const uint8_t mgf1[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08};

static const struct name *find(const struct name *names, size_t count, struct mn_span oid)
{
    for (size_t i = 0; i < count; i++)
        if (mn_span_equal(oid, mn_span(names[i].oid, names[i].len)))
            return &names[i];
    return NULL;
}

#define FIND(names, oid) find(names, sizeof(names) / sizeof(names)[0], oid)

/* Absent, or NULL where that is allowed. */
static bool is_plain(struct mn_span parameters, bool null_allowed)
{
    static const uint8_t null[] = {MN_DER_NULL, 0};

    return parameters.len == 0 || (null_allowed && MN_DER_IS(parameters, null));
}

mn_rc mn_algorithm_read_hash(struct mn_span identifier, enum mn_hash *out)
{
    const struct name *name;
    struct mn_der oid;

    if (!mn_der_next(&identifier, MN_DER_OID, &oid))
        return MN_E_DAMAGED;
    name = FIND(hashes, oid.value);
    if (!name)
        return MN_E_UNSUPPORTED;
    if (!is_plain(identifier, true))
        return MN_E_DAMAGED;
    *out = name->hash;
    return name->rc;
}

/* The AlgorithmIdentifier alone in a field. */
static mn_rc read_field_hash(struct mn_span field, enum mn_hash *out)
{
    struct mn_der identifier;

    if (!mn_der_next(&field, MN_DER_SEQUENCE, &identifier) || field.len > 0)
        return MN_E_DAMAGED;
    return mn_algorithm_read_hash(identifier.value, out);
}

static mn_rc read_mask(struct mn_span field, enum mn_hash *out)
{
    struct mn_der mask, oid;

    if (!mn_der_next(&field, MN_DER_SEQUENCE, &mask) || field.len > 0 ||
        !mn_der_next(&mask.value, MN_DER_OID, &oid))
        return MN_E_DAMAGED;
    return MN_DER_IS(oid.value, mgf1) ? read_field_hash(mask.value, out) : MN_E_UNSUPPORTED;
}

/* A number below 0x8000, without the zero in front that it need not have. */
static bool read_salt(struct mn_span field, size_t *out)
{
    struct mn_der number;

    if (!mn_der_next(&field, MN_DER_INTEGER, &number) || field.len > 0 || number.value.len == 0 ||
        number.value.len > 2 || number.value.ptr[0] >= 0x80)
        return false;
    *out = number.value.ptr[0];
    if (number.value.len == 2)
        *out = *out << 8 | number.value.ptr[1];
    return number.value.len == 1 || *out >= 0x80;
}

/* RSASSA-PSS-params (RFC 4055, 3.1). What is absent there is SHA-1, and 20 bytes of salt. */
static mn_rc read_pss(struct mn_span parameters, struct mn_pss *pss)
{
    struct mn_der params, hash, mask, salt;
    mn_rc rc;

    if (!mn_der_next(&parameters, MN_DER_SEQUENCE, &params) || parameters.len > 0 ||
        !mn_der_optional(&params.value, MN_DER_FIELD(0), &hash) ||
        !mn_der_optional(&params.value, MN_DER_FIELD(1), &mask) ||
        !mn_der_optional(&params.value, MN_DER_FIELD(2), &salt) || params.value.len > 0)
        return MN_E_DAMAGED;
    if (!hash.tag || !mask.tag)
        return MN_E_WEAK;
    pss->salt_len = 20;
    if (salt.tag && !read_salt(salt.value, &pss->salt_len))
        return MN_E_DAMAGED;
    rc = read_field_hash(hash.value, &pss->hash);
    return rc == MN_OK ? read_mask(mask.value, &pss->mgf_hash) : rc;
}

mn_rc mn_algorithm_read(struct mn_span identifier, enum mn_hash hash, struct mn_algorithm *out)
{
    const struct name *name;
    struct mn_der oid;
    mn_rc rc;

    if (!mn_der_next(&identifier, MN_DER_OID, &oid))
        return MN_E_DAMAGED;
    name = FIND(signatures, oid.value);
    if (!name || name->rc != MN_OK)
        return name ? name->rc : MN_E_UNSUPPORTED;
    *out = (struct mn_algorithm){.kind = name->kind, .hash = hash};
    if (name->hash_from == BY_PARAMETERS) {
        out->is_pss = true;
        rc = read_pss(identifier, &out->pss);
        if (rc != MN_OK)
            return rc;
        return out->pss.hash == hash ? MN_OK : MN_E_DAMAGED;
    }
    if (name->hash_from == ITS_HASH && name->hash != hash)
        return MN_E_DAMAGED;
    return is_plain(identifier, name->kind == MN_KEY_RSA) ? MN_OK : MN_E_DAMAGED;
}
