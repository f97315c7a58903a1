#include "crypto/issued.h"

#include <string.h>

#include "crypto/draft.h"
#include "crypto/library.h"
#include "made.h"
#include "runner.h"

static struct mn_private_key *key;

static void begin(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
}

static void end(void)
{
    mn_private_key_free(&key);
    mn_crypto_close();
}

static struct mn_issued issued_by(struct mn_draft draft)
{
    struct mn_bytes der = {0};
    struct mn_issued issued;

    if (!draft.name)
        draft.name = "黒桐　幹也";
    draft.not_before = 1795325400;
    draft.not_after = 1795325400 + 86400;
    ck_assert_int_eq(mn_draft_issue(&draft, key, &der), MN_OK);
    ck_assert_int_eq(mn_issued_read(mn_bytes_span(&der), &issued), MN_OK);
    mn_bytes_free(&der);
    return issued;
}

START_TEST(what_was_chosen_is_found_again)
{
    struct mn_issued issued = issued_by((struct mn_draft){
        .birth_year = 1980, .mail = "mikiya@example.jp", .ocsp_url = "https://example.jp/ors"});

    ck_assert_str_eq(issued.name, "黒桐　幹也");
    ck_assert_uint_eq(issued.birth_year, 1980);
    ck_assert(issued.plain);
    ck_assert_str_eq(issued.mail, "mikiya@example.jp");
    ck_assert_str_eq(issued.ocsp_url, "https://example.jp/ors");
    mn_issued_release(&issued);
    ck_assert_ptr_null(issued.mail);
}
END_TEST

START_TEST(what_was_not_chosen_is_not)
{
    struct mn_issued issued = issued_by((struct mn_draft){.address = "東京都清瀬市"});

    ck_assert_str_eq(issued.address, "東京都清瀬市");
    ck_assert_uint_eq(issued.birth_year, 0);
    ck_assert_ptr_null(issued.mail);
    ck_assert_ptr_null(issued.ocsp_url);
    ck_assert(issued.plain);
    mn_issued_release(&issued);
}
END_TEST

START_TEST(long_names_and_addresses_come_back_whole)
{
    char name[65 * 3 + 1] = "", address[300 * 3 + 1] = "";
    struct mn_issued issued;

    for (size_t i = 0; i < 65; i++)
        strcat(name, "黒");
    for (size_t i = 0; i < 300; i++)
        strcat(address, "市");
    issued = issued_by((struct mn_draft){.name = name, .address = address});
    ck_assert_str_eq(issued.name, name);
    ck_assert_str_eq(issued.address, address);
    ck_assert(issued.plain);
    mn_issued_release(&issued);
}
END_TEST

/* Each says something of its owner that nobody would have looked at. */
static const struct {
    const char *name, *issuer, *alternatives;
    bool ca;
} embellished[] = {
    {.issuer = "someone else"},
    {.alternatives = "DNS:bank.example.jp"},
    {.alternatives = "email:a@example.jp,URI:https://bank.example.jp"},
    {.ca = true},
    {.name = "黒桐\n幹也"},
};

START_TEST(whoever_says_no_more_is_plain)
{
    const struct made_plan plan = {.key = made_ec_key(), .alternatives = "email:a@example.jp"};
    struct mn_bytes der = made_certificate(&plan);
    struct mn_issued issued;

    ck_assert_int_eq(mn_issued_read(mn_bytes_span(&der), &issued), MN_OK);
    ck_assert(issued.plain);
    mn_issued_release(&issued);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(whoever_says_more_is_not_plain)
{
    const struct made_plan plan = {.key = made_ec_key(),
                                   .name = embellished[_i].name,
                                   .issuer = embellished[_i].issuer,
                                   .alternatives = embellished[_i].alternatives,
                                   .ca = embellished[_i].ca};
    struct mn_bytes der = made_certificate(&plan);
    struct mn_issued issued;

    ck_assert_int_eq(mn_issued_read(mn_bytes_span(&der), &issued), MN_OK);
    ck_assert(!issued.plain);
    mn_issued_release(&issued);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(whoever_has_the_key_can_prove_it)
{
    const struct made_plan own = {.key = made_ec_key()};
    const struct made_plan others = {.key = made_ec_key(), .signer = made_rsa_key()};
    struct mn_bytes der = made_certificate(&own), borrowed = made_certificate(&others);

    ck_assert_int_eq(mn_issued_check_possession(mn_bytes_span(&der)), MN_OK);
    ck_assert_int_eq(mn_issued_check_possession(mn_bytes_span(&borrowed)), MN_E_BAD_SIGNATURE);
    der.ptr[der.len - 1] ^= 1;
    ck_assert_int_eq(mn_issued_check_possession(mn_bytes_span(&der)), MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(mn_issued_check_possession(mn_span("hello", 5)), MN_E_BAD_CERTIFICATE);
    mn_bytes_free(&borrowed);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(another_programs_certificate_has_none_of_it)
{
    struct mn_issued issued;

    ck_assert_int_eq(mn_issued_read(made_elsewhere(), &issued), MN_OK);
    ck_assert_uint_eq(issued.birth_year, 0);
    ck_assert(!issued.plain);
    ck_assert_ptr_null(issued.ocsp_url);
    mn_issued_release(&issued);
}
END_TEST

START_TEST(what_is_no_certificate_is_refused)
{
    struct mn_issued issued;

    ck_assert_int_eq(mn_issued_read(mn_span("hello", 5), &issued), MN_E_BAD_CERTIFICATE);
    ck_assert_ptr_null(issued.mail);
}
END_TEST

START_TEST(without_the_library_nothing_is_read)
{
    struct mn_issued issued;

    mn_private_key_free(&key);
    mn_crypto_close();
    ck_assert_int_eq(mn_issued_read(made_elsewhere(), &issued), MN_E_CRYPTO);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/issued");
    TCase *tcase = tcase_create("issued");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_set_timeout(tcase, 60); /* RSA keys are made */
    tcase_add_test(tcase, what_was_chosen_is_found_again);
    tcase_add_test(tcase, what_was_not_chosen_is_not);
    tcase_add_test(tcase, long_names_and_addresses_come_back_whole);
    tcase_add_test(tcase, whoever_says_no_more_is_plain);
    tcase_add_loop_test(tcase, whoever_says_more_is_not_plain, 0,
                        (int)(sizeof embellished / sizeof embellished[0]));
    tcase_add_test(tcase, whoever_has_the_key_can_prove_it);
    tcase_add_test(tcase, another_programs_certificate_has_none_of_it);
    tcase_add_test(tcase, what_is_no_certificate_is_refused);
    tcase_add_test(tcase, without_the_library_nothing_is_read);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
