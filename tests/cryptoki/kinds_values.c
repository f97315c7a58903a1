/* The forms of attributes' values (3.0, 4), for every kind of token: OpenSSL reads them. */
#include <string.h>

#include <openssl/ec.h>
#include <openssl/x509.h>

#include "kinds.h"
#include "runner.h"

static CK_BYTE value[4096];
static CK_SESSION_HANDLE session;
static CK_OBJECT_HANDLE key, public_key, certificate;

/* The certificate is the one that has the key's CKA_ID. */
static void begin(int turn)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, value, 0}};
    CK_OBJECT_HANDLE found[8];
    kind_begin(turn);
    session = kind_log_in();
    key = only(session, CKO_PRIVATE_KEY);
    public_key = only(session, CKO_PUBLIC_KEY);
    template[1].ulValueLen = read_value(session, key, CKA_ID, value);
    ck_assert_uint_eq(find(session, template, 2, found), 1);
    certificate = found[0];
}

static bool same(CK_OBJECT_HANDLE a, CK_OBJECT_HANDLE b, CK_ATTRIBUTE_TYPE type)
{
    CK_BYTE other[4096];
    CK_ULONG len = read_value(session, a, type, value);
    return len > 0 && len == read_value(session, b, type, other) && memcmp(value, other, len) == 0;
}

START_TEST(what_belongs_together_has_one_id_one_subject_and_one_key)
{
    begin(_i);
    ck_assert(same(key, public_key, CKA_ID));
    ck_assert(same(key, certificate, CKA_ID));
    ck_assert(same(key, certificate, CKA_SUBJECT));
    ck_assert(same(key, public_key, CKA_SUBJECT));
    ck_assert(same(key, certificate, CKA_PUBLIC_KEY_INFO));
    ck_assert(same(key, public_key, CKA_PUBLIC_KEY_INFO));
    ck_assert(same(key, public_key, CKA_KEY_TYPE));
    CK_ATTRIBUTE_TYPE part = kind->signs == CKM_ECDSA ? CKA_EC_PARAMS : CKA_MODULUS;
    ck_assert(same(key, public_key, part));
}
END_TEST

static X509 *read_certificate(CK_ULONG *len)
{
    const unsigned char *at = value;
    *len = read_value(session, certificate, CKA_VALUE, value);
    X509 *x509 = d2i_X509(NULL, &at, (long)*len);
    ck_assert_ptr_nonnull(x509);
    ck_assert_ptr_eq(at, value + *len); /* nothing behind it */
    return x509;
}

static void is_der(CK_ATTRIBUTE_TYPE type, unsigned char *der, int len)
{
    ck_assert_int_gt(len, 0);
    ck_assert_uint_eq(read_value(session, certificate, type, value), (CK_ULONG)len);
    ck_assert_mem_eq(value, der, (size_t)len);
    OPENSSL_free(der);
}

START_TEST(names_numbers_and_keys_are_der)
{
    CK_ULONG len;
    unsigned char *der[4] = {NULL};
    begin(_i);
    X509 *x509 = read_certificate(&len);
    int lens[] = {i2d_X509_NAME(X509_get_subject_name(x509), &der[0]),
                  i2d_X509_NAME(X509_get_issuer_name(x509), &der[1]),
                  i2d_ASN1_INTEGER(X509_get0_serialNumber(x509), &der[2]),
                  i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der[3])};
    is_der(CKA_SUBJECT, der[0], lens[0]);
    is_der(CKA_ISSUER, der[1], lens[1]);
    is_der(CKA_SERIAL_NUMBER, der[2], lens[2]);
    is_der(CKA_PUBLIC_KEY_INFO, der[3], lens[3]);
    X509_free(x509);
}
END_TEST

static void check_rsa(void)
{
    ck_assert_uint_eq(read_value(session, public_key, CKA_MODULUS, value), RSA_SIZE);
    ck_assert(value[0] & 0x80); /* no zero in front, and all 2048 bits */
    ck_assert_uint_eq(read_value(session, public_key, CKA_PUBLIC_EXPONENT, value), 3);
    ck_assert_mem_eq(value, "\x01\x00\x01", 3);
}

/* 2.3.3: the parameters are an object identifier, the point is in an OCTET STRING. */
static void check_curve(void)
{
    static const CK_BYTE p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
    CK_BYTE info[512];
    ck_assert_uint_eq(read_value(session, public_key, CKA_EC_PARAMS, value), sizeof p256);
    ck_assert_mem_eq(value, p256, sizeof p256);
    ck_assert_uint_eq(read_value(session, public_key, CKA_EC_POINT, value), 2 + 65);
    ck_assert_mem_eq(value, "\x04\x41\x04", 3);
    CK_ULONG len = read_value(session, public_key, CKA_PUBLIC_KEY_INFO, info);
    ck_assert_mem_eq(info + len - 65, value + 2, 65);
}

START_TEST(numbers_of_keys_are_as_the_standard_writes_them)
{
    begin(_i);
    if (kind->signs == CKM_ECDSA)
        check_curve();
    else
        check_rsa();
}
END_TEST

START_TEST(truths_numbers_and_dates_have_their_sizes)
{
    static const CK_ATTRIBUTE_TYPE truths[] = {CKA_TOKEN,
                                               CKA_PRIVATE,
                                               CKA_MODIFIABLE,
                                               CKA_COPYABLE,
                                               CKA_DESTROYABLE,
                                               CKA_SIGN,
                                               CKA_SIGN_RECOVER,
                                               CKA_DECRYPT,
                                               CKA_UNWRAP,
                                               CKA_DERIVE,
                                               CKA_SENSITIVE,
                                               CKA_EXTRACTABLE,
                                               CKA_LOCAL,
                                               CKA_ALWAYS_SENSITIVE,
                                               CKA_NEVER_EXTRACTABLE,
                                               CKA_ALWAYS_AUTHENTICATE,
                                               CKA_WRAP_WITH_TRUSTED};
    static const CK_ATTRIBUTE_TYPE numbers[] = {CKA_CLASS, CKA_KEY_TYPE, CKA_KEY_GEN_MECHANISM};
    CK_OBJECT_HANDLE found[8];
    begin(_i);
    for (size_t i = 0; i < sizeof truths / sizeof truths[0]; i++) {
        ck_assert_uint_eq(read_value(session, key, truths[i], value), sizeof(CK_BBOOL));
        ck_assert(value[0] == CK_TRUE || value[0] == CK_FALSE);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        ck_assert_uint_eq(read_value(session, key, numbers[i], value), sizeof(CK_ULONG));
    CK_ULONG count = find(session, NULL, 0, found);
    for (CK_ULONG i = 0; i < count; i++) {
        CK_ATTRIBUTE dates[] = {{CKA_START_DATE, value, 8}, {CKA_END_DATE, value + 8, 8}};
        if (p11->C_GetAttributeValue(session, found[i], dates, 2) != CKR_OK)
            continue; /* the profile has none */
        value[16] = '\0';
        ck_assert_uint_eq(dates[0].ulValueLen, sizeof(CK_DATE));
        ck_assert_uint_eq(dates[1].ulValueLen, sizeof(CK_DATE));
        ck_assert_uint_eq(strspn((char *)value, "0123456789"), 16);
        ck_assert_int_le(memcmp(value, value + 8, 8), 0);
    }
}
END_TEST

static bool flag(CK_ATTRIBUTE_TYPE type)
{
    ck_assert_uint_eq(read_value(session, key, type, value), 1);
    return value[0] == CK_TRUE;
}

/* A key of the card has never been anywhere else; one from a file has. */
START_TEST(a_key_tells_the_truth_about_where_it_has_been)
{
    begin(_i);
    ck_assert(flag(CKA_SENSITIVE) && !flag(CKA_EXTRACTABLE) && flag(CKA_PRIVATE));
    ck_assert_int_eq(flag(CKA_ALWAYS_SENSITIVE), kind->on_card);
    ck_assert_int_eq(flag(CKA_NEVER_EXTRACTABLE), kind->on_card);
    ck_assert(!flag(CKA_LOCAL) && !flag(CKA_ALWAYS_AUTHENTICATE) && flag(CKA_SIGN));
    ck_assert_int_eq(flag(CKA_DECRYPT), kind->decrypts);
}
END_TEST

START_TEST(no_part_of_the_private_key_is_shown_to_its_owner_either)
{
    static const CK_ATTRIBUTE_TYPE of_rsa[] = {CKA_PRIVATE_EXPONENT, CKA_PRIME_1,
                                               CKA_PRIME_2,          CKA_EXPONENT_1,
                                               CKA_EXPONENT_2,       CKA_COEFFICIENT};
    static const CK_ATTRIBUTE_TYPE of_curve[] = {CKA_VALUE};
    begin(_i);
    bool curve = kind->signs == CKM_ECDSA;
    for (size_t i = 0; i < (curve ? 1 : 6); i++) {
        CK_ATTRIBUTE template = {curve ? of_curve[i] : of_rsa[i], value, sizeof value};
        memset(value, 0x5A, sizeof value);
        ck_assert_uint_eq(p11->C_GetAttributeValue(session, key, &template, 1),
                          CKR_ATTRIBUTE_SENSITIVE);
        ck_assert_uint_eq(template.ulValueLen, CK_UNAVAILABLE_INFORMATION);
        ck_assert_uint_eq(value[0], 0x5A);
        template = (CK_ATTRIBUTE){template.type, NULL, 0};
        ck_assert_uint_eq(p11->C_GetAttributeValue(session, key, &template, 1),
                          CKR_ATTRIBUTE_SENSITIVE);
        template = (CK_ATTRIBUTE){template.type, value, 1};
        ck_assert_uint_eq(find(session, &template, 1, NULL), 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/kinds_values");
    TCase *tcase = tcase_create("values of every kind");

    stage_attach(tcase);
    kinds_add(tcase, what_belongs_together_has_one_id_one_subject_and_one_key);
    kinds_add(tcase, names_numbers_and_keys_are_der);
    kinds_add(tcase, numbers_of_keys_are_as_the_standard_writes_them);
    kinds_add(tcase, truths_numbers_and_dates_have_their_sizes);
    kinds_add(tcase, a_key_tells_the_truth_about_where_it_has_been);
    kinds_add(tcase, no_part_of_the_private_key_is_shown_to_its_owner_either);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
