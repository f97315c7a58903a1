#include "token/object.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum origin {
    /* what is the value. */
    ORIGIN_FLAG,
    ORIGIN_NUMBER,
    ORIGIN_TEXT,     /* ... text is */
    ORIGIN_NUMBERED, /* ... text is, with the object's number behind it from the second on */
    ORIGIN_EMPTY,
    ORIGIN_SENSITIVE,

    /* what is where it stands in struct mn_token_facts. */
    ORIGIN_FACT_FLAG,
    ORIGIN_FACT_NOT,    /* the flag's contrary */
    ORIGIN_FACT_SPAN,   /* a struct mn_span */
    ORIGIN_FACT_NUMBER, /* an unsigned */
    ORIGIN_FACT_TEXT,   /* a string */
    ORIGIN_CA_LABEL,    /* numbered as above */

    /* what is where it stands in struct mn_certificate. */
    ORIGIN_CERTIFICATE_BYTES,  /* a struct mn_bytes */
    ORIGIN_CERTIFICATE_ARRAY,  /* len bytes */
    ORIGIN_CERTIFICATE_NUMBER, /* an unsigned */

    ORIGIN_CA_ID,           /* the fact where it is one, else the hash of the certificate's key */
    ORIGIN_ISSUER_KEY_HASH, /* empty where the certificate does not tell */
    ORIGIN_DER,             /* the certificate itself */
    ORIGIN_MECHANISMS,
};

struct row {
    CK_ATTRIBUTE_TYPE type;
    enum origin origin;
    CK_ULONG what;
    size_t len;
    const char *text;
};

/* clang-format off */
#define YES(type)              {type, ORIGIN_FLAG, CK_TRUE, 0, NULL}
#define NO(type)               {type, ORIGIN_FLAG, CK_FALSE, 0, NULL}
#define NUMBER(type, value)    {type, ORIGIN_NUMBER, value, 0, NULL}
#define TEXT(type, value)      {type, ORIGIN_TEXT, 0, 0, value}
#define EMPTY(type)            {type, ORIGIN_EMPTY, 0, 0, NULL}
#define SENSITIVE(type)        {type, ORIGIN_SENSITIVE, 0, 0, NULL}
#define FACT(type, how, member) \
    {type, ORIGIN_FACT_##how, offsetof(struct mn_token_facts, member), 0, NULL}
#define CERTIFICATE(type, how, member) \
    {type, ORIGIN_CERTIFICATE_##how, offsetof(struct mn_certificate, member), 0, NULL}
#define FIRST_BYTES(type, count, member) \
    {type, ORIGIN_CERTIFICATE_ARRAY, offsetof(struct mn_certificate, member), count, NULL}

/* 4.4: storage objects. Nothing on these tokens can be changed through Cryptoki. The name is another
 * for each kind, and of the one kind of which a token has several they are numbered: that is all that
 * 4.4.1 wants. */
#define STORAGE(name) \
    YES(CKA_TOKEN), NO(CKA_MODIFIABLE), NO(CKA_COPYABLE), NO(CKA_DESTROYABLE), \
    {CKA_UNIQUE_ID, ORIGIN_NUMBERED, 0, 0, name}

/* 4.7: keys. That they were made on the card is believed of the plastic card but is not written
 * anywhere on it: CKA_LOCAL claims nothing. */
#define KEY(type) \
    NUMBER(CKA_KEY_TYPE, type), \
    FACT(CKA_ID, SPAN, key_id), \
    FACT(CKA_LABEL, TEXT, object_label), \
    FIRST_BYTES(CKA_START_DATE, 8, not_before), \
    FIRST_BYTES(CKA_END_DATE, 8, not_after), \
    NO(CKA_DERIVE), \
    NO(CKA_LOCAL), \
    NUMBER(CKA_KEY_GEN_MECHANISM, CK_UNAVAILABLE_INFORMATION), \
    {CKA_ALLOWED_MECHANISMS, ORIGIN_MECHANISMS, 0, 0, NULL}

/* 4.6: X.509 certificates. */
#define X509(name) \
    NUMBER(CKA_CLASS, CKO_CERTIFICATE), \
    STORAGE(name), \
    NUMBER(CKA_CERTIFICATE_TYPE, CKC_X_509), \
    NO(CKA_TRUSTED), \
    FIRST_BYTES(CKA_CHECK_VALUE, 3, sha1), \
    FIRST_BYTES(CKA_START_DATE, 8, not_before), \
    FIRST_BYTES(CKA_END_DATE, 8, not_after), \
    CERTIFICATE(CKA_PUBLIC_KEY_INFO, BYTES, public_key_info), \
    CERTIFICATE(CKA_SUBJECT, BYTES, subject), \
    CERTIFICATE(CKA_ISSUER, BYTES, issuer), \
    CERTIFICATE(CKA_SERIAL_NUMBER, BYTES, serial), \
    {CKA_VALUE, ORIGIN_DER, 0, 0, NULL}, \
    EMPTY(CKA_URL), \
    FIRST_BYTES(CKA_HASH_OF_SUBJECT_PUBLIC_KEY, 20, subject_key_sha1), \
    {CKA_HASH_OF_ISSUER_PUBLIC_KEY, ORIGIN_ISSUER_KEY_HASH, 0, 0, NULL}, \
    NUMBER(CKA_JAVA_MIDP_SECURITY_DOMAIN, CK_SECURITY_DOMAIN_UNSPECIFIED), \
    NUMBER(CKA_NAME_HASH_ALGORITHM, CKM_SHA_1)

/* 4.9. */
#define PRIVATE_KEY(type) \
    NUMBER(CKA_CLASS, CKO_PRIVATE_KEY), \
    STORAGE("private-key"), \
    YES(CKA_PRIVATE), \
    KEY(type), \
    CERTIFICATE(CKA_SUBJECT, BYTES, subject), \
    YES(CKA_SENSITIVE), \
    FACT(CKA_ALWAYS_SENSITIVE, FLAG, in_hardware), \
    NO(CKA_EXTRACTABLE), \
    FACT(CKA_NEVER_EXTRACTABLE, FLAG, in_hardware), \
    YES(CKA_SIGN), \
    NO(CKA_SIGN_RECOVER), \
    FACT(CKA_DECRYPT, FLAG, can_decrypt), \
    NO(CKA_UNWRAP), \
    NO(CKA_WRAP_WITH_TRUSTED), \
    FACT(CKA_ALWAYS_AUTHENTICATE, FLAG, always_authenticate), \
    CERTIFICATE(CKA_PUBLIC_KEY_INFO, BYTES, public_key_info)

/* 4.8. */
#define PUBLIC_KEY(type) \
    NUMBER(CKA_CLASS, CKO_PUBLIC_KEY), \
    STORAGE("public-key"), \
    FACT(CKA_PRIVATE, NOT, certificate_is_public), \
    KEY(type), \
    CERTIFICATE(CKA_SUBJECT, BYTES, subject), \
    YES(CKA_VERIFY), \
    NO(CKA_VERIFY_RECOVER), \
    FACT(CKA_ENCRYPT, FLAG, can_decrypt), \
    NO(CKA_WRAP), \
    NO(CKA_TRUSTED), \
    CERTIFICATE(CKA_PUBLIC_KEY_INFO, BYTES, public_key_info)

static const struct row private_rsa_rows[] = {
    PRIVATE_KEY(CKK_RSA),
    CERTIFICATE(CKA_MODULUS, BYTES, modulus),
    CERTIFICATE(CKA_PUBLIC_EXPONENT, BYTES, exponent),
    FACT(CKA_MODULUS_BITS, NUMBER, key_bits),
    SENSITIVE(CKA_PRIVATE_EXPONENT),
    SENSITIVE(CKA_PRIME_1),
    SENSITIVE(CKA_PRIME_2),
    SENSITIVE(CKA_EXPONENT_1),
    SENSITIVE(CKA_EXPONENT_2),
    SENSITIVE(CKA_COEFFICIENT),
};

static const struct row private_ec_rows[] = {
    PRIVATE_KEY(CKK_EC),
    CERTIFICATE(CKA_EC_PARAMS, BYTES, ec_params),
    SENSITIVE(CKA_VALUE),
};

static const struct row public_rsa_rows[] = {
    PUBLIC_KEY(CKK_RSA),
    CERTIFICATE(CKA_MODULUS, BYTES, modulus),
    CERTIFICATE(CKA_PUBLIC_EXPONENT, BYTES, exponent),
    CERTIFICATE(CKA_MODULUS_BITS, NUMBER, bits),
};

static const struct row public_ec_rows[] = {
    PUBLIC_KEY(CKK_EC),
    CERTIFICATE(CKA_EC_PARAMS, BYTES, ec_params),
    CERTIFICATE(CKA_EC_POINT, BYTES, ec_point),
};

static const struct row certificate_rows[] = {
    X509("certificate"),
    FACT(CKA_PRIVATE, NOT, certificate_is_public),
    FACT(CKA_LABEL, TEXT, object_label),
    FACT(CKA_ID, SPAN, key_id),
    NUMBER(CKA_CERTIFICATE_CATEGORY, CK_CERTIFICATE_CATEGORY_TOKEN_USER),
};

static const struct row ca_certificate_rows[] = {
    X509("ca-certificate"),
    NO(CKA_PRIVATE),
    {CKA_LABEL, ORIGIN_CA_LABEL, 0, 0, NULL},
    {CKA_ID, ORIGIN_CA_ID, 0, 0, NULL},
    NUMBER(CKA_CERTIFICATE_CATEGORY, CK_CERTIFICATE_CATEGORY_AUTHORITY),
};

/* Profiles 3.0, "Public Certificates Token": every certificate can be found without login, and by its
 * CKA_ID the public key that goes with it. */
static const struct row profile_rows[] = {
    NUMBER(CKA_CLASS, CKO_PROFILE),
    STORAGE("profile"),
    NO(CKA_PRIVATE),
    EMPTY(CKA_LABEL),
    NUMBER(CKA_PROFILE_ID, CKP_PUBLIC_CERTIFICATES_TOKEN),
};

#define TABLE(rows) {rows, sizeof rows / sizeof rows[0]}
/* clang-format on */

static const struct table {
    const struct row *rows;
    size_t len;
} tables[MN_OBJECT_KINDS] = {
    [MN_OBJECT_PRIVATE_KEY] = TABLE(private_rsa_rows),
    [MN_OBJECT_PUBLIC_KEY] = TABLE(public_rsa_rows),
    [MN_OBJECT_CERTIFICATE] = TABLE(certificate_rows),
    [MN_OBJECT_CA_CERTIFICATE] = TABLE(ca_certificate_rows),
    [MN_OBJECT_PROFILE] = TABLE(profile_rows),
};

static const struct table ec_tables[] = {
    [MN_OBJECT_PRIVATE_KEY] = TABLE(private_ec_rows),
    [MN_OBJECT_PUBLIC_KEY] = TABLE(public_ec_rows),
};

static const struct table *table_of(enum mn_object_kind kind, enum mn_key_kind key)
{
    bool is_key = kind == MN_OBJECT_PRIVATE_KEY || kind == MN_OBJECT_PUBLIC_KEY;
    return is_key && key == MN_KEY_EC ? &ec_tables[kind] : &tables[kind];
}

/* A value in the form Cryptoki has it, where source has another. */
struct scratch {
    CK_BBOOL flag;
    CK_ULONG number;
    char text[160];
};

static struct mn_span flag(struct scratch *s, bool value)
{
    s->flag = value ? CK_TRUE : CK_FALSE;
    return mn_span(&s->flag, sizeof s->flag);
}

static struct mn_span number(struct scratch *s, CK_ULONG value)
{
    s->number = value;
    return mn_span(&s->number, sizeof s->number);
}

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

static struct mn_span numbered(struct scratch *s, const char *name, unsigned number)
{
    if (number == 0)
        return text(name);
    snprintf(s->text, sizeof s->text, "%s %u", name, number + 1);
    return text(s->text);
}

static struct mn_span ca_id(const struct mn_object_source *source)
{
    if (source->facts->ca_id.len > 0)
        return source->facts->ca_id;
    return mn_span(source->certificate->subject_key_sha1,
                   sizeof source->certificate->subject_key_sha1);
}

static struct mn_span issuer_key_hash(const struct mn_certificate *c)
{
    return c->has_issuer_key_sha1 ? mn_span(c->issuer_key_sha1, sizeof c->issuer_key_sha1)
                                  : mn_span(NULL, 0);
}

static bool is_known(enum origin origin, const struct mn_object_source *source)
{
    if (origin == ORIGIN_MECHANISMS)
        return source->mechanisms != NULL;
    if (origin == ORIGIN_CA_ID && source->facts->ca_id.len > 0)
        return true;
    return origin < ORIGIN_CERTIFICATE_BYTES || source->certificate;
}

static const void *fact(const struct row *row, const struct mn_object_source *source)
{
    return (const char *)source->facts + row->what;
}

static const void *field(const struct row *row, const struct mn_object_source *source)
{
    return (const char *)source->certificate + row->what;
}

/* Only where is_known. */
static struct mn_span value_of(const struct row *row, const struct mn_object_source *source,
                               struct scratch *s)
{
    switch (row->origin) {
    case ORIGIN_FLAG:
        return flag(s, row->what == CK_TRUE);
    case ORIGIN_NUMBER:
        return number(s, row->what);
    case ORIGIN_TEXT:
        return text(row->text);
    case ORIGIN_NUMBERED:
        return numbered(s, row->text, source->number);
    case ORIGIN_EMPTY:
    case ORIGIN_SENSITIVE:
        return mn_span(NULL, 0);
    case ORIGIN_FACT_FLAG:
        return flag(s, *(const bool *)fact(row, source));
    case ORIGIN_FACT_NOT:
        return flag(s, !*(const bool *)fact(row, source));
    case ORIGIN_FACT_SPAN:
        return *(const struct mn_span *)fact(row, source);
    case ORIGIN_FACT_NUMBER:
        return number(s, *(const unsigned *)fact(row, source));
    case ORIGIN_FACT_TEXT:
        return text(*(const char *const *)fact(row, source));
    case ORIGIN_CA_LABEL:
        return numbered(s, source->facts->ca_label, source->number);
    case ORIGIN_CERTIFICATE_BYTES:
        return mn_bytes_span(field(row, source));
    case ORIGIN_CERTIFICATE_ARRAY:
        return mn_span(field(row, source), row->len);
    case ORIGIN_CERTIFICATE_NUMBER:
        return number(s, *(const unsigned *)field(row, source));
    case ORIGIN_CA_ID:
        return ca_id(source);
    case ORIGIN_ISSUER_KEY_HASH:
        return issuer_key_hash(source->certificate);
    case ORIGIN_DER:
        return source->der;
    case ORIGIN_MECHANISMS:
        return mn_span(source->mechanisms, source->mechanisms_len * sizeof *source->mechanisms);
    }
    return mn_span(NULL, 0);
}

static mn_rc add_row(const struct row *row, const struct mn_object_source *source,
                     struct mn_attributes *out)
{
    struct scratch scratch;
    if (row->origin == ORIGIN_SENSITIVE)
        return mn_attributes_add_sensitive(out, row->type);
    if (!is_known(row->origin, source))
        return MN_OK;
    return mn_attributes_add(out, row->type, value_of(row, source, &scratch));
}

mn_rc mn_object_build(enum mn_object_kind kind, const struct mn_object_source *source,
                      struct mn_attributes *out)
{
    const struct table *table = table_of(kind, source->facts->key_kind);
    mn_rc rc = MN_OK;
    for (size_t i = 0; rc == MN_OK && i < table->len; i++)
        rc = add_row(&table->rows[i], source, out);
    if (rc)
        mn_attributes_free(out);
    return rc;
}

bool mn_object_may_have(enum mn_object_kind kind, enum mn_key_kind key, CK_ATTRIBUTE_TYPE type)
{
    const struct table *table = table_of(kind, key);
    for (size_t i = 0; i < table->len; i++)
        if (table->rows[i].type == type)
            return true;
    return false;
}
