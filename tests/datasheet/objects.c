/* The tables of objects and attributes in docs/datasheet.md against the module. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "page.h"
#include "runner.h"
#include "stage.h"

#define VALUE_MAX 4096

/* The columns of the table of attributes, and how each object is found. */
static const struct kind {
    const char *name;
    CK_OBJECT_CLASS class;
    CK_ULONG category; /* of a certificate */
} kinds[] = {
    {"private key", CKO_PRIVATE_KEY, 0},
    {"public key", CKO_PUBLIC_KEY, 0},
    {"certificate", CKO_CERTIFICATE, CK_CERTIFICATE_CATEGORY_TOKEN_USER},
    {"CA certificate", CKO_CERTIFICATE, CK_CERTIFICATE_CATEGORY_AUTHORITY},
    {"profile", CKO_PROFILE, 0},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

struct value {
    CK_BYTE bytes[VALUE_MAX];
    size_t len;
};

/* 0 where there is none. */
static CK_OBJECT_HANDLE find_kind(CK_SESSION_HANDLE session, const struct kind *kind)
{
    CK_OBJECT_CLASS class = kind->class;
    CK_ULONG category = kind->category;
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class},
                               {CKA_CERTIFICATE_CATEGORY, &category, sizeof category}};
    CK_OBJECT_HANDLE found[8];
    return find(session, template, category ? 2 : 1, found) == 1 ? found[0] : 0;
}

/* --- when each object is there --- */

static void compare_presence(CK_SESSION_HANDLE session, CK_SLOT_ID slot, bool user)
{
    const struct page_table *table = page_table("object", NULL);
    for (size_t i = 0; i < KINDS; i++) {
        const char *said = page_row(table, kinds[i].name)->cell[slot == AUTH_SLOT ? 1 : 2];
        bool expected = strcmp(said, "always") == 0 || (user && strcmp(said, "after login") == 0);
        if (expected != (find_kind(session, &kinds[i]) != 0))
            differs("%s of slot %lu %s login is %s", kinds[i].name, slot, user ? "after" : "before",
                    expected ? "not there" : "there");
    }
}

START_TEST(objects_are_there_when_the_page_says)
{
    ck_assert_uint_eq(page_table("object", NULL)->rows, KINDS);
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        compare_presence(open_session(slot, false), slot, false);
        compare_presence(log_in(slot), slot, true);
    }
    page_agrees();
}
END_TEST

/* --- which attributes they have --- */

static const char *said_of(const char *attribute, const struct kind *kind)
{
    const struct page_table *table = page_table("attribute", "private key");
    for (size_t i = 0; i < table->rows; i++)
        if (strcmp(table->row[i].cell[0], attribute) == 0)
            return page_cell(table, &table->row[i], kind->name);
    return "";
}

static CK_RV read_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                            CK_ATTRIBUTE_TYPE type, struct value *value)
{
    CK_ATTRIBUTE template = {type, value->bytes, sizeof value->bytes};
    CK_RV rv = p11->C_GetAttributeValue(session, object, &template, 1);
    value->len = template.ulValueLen;
    return rv;
}

static void compare_existence(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                              const struct kind *kind, const char *attribute, CK_ULONG type)
{
    struct value value;
    const char *said = said_of(attribute, kind);
    CK_RV expected = *said == '\0'                    ? CKR_ATTRIBUTE_TYPE_INVALID
                     : strcmp(said, "sensitive") == 0 ? CKR_ATTRIBUTE_SENSITIVE
                                                      : CKR_OK;
    CK_RV rv = read_attribute(session, object, type, &value);
    /* A name that the page does not have may stand for a number that it has by another. */
    if (rv == CKR_OK && *said == '\0' && strcmp(page_name("CKA_", type), attribute) != 0)
        return;
    if (rv != expected)
        differs("%s of the %s: 0x%lx", attribute, kind->name, rv);
}

START_TEST(objects_have_the_attributes_of_the_page_and_no_others)
{
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        CK_SESSION_HANDLE session = log_in(slot);
        for (size_t i = 0; i < KINDS; i++) {
            CK_OBJECT_HANDLE object = find_kind(session, &kinds[i]);
            size_t at = 0;
            CK_ULONG type;
            const char *name;
            while (object && (name = page_next_name("CKA_", &at, &type)))
                compare_existence(session, object, &kinds[i], name, type);
        }
    }
    page_agrees();
}
END_TEST

START_TEST(the_page_has_no_attribute_that_the_headers_do_not_have)
{
    const struct page_table *table = page_table("attribute", "private key");
    for (size_t i = 0; i < table->rows; i++)
        (void)page_number(table->row[i].cell[0]);
}
END_TEST

/* --- which values they have --- */

/* What OpenSSL says of the certificate that the card was made with. */
struct origin {
    struct value der;
    X509 *x509;
};

static void open_origin(struct origin *o, CK_SLOT_ID slot, bool ca)
{
    char path[512];
    const CK_BYTE *at = o->der.bytes;
    snprintf(path, sizeof path, "%s/%s%s.der", CARDSIM_PKI, slot == AUTH_SLOT ? "auth" : "sign",
             ca ? "-ca" : "");
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    o->der.len = fread(o->der.bytes, 1, sizeof o->der.bytes, file);
    fclose(file);
    o->x509 = d2i_X509(NULL, &at, (long)o->der.len);
    ck_assert_ptr_nonnull(o->x509);
}

static void set_bytes(struct value *v, const void *bytes, size_t len)
{
    ck_assert_uint_le(len, sizeof v->bytes);
    memcpy(v->bytes, bytes, len);
    v->len = len;
}

/* What an i2d function made, or did not. */
static void take_der(struct value *v, CK_BYTE *der, int len)
{
    ck_assert_int_gt(len, 0);
    set_bytes(v, der, (size_t)len);
    OPENSSL_free(der);
}

static void set_name(struct value *v, const X509_NAME *name)
{
    CK_BYTE *der = NULL;
    int len = i2d_X509_NAME(name, &der);
    take_der(v, der, len);
}

static void set_serial(struct value *v, const X509 *x509)
{
    CK_BYTE *der = NULL;
    int len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x509), &der);
    take_der(v, der, len);
}

static void set_key_info(struct value *v, const X509 *x509)
{
    CK_BYTE *der = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);
    take_der(v, der, len);
}

static void set_date(struct value *v, const ASN1_TIME *time)
{
    struct tm utc;
    ck_assert_int_eq(ASN1_TIME_to_tm(time, &utc), 1);
    ck_assert_uint_eq(strftime((char *)v->bytes, sizeof v->bytes, "%Y%m%d", &utc), 8);
    v->len = 8;
}

static void set_number(struct value *v, const X509 *x509, const char *name)
{
    BIGNUM *number = NULL;
    ck_assert_int_eq(EVP_PKEY_get_bn_param(X509_get0_pubkey(x509), name, &number), 1);
    v->len = (size_t)BN_bn2bin(number, v->bytes);
    BN_free(number);
}

static void set_sha1(struct value *v, const void *data, size_t len)
{
    unsigned digest_len;
    ck_assert_int_eq(EVP_Digest(data, len, v->bytes, &digest_len, EVP_sha1(), NULL), 1);
    v->len = digest_len;
}

static void set_key_hash(struct value *v, const X509 *x509)
{
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(x509);
    set_sha1(v, ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits));
}

static void set_issuer_key_hash(struct value *v, const X509 *x509)
{
    AUTHORITY_KEYID *id = X509_get_ext_d2i(x509, NID_authority_key_identifier, NULL, NULL);
    v->len = 0;
    if (id && id->keyid && ASN1_STRING_length(id->keyid) == 20)
        set_bytes(v, ASN1_STRING_get0_data(id->keyid), 20);
    AUTHORITY_KEYID_free(id);
}

static void set_mechanisms(struct value *v)
{
    const struct page_table *table = page_table("mechanism", "flags");
    v->len = 0;
    for (size_t i = 0; i < table->rows; i++) {
        CK_MECHANISM_TYPE type = page_number(table->row[i].cell[0]);
        if (!strstr(page_cell(table, &table->row[i], "flags"), "CKF_SIGN"))
            continue;
        memcpy(v->bytes + v->len, &type, sizeof type);
        v->len += sizeof type;
    }
}

/* A value that the page says in a word of its own. false: it is none of them. */
static bool from_certificate(const char *said, const struct origin *o, struct value *v)
{
    if (strcmp(said, "certificate") == 0)
        *v = o->der;
    else if (strcmp(said, "subject") == 0)
        set_name(v, X509_get_subject_name(o->x509));
    else if (strcmp(said, "issuer") == 0)
        set_name(v, X509_get_issuer_name(o->x509));
    else if (strcmp(said, "serial number") == 0)
        set_serial(v, o->x509);
    else if (strcmp(said, "not before") == 0)
        set_date(v, X509_get0_notBefore(o->x509));
    else if (strcmp(said, "not after") == 0)
        set_date(v, X509_get0_notAfter(o->x509));
    else if (strcmp(said, "public key info") == 0)
        set_key_info(v, o->x509);
    else if (strcmp(said, "modulus") == 0)
        set_number(v, o->x509, "n");
    else if (strcmp(said, "exponent") == 0)
        set_number(v, o->x509, "e");
    else if (strcmp(said, "key hash") == 0)
        set_key_hash(v, o->x509);
    else if (strcmp(said, "issuer's key hash") == 0)
        set_issuer_key_hash(v, o->x509);
    else if (strcmp(said, "check value") == 0)
        set_sha1(v, o->der.bytes, o->der.len);
    else
        return false;
    if (strcmp(said, "check value") == 0)
        v->len = 3;
    return true;
}

/* A value that the page says as it is. false: the page says nothing that is known here. */
static bool from_words(const char *said, struct value *v)
{
    CK_BBOOL flag = strcmp(said, "true") == 0;
    CK_ULONG number = strtoul(said, NULL, 0);
    if (flag || strcmp(said, "false") == 0)
        set_bytes(v, &flag, sizeof flag);
    else if (strcmp(said, "signing mechanisms") == 0)
        set_mechanisms(v);
    else if (*said == '"')
        set_bytes(v, said + 1, strlen(said) - 2);
    else if (strncmp(said, "0x", 2) == 0)
        set_bytes(v, &(CK_BYTE){(CK_BYTE)number}, 1);
    else if (number > 0 || page_value(said, &number))
        set_bytes(v, &number, sizeof number);
    else
        return false;
    return true;
}

static void compare_values(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const struct kind *kind)
{
    const struct page_table *table = page_table("attribute", "private key");
    CK_OBJECT_HANDLE object = find_kind(session, kind);
    struct origin origin;
    open_origin(&origin, slot, strcmp(kind->name, "CA certificate") == 0);
    for (size_t i = 0; object && i < table->rows; i++) {
        const char *name = table->row[i].cell[0];
        struct value expected, is;
        char said[PAGE_PART];
        page_of_slot(page_cell(table, &table->row[i], kind->name), slot == SIGN_SLOT, said);
        if (*said == '\0' || strcmp(said, "sensitive") == 0)
            continue;
        ck_assert_msg(from_certificate(said, &origin, &expected) || from_words(said, &expected),
                      "what is '%s'?", said);
        if (read_attribute(session, object, page_number(name), &is) != CKR_OK ||
            is.len != expected.len || memcmp(is.bytes, expected.bytes, is.len) != 0)
            differs("%s of the %s in slot %lu is not %s", name, kind->name, slot, said);
    }
    X509_free(origin.x509);
}

START_TEST(attributes_have_the_values_of_the_page)
{
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        CK_SESSION_HANDLE session = log_in(slot);
        for (size_t i = 0; i < KINDS; i++)
            compare_values(session, slot, &kinds[i]);
    }
    page_agrees();
}
END_TEST

/* Also when somebody has looked before the login, and nobody has asked what the card is. */
START_TEST(a_phone_shows_all_but_the_ca_certificate_after_login_only)
{
    stage_exchange("phone");
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        CK_SESSION_HANDLE session = open_session(slot, false);
        ck_assert_uint_eq(find(session, NULL, 0, NULL), 1);
        ck_assert_uint_ne(find_kind(session, &kinds[3]), 0);
        session = log_in(slot);
        ck_assert_uint_eq(find(session, NULL, 0, NULL), 4);
        ck_assert_uint_eq(find_class(session, CKO_PROFILE, NULL), 0);
    }
}
END_TEST

START_TEST(a_setting_asks_for_the_login_before_each_signature)
{
    CK_BBOOL value;
    stage_restart("sign-always-authenticate = yes\n");
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        CK_SESSION_HANDLE session = log_in(slot);
        CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY);
        CK_ATTRIBUTE template = {CKA_ALWAYS_AUTHENTICATE, &value, sizeof value};
        ck_assert_uint_eq(p11->C_GetAttributeValue(session, key, &template, 1), CKR_OK);
        ck_assert_int_eq(value, slot == SIGN_SLOT);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("datasheet");
    TCase *tcase = tcase_create("objects");
    tcase_add_checked_fixture(tcase, page_load, NULL);
    stage_attach(tcase);
    tcase_add_test(tcase, objects_are_there_when_the_page_says);
    tcase_add_test(tcase, objects_have_the_attributes_of_the_page_and_no_others);
    tcase_add_test(tcase, the_page_has_no_attribute_that_the_headers_do_not_have);
    tcase_add_test(tcase, attributes_have_the_values_of_the_page);
    tcase_add_test(tcase, a_phone_shows_all_but_the_ca_certificate_after_login_only);
    tcase_add_test(tcase, a_setting_asks_for_the_login_before_each_signature);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
