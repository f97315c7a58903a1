#include "crypto/request.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/library.h"
#include "runner.h"

static struct mn_private_key *key;

static const struct mn_request_part subject[] = {
    {"C", "JP"}, {"O", "架空株式会社"}, {"CN", "架空　花子"}, {"2.5.4.97", "X-1"}};

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
}

static void close_library(void)
{
    mn_private_key_free(&key);
    mn_crypto_close();
}

static X509_REQ *make(enum mn_request_profile profile, const char *mail)
{
    struct mn_request request = {profile, subject, 4, mail};
    struct mn_bytes der = {0};
    const unsigned char *at;
    X509_REQ *made;

    ck_assert_int_eq(mn_request_make(&request, key, &der), MN_OK);
    at = der.ptr;
    made = d2i_X509_REQ(NULL, &at, (long)der.len);
    ck_assert_ptr_nonnull(made);
    ck_assert_int_eq(X509_REQ_verify(made, X509_REQ_get0_pubkey(made)), 1);
    mn_bytes_free(&der);
    return made;
}

START_TEST(a_request_has_the_subject_in_order)
{
    X509_REQ *made = make(MN_REQUEST_TLS_CLIENT, NULL);
    const X509_NAME *name = X509_REQ_get_subject_name(made);
    const char *const wanted[] = {"JP", "架空株式会社", "架空　花子", "X-1"};

    ck_assert_int_eq(X509_NAME_entry_count(name), 4);
    for (int i = 0; i < 4; i++) {
        unsigned char *text = NULL;

        ck_assert_int_ge(
            ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i))), 0);
        ck_assert_str_eq((char *)text, wanted[i]);
        OPENSSL_free(text);
    }
    X509_REQ_free(made);
}
END_TEST

START_TEST(each_profile_asks_for_its_purpose)
{
    static const struct {
        enum mn_request_profile profile;
        const char *mail;
        int purpose, extensions;
    } rows[] = {
        {MN_REQUEST_SMIME, "hanako@example.org", NID_email_protect, 3},
        {MN_REQUEST_TLS_CLIENT, NULL, NID_client_auth, 2},
        {MN_REQUEST_CODE, NULL, NID_code_sign, 2},
    };
    X509_REQ *made = make(rows[_i].profile, rows[_i].mail);
    STACK_OF(X509_EXTENSION) *list = X509_REQ_get_extensions(made);
    EXTENDED_KEY_USAGE *purposes = X509V3_get_d2i(list, NID_ext_key_usage, NULL, NULL);
    GENERAL_NAMES *names = X509V3_get_d2i(list, NID_subject_alt_name, NULL, NULL);
    int critical = 0;
    ASN1_BIT_STRING *usage = X509V3_get_d2i(list, NID_key_usage, &critical, NULL);

    ck_assert_int_eq(sk_X509_EXTENSION_num(list), rows[_i].extensions);
    ck_assert_int_eq(OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes, 0)), rows[_i].purpose);
    ck_assert_int_eq(critical, 1);
    ck_assert_int_eq(ASN1_BIT_STRING_get_bit(usage, 0), 1);
    if (rows[_i].mail)
        ck_assert_str_eq(
            (const char *)ASN1_STRING_get0_data(sk_GENERAL_NAME_value(names, 0)->d.rfc822Name),
            rows[_i].mail);
    ASN1_BIT_STRING_free(usage);
    GENERAL_NAMES_free(names);
    EXTENDED_KEY_USAGE_free(purposes);
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    X509_REQ_free(made);
}
END_TEST

START_TEST(what_cannot_be_asked_for_is_refused)
{
    static const char long_one[66] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static const struct mn_request_part bad[] = {
        {"C", "JPN"}, {"CN", ""}, {"nonsense", "x"}, {"CN", "\xC3"}, {"CN", long_one}};
    struct mn_request request = {MN_REQUEST_SMIME, subject, 4, NULL};
    struct mn_bytes der = {0};

    ck_assert_int_eq(mn_request_make(&request, key, &der), MN_E_ARGUMENT);
    request.mail = "花子@example.org";
    ck_assert_int_eq(mn_request_make(&request, key, &der), MN_E_ARGUMENT);
    request = (struct mn_request){MN_REQUEST_CODE, NULL, 1, NULL};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        request.subject = &bad[i];
        ck_assert_int_eq(mn_request_make(&request, key, &der), MN_E_ARGUMENT);
    }
    ck_assert_uint_eq(der.len, 0);
}
END_TEST

START_TEST(a_request_can_be_text)
{
    struct mn_request request = {MN_REQUEST_CODE, subject, 4, NULL};
    struct mn_bytes der = {0}, text = {0};

    ck_assert_int_eq(mn_request_make(&request, key, &der), MN_OK);
    ck_assert_int_eq(mn_request_to_pem(mn_bytes_span(&der), &text), MN_OK);
    ck_assert(
        mn_span_begins(mn_bytes_span(&text), mn_span("-----BEGIN CERTIFICATE REQUEST-----\n", 36)));
    ck_assert_mem_eq(text.ptr + text.len - 34, "-----END CERTIFICATE REQUEST-----\n", 34);
    mn_bytes_free(&text);
    mn_bytes_free(&der);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/request");
    TCase *tcase = tcase_create("request");

    tcase_add_checked_fixture(tcase, open_library, close_library);
    tcase_add_test(tcase, a_request_has_the_subject_in_order);
    tcase_add_loop_test(tcase, each_profile_asks_for_its_purpose, 0, 3);
    tcase_add_test(tcase, what_cannot_be_asked_for_is_refused);
    tcase_add_test(tcase, a_request_can_be_text);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
