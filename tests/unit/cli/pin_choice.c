#include "cli/owner/pin_choice.h"

#include <string.h>

#include "runner.h"

static bool is_weak(enum mn_pin id, const char *pin)
{
    return mn_pin_weakness(id, mn_span(pin, strlen(pin))) != NULL;
}

START_TEST(what_others_try_first_is_weak)
{
    static const char *const pins[] = {"0000", "1111", "9999", "1234", "0123", "7890", "9876",
                                       "3210", "2109", "2580", "1212", "4747", "5522", "9009",
                                       "0217", "1231", "3112", "1980", "2004", "2039"};
    ck_assert_msg(is_weak(MN_PIN_AUTH, pins[_i]), "%s", pins[_i]);
    ck_assert(is_weak(MN_PIN_TEXT, pins[_i]));
    ck_assert(is_weak(MN_PIN_JUKI, pins[_i]));
}
END_TEST

START_TEST(the_rest_is_not)
{
    static const char *const pins[] = {"9072", "4821", "1357", "0050", "3294", "2040", "1345"};
    ck_assert_msg(!is_weak(MN_PIN_AUTH, pins[_i]), "%s", pins[_i]);
}
END_TEST

START_TEST(a_password_of_rows_repetitions_or_one_kind_is_weak)
{
    static const char *const passwords[] = {"ABC1234",          "1234QRS",  "AAAAAA",
                                            "Q7Q7Q7Q7Q7Q7Q7Q7", "90817263", "SAKURAKO",
                                            "sakurako",         "WXYZ81M",  "DCBA7Q2"};
    ck_assert_msg(is_weak(MN_PIN_SIGN, passwords[_i]), "%s", passwords[_i]);
}
END_TEST

START_TEST(a_mixed_password_is_not)
{
    static const char *const passwords[] = {"KW7MZP29", "kw7mzp29", "GTRQXVBNWL", "T5M8QX",
                                            "H2OWKSYT9BMIE4RA"};
    ck_assert_msg(!is_weak(MN_PIN_SIGN, passwords[_i]), "%s", passwords[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pin_choice");
    TCase *tcase = tcase_create("choice");

    tcase_add_loop_test(tcase, what_others_try_first_is_weak, 0, 20);
    tcase_add_loop_test(tcase, the_rest_is_not, 0, 7);
    tcase_add_loop_test(tcase, a_password_of_rows_repetitions_or_one_kind_is_weak, 0, 9);
    tcase_add_loop_test(tcase, a_mixed_password_is_not, 0, 5);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
