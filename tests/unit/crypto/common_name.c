/* What a certificate calls its subject. */
#include "crypto/common_name.h"

#include <string.h>

#include "crypto/library.h"
#include "made.h"
#include "runner.h"

static char name[64];

static void make_keys(void)
{
    (void)made_ec_key();
}

static void set_up(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    memset(name, 'x', sizeof name);
}

static mn_rc read_name(const char *given, size_t room)
{
    struct mn_bytes der =
        made_certificate(&(struct made_plan){.key = made_ec_key(), .name = given});
    mn_rc rc = mn_common_name(mn_bytes_span(&der), name, room);
    mn_bytes_free(&der);
    return rc;
}

START_TEST(the_name_is_utf_8)
{
    ck_assert_int_eq(mn_common_name(made_elsewhere(), name, sizeof name), MN_OK);
    ck_assert_str_eq(name, "\xE5\xB1\xB1\xE7\x94\xB0 \xE8\x8A\xB1\xE5\xAD\x90");
}
END_TEST

START_TEST(a_long_name_is_cut_at_the_end_of_a_character)
{
    ck_assert_int_eq(read_name("ab\xE5\xB1\xB1\xE7\x94\xB0", 8), MN_OK);
    ck_assert_str_eq(name, "ab\xE5\xB1\xB1");
    ck_assert_int_eq(read_name("ab\xE5\xB1\xB1\xE7\x94\xB0", 9), MN_OK);
    ck_assert_str_eq(name, "ab\xE5\xB1\xB1\xE7\x94\xB0");
}
END_TEST

START_TEST(nothing_in_it_reaches_the_terminal_but_text)
{
    ck_assert_int_eq(read_name("two\nlines \x1B[31mred\x7F", sizeof name), MN_OK);
    ck_assert_str_eq(name, "two lines  [31mred ");
}
END_TEST

START_TEST(what_is_no_certificate_has_no_name)
{
    ck_assert_int_eq(mn_common_name(mn_span("no", 2), name, sizeof name), MN_E_BAD_CERTIFICATE);
    ck_assert_str_eq(name, "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/common_name");
    TCase *tcase = tcase_create("common_name");

    tcase_add_unchecked_fixture(tcase, make_keys, NULL);
    tcase_add_checked_fixture(tcase, set_up, mn_crypto_close);
    tcase_add_test(tcase, the_name_is_utf_8);
    tcase_add_test(tcase, a_long_name_is_cut_at_the_end_of_a_character);
    tcase_add_test(tcase, nothing_in_it_reaches_the_terminal_but_text);
    tcase_add_test(tcase, what_is_no_certificate_has_no_name);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
