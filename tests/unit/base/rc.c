#include "base/rc.h"

#include <string.h>

#include "runner.h"

START_TEST(every_code_has_a_name_of_its_own)
{
    for (int i = 0; i < MN_RC_COUNT; i++) {
        ck_assert_str_ne(mn_rc_name((mn_rc)i), mn_rc_name(MN_RC_COUNT));
        ck_assert_int_eq(strncmp(mn_rc_name((mn_rc)i), "MN_", 3), 0);
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(mn_rc_name((mn_rc)i), mn_rc_name((mn_rc)k));
    }
}
END_TEST

START_TEST(every_code_has_a_sentence_of_its_own)
{
    for (int i = 0; i < MN_RC_COUNT; i++) {
        const char *text = mn_rc_text((mn_rc)i);

        ck_assert_uint_gt(strlen(text), 5);
        ck_assert_msg(text[0] >= 'A' && text[0] <= 'Z', "%s", text);
        ck_assert_msg(text[strlen(text) - 1] != '.', "%s", text);
        ck_assert_str_ne(text, mn_rc_text(MN_RC_COUNT));
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(text, mn_rc_text((mn_rc)k));
    }
}
END_TEST

START_TEST(a_code_and_its_name_belong_together)
{
    ck_assert_str_eq(mn_rc_name(MN_OK), "MN_OK");
    ck_assert_str_eq(mn_rc_name(MN_E_REMOVED), "MN_E_REMOVED");
    ck_assert_str_eq(mn_rc_name(MN_E_DATA_LENGTH), "MN_E_DATA_LENGTH");
    ck_assert_ptr_nonnull(strstr(mn_rc_text(MN_E_PIN_BLOCKED), "municipal office"));
}
END_TEST

START_TEST(a_number_that_is_no_code_has_words_too)
{
    ck_assert_str_eq(mn_rc_name((mn_rc)-1), mn_rc_name(MN_RC_COUNT));
    ck_assert_str_eq(mn_rc_text((mn_rc)4711), mn_rc_text(MN_RC_COUNT));
    ck_assert_uint_gt(strlen(mn_rc_text(MN_RC_COUNT)), 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/rc");
    TCase *tcase = tcase_create("rc");

    tcase_add_test(tcase, every_code_has_a_name_of_its_own);
    tcase_add_test(tcase, every_code_has_a_sentence_of_its_own);
    tcase_add_test(tcase, a_code_and_its_name_belong_together);
    tcase_add_test(tcase, a_number_that_is_no_code_has_words_too);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
