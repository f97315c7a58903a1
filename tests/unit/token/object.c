#include "token/object.h"

#include <string.h>

#include "crypto/library.h"
#include "runner.h"
#include "standin.h"

static struct standin standin;
static struct mn_certificate certificate;
static struct mn_object_source source;
static struct mn_attributes attributes;
static const CK_MECHANISM_TYPE mechanisms[] = {CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS};

static void set_up(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    standin_init_public(&standin);
    ck_assert_int_eq(mn_certificate_read(standin_certificate(), &certificate), MN_OK);
    source = (struct mn_object_source){.facts = &standin.facts,
                                       .certificate = &certificate,
                                       .der = standin_certificate(),
                                       .mechanisms = mechanisms,
                                       .mechanisms_len = 2};
}

static void tear_down(void)
{
    mn_attributes_free(&attributes);
    mn_certificate_release(&certificate);
    standin_release(&standin);
    mn_crypto_close();
}

static void build(enum mn_object_kind kind)
{
    mn_attributes_free(&attributes);
    ck_assert_int_eq(mn_object_build(kind, &source, &attributes), MN_OK);
}

static void has(CK_ATTRIBUTE_TYPE type, const void *value, size_t len)
{
    const struct mn_attribute *found = mn_attributes_find(&attributes, type);
    ck_assert_msg(found, "no attribute 0x%lx", type);
    ck_assert_msg(mn_span_equal(mn_bytes_span(&found->value), mn_span(value, len)),
                  "attribute 0x%lx has another value", type);
}

static void has_flag(CK_ATTRIBUTE_TYPE type, bool value)
{
    CK_BBOOL flag = value ? CK_TRUE : CK_FALSE;
    has(type, &flag, sizeof flag);
}

static void has_number(CK_ATTRIBUTE_TYPE type, CK_ULONG value)
{
    has(type, &value, sizeof value);
}

static void has_bytes(CK_ATTRIBUTE_TYPE type, const struct mn_bytes *value)
{
    ck_assert_uint_gt(value->len, 0);
    has(type, value->ptr, value->len);
}

static void has_text(CK_ATTRIBUTE_TYPE type, const char *value)
{
    has(type, value, strlen(value));
}

static void is_stored_for_good(void)
{
    has_flag(CKA_TOKEN, true);
    has_flag(CKA_MODIFIABLE, false);
    has_flag(CKA_COPYABLE, false);
    has_flag(CKA_DESTROYABLE, false);
}

/* 3.0, 4.7: what every key has. */
static void is_key(void)
{
    is_stored_for_good();
    has_number(CKA_KEY_TYPE, CKK_RSA);
    has(CKA_ID, "\x01", 1);
    has_text(CKA_LABEL, "Owner");
    has_text(CKA_START_DATE, "20260102");
    has_text(CKA_END_DATE, "20310607");
    has_flag(CKA_DERIVE, false);
    has_flag(CKA_LOCAL, false);
    has_number(CKA_KEY_GEN_MECHANISM, CK_UNAVAILABLE_INFORMATION);
    has(CKA_ALLOWED_MECHANISMS, mechanisms, sizeof mechanisms);
    has_bytes(CKA_SUBJECT, &certificate.subject);
    has_bytes(CKA_PUBLIC_KEY_INFO, &certificate.public_key_info);
    has_bytes(CKA_MODULUS, &certificate.modulus);
    has_bytes(CKA_PUBLIC_EXPONENT, &certificate.exponent);
    has_number(CKA_MODULUS_BITS, 2048);
}

START_TEST(a_private_key_has_what_the_standard_asks_for)
{
    build(MN_OBJECT_PRIVATE_KEY);
    has_number(CKA_CLASS, CKO_PRIVATE_KEY);
    is_key();
    has_flag(CKA_PRIVATE, true);
    has_flag(CKA_SIGN, true);
    has_flag(CKA_SIGN_RECOVER, false);
    has_flag(CKA_DECRYPT, false);
    has_flag(CKA_UNWRAP, false);
    has_flag(CKA_WRAP_WITH_TRUSTED, false);
    has_flag(CKA_SENSITIVE, true);
    has_flag(CKA_ALWAYS_SENSITIVE, true);
    has_flag(CKA_EXTRACTABLE, false);
    has_flag(CKA_NEVER_EXTRACTABLE, true);
    has_flag(CKA_ALWAYS_AUTHENTICATE, false);
}
END_TEST

START_TEST(a_private_key_shows_none_of_its_secrets)
{
    static const CK_ATTRIBUTE_TYPE secrets[] = {CKA_PRIVATE_EXPONENT, CKA_PRIME_1,
                                                CKA_PRIME_2,          CKA_EXPONENT_1,
                                                CKA_EXPONENT_2,       CKA_COEFFICIENT};
    build(MN_OBJECT_PRIVATE_KEY);
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        const struct mn_attribute *secret = mn_attributes_find(&attributes, secrets[i]);
        ck_assert_ptr_nonnull(secret);
        ck_assert(secret->sensitive);
        ck_assert_uint_eq(secret->value.len, 0);
    }
}
END_TEST

START_TEST(what_the_token_says_of_its_key_is_believed)
{
    standin.facts.in_hardware = false;
    standin.facts.always_authenticate = true;
    build(MN_OBJECT_PRIVATE_KEY);
    has_flag(CKA_ALWAYS_SENSITIVE, false);
    has_flag(CKA_NEVER_EXTRACTABLE, false);
    has_flag(CKA_SENSITIVE, true);
    has_flag(CKA_EXTRACTABLE, false);
    has_flag(CKA_ALWAYS_AUTHENTICATE, true);
}
END_TEST

START_TEST(a_public_key_has_what_the_standard_asks_for)
{
    build(MN_OBJECT_PUBLIC_KEY);
    has_number(CKA_CLASS, CKO_PUBLIC_KEY);
    is_key();
    has_flag(CKA_PRIVATE, false);
    has_flag(CKA_VERIFY, true);
    has_flag(CKA_VERIFY_RECOVER, false);
    has_flag(CKA_ENCRYPT, false);
    has_flag(CKA_WRAP, false);
    has_flag(CKA_TRUSTED, false);
}
END_TEST

START_TEST(a_key_that_decrypts_says_so)
{
    standin.facts.can_decrypt = true;
    build(MN_OBJECT_PRIVATE_KEY);
    has_flag(CKA_DECRYPT, true);
    build(MN_OBJECT_PUBLIC_KEY);
    has_flag(CKA_ENCRYPT, true);
}
END_TEST

/* 2.40, 2.3.3 and 2.3.4. */
START_TEST(a_key_on_a_curve_has_its_curve_and_no_modulus)
{
    struct mn_certificate ec;
    ck_assert_int_eq(mn_certificate_read(standin_ec_certificate(), &ec), MN_OK);
    source.certificate = &ec;
    standin.facts.key_kind = MN_KEY_EC;
    build(MN_OBJECT_PUBLIC_KEY);
    has_number(CKA_KEY_TYPE, CKK_EC);
    has(CKA_EC_PARAMS, "\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07", 10); /* P-256 */
    const struct mn_attribute *point = mn_attributes_find(&attributes, CKA_EC_POINT);
    ck_assert_uint_eq(point->value.len, 2 + 65);
    ck_assert_mem_eq(point->value.ptr, "\x04\x41\x04", 3);
    ck_assert_ptr_null(mn_attributes_find(&attributes, CKA_MODULUS));
    build(MN_OBJECT_PRIVATE_KEY);
    has_number(CKA_KEY_TYPE, CKK_EC);
    has_bytes(CKA_EC_PARAMS, &ec.ec_params);
    ck_assert(mn_attributes_find(&attributes, CKA_VALUE)->sensitive);
    ck_assert_ptr_null(mn_attributes_find(&attributes, CKA_PRIVATE_EXPONENT));
    ck_assert(mn_object_may_have(MN_OBJECT_PUBLIC_KEY, MN_KEY_EC, CKA_EC_POINT));
    ck_assert(!mn_object_may_have(MN_OBJECT_PUBLIC_KEY, MN_KEY_RSA, CKA_EC_POINT));
    mn_certificate_release(&ec);
}
END_TEST

START_TEST(a_ca_certificate_without_an_id_has_the_hash_of_its_key)
{
    standin.facts.ca_id = mn_span(NULL, 0);
    build(MN_OBJECT_CA_CERTIFICATE);
    has(CKA_ID, certificate.subject_key_sha1, 20);
    source.certificate = NULL;
    build(MN_OBJECT_CA_CERTIFICATE);
    ck_assert_ptr_null(mn_attributes_find(&attributes, CKA_ID));
}
END_TEST

START_TEST(several_ca_certificates_are_numbered)
{
    source.number = 1;
    build(MN_OBJECT_CA_CERTIFICATE);
    has_text(CKA_LABEL, "Authority 2");
    has_text(CKA_UNIQUE_ID, "ca-certificate 2");
}
END_TEST

/* 3.0, 4.6: what every X.509 certificate has. */
static void is_certificate(void)
{
    is_stored_for_good();
    has_number(CKA_CLASS, CKO_CERTIFICATE);
    has_number(CKA_CERTIFICATE_TYPE, CKC_X_509);
    has_flag(CKA_TRUSTED, false);
    has(CKA_CHECK_VALUE, certificate.sha1, 3);
    has_text(CKA_START_DATE, "20260102");
    has_text(CKA_END_DATE, "20310607");
    has_bytes(CKA_PUBLIC_KEY_INFO, &certificate.public_key_info);
    has_bytes(CKA_SUBJECT, &certificate.subject);
    has_bytes(CKA_ISSUER, &certificate.issuer);
    has(CKA_SERIAL_NUMBER, "\x02\x02\x12\x34", 4);
    has(CKA_VALUE, source.der.ptr, source.der.len);
    has(CKA_URL, NULL, 0);
    has(CKA_HASH_OF_SUBJECT_PUBLIC_KEY, certificate.subject_key_sha1, 20);
    has_number(CKA_JAVA_MIDP_SECURITY_DOMAIN, CK_SECURITY_DOMAIN_UNSPECIFIED);
    has_number(CKA_NAME_HASH_ALGORITHM, CKM_SHA_1);
}

START_TEST(the_owners_certificate_has_what_the_standard_asks_for)
{
    build(MN_OBJECT_CERTIFICATE);
    is_certificate();
    has_flag(CKA_PRIVATE, false);
    has(CKA_ID, "\x01", 1);
    has_text(CKA_LABEL, "Owner");
    has_number(CKA_CERTIFICATE_CATEGORY, CK_CERTIFICATE_CATEGORY_TOKEN_USER);
    has(CKA_HASH_OF_ISSUER_PUBLIC_KEY, "authority key id 20.", 20);
}
END_TEST

START_TEST(the_cas_certificate_is_told_from_the_owners)
{
    build(MN_OBJECT_CA_CERTIFICATE);
    is_certificate();
    has_flag(CKA_PRIVATE, false);
    has(CKA_ID, "\x81", 1);
    has_text(CKA_LABEL, "Authority");
    has_number(CKA_CERTIFICATE_CATEGORY, CK_CERTIFICATE_CATEGORY_AUTHORITY);
}
END_TEST

START_TEST(an_unknown_issuer_key_is_an_empty_hash)
{
    certificate.has_issuer_key_sha1 = false;
    build(MN_OBJECT_CERTIFICATE);
    has(CKA_HASH_OF_ISSUER_PUBLIC_KEY, NULL, 0);
}
END_TEST

START_TEST(what_is_readable_after_login_only_is_private)
{
    standin.facts.certificate_is_public = false;
    build(MN_OBJECT_CERTIFICATE);
    has_flag(CKA_PRIVATE, true);
    build(MN_OBJECT_PUBLIC_KEY);
    has_flag(CKA_PRIVATE, true);
    build(MN_OBJECT_CA_CERTIFICATE);
    has_flag(CKA_PRIVATE, false);
}
END_TEST

START_TEST(the_profile_is_the_one_that_nss_looks_for)
{
    build(MN_OBJECT_PROFILE);
    has_number(CKA_CLASS, CKO_PROFILE);
    has_number(CKA_PROFILE_ID, CKP_PUBLIC_CERTIFICATES_TOKEN);
    has_flag(CKA_PRIVATE, false);
    is_stored_for_good();
}
END_TEST

START_TEST(without_a_certificate_only_what_it_tells_is_missing)
{
    source.certificate = NULL;
    source.mechanisms = NULL;
    build(MN_OBJECT_PRIVATE_KEY);
    has_number(CKA_CLASS, CKO_PRIVATE_KEY);
    has(CKA_ID, "\x01", 1);
    has_flag(CKA_SIGN, true);
    has_number(CKA_MODULUS_BITS, 2048);
    ck_assert_ptr_null(mn_attributes_find(&attributes, CKA_MODULUS));
    ck_assert_ptr_null(mn_attributes_find(&attributes, CKA_START_DATE));
    ck_assert_ptr_null(mn_attributes_find(&attributes, CKA_ALLOWED_MECHANISMS));
}
END_TEST

/* 3.0, 4.4.1. */
START_TEST(every_object_of_a_token_has_a_name_of_its_own)
{
    struct mn_bytes names[MN_OBJECT_KINDS] = {{0}};
    for (int kind = 0; kind < MN_OBJECT_KINDS; kind++) {
        build((enum mn_object_kind)kind);
        const struct mn_attribute *found = mn_attributes_find(&attributes, CKA_UNIQUE_ID);
        ck_assert_ptr_nonnull(found);
        ck_assert_int_eq(mn_bytes_set(&names[kind], mn_bytes_span(&found->value)), MN_OK);
        ck_assert_uint_gt(names[kind].len, 0);
        for (int other = 0; other < kind; other++)
            ck_assert(!mn_span_equal(mn_bytes_span(&names[kind]), mn_bytes_span(&names[other])));
    }
    for (int kind = 0; kind < MN_OBJECT_KINDS; kind++)
        mn_bytes_free(&names[kind]);
}
END_TEST

START_TEST(no_attribute_comes_twice)
{
    for (int kind = 0; kind < MN_OBJECT_KINDS; kind++) {
        build((enum mn_object_kind)kind);
        for (size_t i = 0; i < attributes.len; i++) {
            CK_ATTRIBUTE_TYPE type = attributes.at[i].type;
            ck_assert_ptr_eq(mn_attributes_find(&attributes, type), &attributes.at[i]);
            ck_assert(mn_object_may_have((enum mn_object_kind)kind, MN_KEY_RSA, type));
        }
    }
    ck_assert(!mn_object_may_have(MN_OBJECT_CERTIFICATE, MN_KEY_RSA, CKA_SIGN));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token/object");
    TCase *tcase = tcase_create("object");

    tcase_add_unchecked_fixture(tcase, standin_make, NULL);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_private_key_has_what_the_standard_asks_for);
    tcase_add_test(tcase, a_private_key_shows_none_of_its_secrets);
    tcase_add_test(tcase, what_the_token_says_of_its_key_is_believed);
    tcase_add_test(tcase, a_public_key_has_what_the_standard_asks_for);
    tcase_add_test(tcase, the_owners_certificate_has_what_the_standard_asks_for);
    tcase_add_test(tcase, the_cas_certificate_is_told_from_the_owners);
    tcase_add_test(tcase, a_key_that_decrypts_says_so);
    tcase_add_test(tcase, a_key_on_a_curve_has_its_curve_and_no_modulus);
    tcase_add_test(tcase, a_ca_certificate_without_an_id_has_the_hash_of_its_key);
    tcase_add_test(tcase, several_ca_certificates_are_numbered);
    tcase_add_test(tcase, an_unknown_issuer_key_is_an_empty_hash);
    tcase_add_test(tcase, what_is_readable_after_login_only_is_private);
    tcase_add_test(tcase, the_profile_is_the_one_that_nss_looks_for);
    tcase_add_test(tcase, without_a_certificate_only_what_it_tells_is_missing);
    tcase_add_test(tcase, every_object_of_a_token_has_a_name_of_its_own);
    tcase_add_test(tcase, no_attribute_comes_twice);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
