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

    ck_assert(issued.birth_year);
    ck_assert_str_eq(issued.mail, "mikiya@example.jp");
    ck_assert_str_eq(issued.ocsp_url, "https://example.jp/ors");
    mn_issued_release(&issued);
    ck_assert_ptr_null(issued.mail);
}
END_TEST

START_TEST(what_was_not_chosen_is_not)
{
    struct mn_issued issued = issued_by((struct mn_draft){.address = "東京都清瀬市"});

    ck_assert(!issued.birth_year);
    ck_assert_ptr_null(issued.mail);
    ck_assert_ptr_null(issued.ocsp_url);
    mn_issued_release(&issued);
}
END_TEST

START_TEST(another_programs_certificate_has_none_of_it)
{
    struct mn_issued issued;

    ck_assert_int_eq(mn_issued_read(made_elsewhere(), &issued), MN_OK);
    ck_assert(!issued.birth_year);
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
    tcase_add_test(tcase, what_was_chosen_is_found_again);
    tcase_add_test(tcase, what_was_not_chosen_is_not);
    tcase_add_test(tcase, another_programs_certificate_has_none_of_it);
    tcase_add_test(tcase, what_is_no_certificate_is_refused);
    tcase_add_test(tcase, without_the_library_nothing_is_read);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
