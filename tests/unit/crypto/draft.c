#include "crypto/draft.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/certificate.h"
#include "crypto/chain.h"
#include "crypto/library.h"
#include "made.h"
#include "runner.h"

#define FROM 1780000000 /* in 2026 */
#define TO   1843000000

/* Kanji of three bytes each, ten of them. */
#define TEN "東京都架空市中央一丁"

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static struct mn_draft plain(void)
{
    return (struct mn_draft){.name = "架空　花子", .not_before = FROM, .not_after = TO};
}

static X509 *issue(const struct mn_draft *draft, enum mn_key_choice choice)
{
    struct mn_private_key *key;
    struct mn_bytes der = {0};
    const unsigned char *at;
    X509 *x;

    ck_assert_int_eq(mn_private_key_generate(choice, &key), MN_OK);
    ck_assert_int_eq(mn_draft_issue(draft, key, &der), MN_OK);
    at = der.ptr;
    x = d2i_X509(NULL, &at, (long)der.len);
    ck_assert_ptr_nonnull(x);
    mn_bytes_free(&der);
    mn_private_key_free(&key);
    return x;
}

/* The n-th attribute of this type in the subject, or NULL. */
static const char *entry(X509 *x, int nid, int n)
{
    const X509_NAME *subject = X509_get_subject_name(x);
    int at = -1;
    ASN1_STRING *value;

    for (; n >= 0; n--)
        at = X509_NAME_get_index_by_NID(subject, nid, at);
    if (at < 0)
        return NULL;
    value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    ck_assert_int_eq(ASN1_STRING_type(value), V_ASN1_UTF8STRING);
    return (const char *)ASN1_STRING_get0_data(value);
}

START_TEST(a_certificate_says_what_it_was_asked_to)
{
    struct mn_draft draft = plain();
    X509 *x;
    GENERAL_NAMES *names;
    AUTHORITY_INFO_ACCESS *places;

    draft.address = TEN "１－２－３";
    draft.birth_year = 1985;
    draft.mail = "hanako@example.org";
    draft.ocsp_url = "https://example.org/a,b;c";
    x = issue(&draft, MN_CHOICE_RSA_2048);
    ck_assert_str_eq(entry(x, NID_commonName, 0), draft.name);
    ck_assert_str_eq(entry(x, NID_streetAddress, 0), draft.address);
    ck_assert_str_eq(entry(x, NID_description, 0), "birth year 1985");
    ck_assert_int_eq(X509_NAME_entry_count(X509_get_subject_name(x)), 3);
    ck_assert_int_eq(X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)), 0);
    ck_assert_int_eq(ASN1_TIME_cmp_time_t(X509_get0_notBefore(x), FROM), 0);
    ck_assert_int_eq(ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), TO), 0);
    ck_assert_int_eq(X509_check_email(x, "hanako@example.org", 0, 0), 1);
    names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    ck_assert_int_eq(sk_GENERAL_NAME_num(names), 1);
    places = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);
    ck_assert_int_eq(sk_ACCESS_DESCRIPTION_num(places), 1);
    ck_assert_int_eq(OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(places, 0)->method), NID_ad_OCSP);
    ck_assert_str_eq((const char *)ASN1_STRING_get0_data(
                         sk_ACCESS_DESCRIPTION_value(places, 0)->location->d.ia5),
                     draft.ocsp_url);
    AUTHORITY_INFO_ACCESS_free(places);
    GENERAL_NAMES_free(names);
    X509_free(x);
}
END_TEST

START_TEST(nothing_is_in_it_that_was_not_asked_for)
{
    struct mn_draft draft = plain();
    X509 *x = issue(&draft, MN_CHOICE_P256);

    ck_assert_int_eq(X509_NAME_entry_count(X509_get_subject_name(x)), 1);
    ck_assert_int_eq(X509_get_ext_by_NID(x, NID_subject_alt_name, -1), -1);
    ck_assert_int_eq(X509_get_ext_by_NID(x, NID_info_access, -1), -1);
    ck_assert_int_eq(X509_get_ext_count(x), 5);
    X509_free(x);
}
END_TEST

START_TEST(what_it_may_be_used_for_fits_the_key)
{
    static const struct {
        enum mn_key_choice choice;
        uint32_t usage;
        int signature_nid;
    } rows[] = {
        {MN_CHOICE_RSA_2048,
         MN_USAGE_DIGITAL_SIGNATURE | MN_USAGE_NON_REPUDIATION | MN_USAGE_KEY_ENCIPHERMENT,
         NID_sha256WithRSAEncryption},
        {MN_CHOICE_P256,
         MN_USAGE_DIGITAL_SIGNATURE | MN_USAGE_NON_REPUDIATION | MN_USAGE_KEY_AGREEMENT,
         NID_ecdsa_with_SHA256},
        {MN_CHOICE_P384,
         MN_USAGE_DIGITAL_SIGNATURE | MN_USAGE_NON_REPUDIATION | MN_USAGE_KEY_AGREEMENT,
         NID_ecdsa_with_SHA384},
    };
    struct mn_draft draft = plain();
    X509 *x = issue(&draft, rows[_i].choice);
    EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
    char last[32];

    ck_assert_int_eq(X509_get_version(x), X509_VERSION_3);
    ck_assert_uint_eq(X509_get_key_usage(x), rows[_i].usage);
    ck_assert_int_eq(X509_get_signature_nid(x), rows[_i].signature_nid);
    ck_assert_int_eq(X509_verify(x, X509_get0_pubkey(x)), 1);
    ck_assert_int_eq(X509_check_ca(x), 0);
    ck_assert_int_eq(X509_check_purpose(x, X509_PURPOSE_SMIME_SIGN, 0), 1);
    ck_assert_int_eq(X509_check_purpose(x, X509_PURPOSE_SSL_CLIENT, 0), 1);
    ck_assert_int_eq(X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0), 0);
    ck_assert_int_eq(sk_ASN1_OBJECT_num(purposes), 3);
    OBJ_obj2txt(last, sizeof last, sk_ASN1_OBJECT_value(purposes, 2), 1);
    ck_assert_str_eq(last, "1.3.6.1.5.5.7.3.36");
    ck_assert_ptr_nonnull(X509_get0_subject_key_id(x));
    ck_assert_int_eq(
        ASN1_OCTET_STRING_cmp(X509_get0_subject_key_id(x), X509_get0_authority_key_id(x)), 0);
    EXTENDED_KEY_USAGE_free(purposes);
    X509_free(x);
}
END_TEST

START_TEST(serials_are_large_and_differ)
{
    struct mn_draft draft = plain();
    X509 *one = issue(&draft, MN_CHOICE_P256), *other = issue(&draft, MN_CHOICE_P256);

    ck_assert_int_gt(ASN1_STRING_length(X509_get0_serialNumber(one)), 12);
    ck_assert_int_le(ASN1_STRING_length(X509_get0_serialNumber(one)), 16);
    ck_assert_int_eq(ASN1_STRING_type(X509_get0_serialNumber(one)), V_ASN1_INTEGER);
    ck_assert_int_ne(ASN1_INTEGER_cmp(X509_get0_serialNumber(one), X509_get0_serialNumber(other)),
                     0);
    X509_free(other);
    X509_free(one);
}
END_TEST

START_TEST(long_names_and_addresses_keep_to_the_bounds_of_x509)
{
    struct mn_draft draft = plain();
    X509 *x;

    draft.name = TEN TEN TEN TEN TEN TEN TEN;               /* 70 characters */
    draft.address = TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN /* 200, as many as the card allows */
        TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN;
    x = issue(&draft, MN_CHOICE_P256);
    ck_assert_uint_eq(strlen(entry(x, NID_commonName, 0)), 64 * 3);
    ck_assert_str_eq(entry(x, NID_name, 0), draft.name);
    ck_assert_uint_eq(strlen(entry(x, NID_streetAddress, 0)), 128 * 3);
    ck_assert_str_eq(entry(x, NID_streetAddress, 1), draft.address + 128 * 3);
    ck_assert_ptr_null(entry(x, NID_streetAddress, 2));
    X509_free(x);
}
END_TEST

START_TEST(fields_that_cannot_be_are_refused)
{
    static char long_name[MN_DRAFT_NAME_MAX + 2];
    struct mn_draft drafts[10];
    struct mn_private_key *key;
    struct mn_bytes der = {0};

    memset(long_name, 'a', MN_DRAFT_NAME_MAX + 1);
    for (size_t i = 0; i < 10; i++)
        drafts[i] = plain();
    drafts[0].name = NULL;
    drafts[1].name = "";
    drafts[2].name = "\xC3";
    drafts[3].name = long_name;
    drafts[4].address = "line\nline";
    drafts[5].mail = "花子@example.org";
    drafts[6].mail = "a b@example.org";
    drafts[7].ocsp_url = "";
    drafts[8].not_after = FROM;
    drafts[9].birth_year = 10000;
    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
    for (size_t i = 0; i < 10; i++)
        ck_assert_int_eq(mn_draft_issue(&drafts[i], key, &der), MN_E_ARGUMENT);
    ck_assert_uint_eq(der.len, 0);
    mn_private_key_free(&key);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/draft");
    TCase *tcase = tcase_create("draft");

    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_certificate_says_what_it_was_asked_to);
    tcase_add_test(tcase, nothing_is_in_it_that_was_not_asked_for);
    tcase_add_loop_test(tcase, what_it_may_be_used_for_fits_the_key, 0, 3);
    tcase_add_test(tcase, serials_are_large_and_differ);
    tcase_add_test(tcase, long_names_and_addresses_keep_to_the_bounds_of_x509);
    tcase_add_test(tcase, fields_that_cannot_be_are_refused);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
