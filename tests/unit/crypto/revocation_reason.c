#include "crypto/revocation_reason.h"

#include "runner.h"

START_TEST(each_name_leads_to_the_number_that_it_came_from)
{
    int count = 0;

    for (int i = 0; i < 32; i++) {
        const char *name = mn_revocation_reason_name((enum mn_revocation_reason)i);

        if (!name)
            continue;
        ck_assert_int_eq(mn_revocation_reason_find(name), i);
        count++;
    }
    ck_assert_int_eq(count, 10);
    ck_assert_str_eq(mn_revocation_reason_name(MN_REASON_KEY_COMPROMISE), "keyCompromise");
    ck_assert_ptr_null(mn_revocation_reason_name((enum mn_revocation_reason)7));
}
END_TEST

START_TEST(other_words_are_no_reason)
{
    ck_assert_int_eq(mn_revocation_reason_find("keycompromise"), -1);
    ck_assert_int_eq(mn_revocation_reason_find(""), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/revocation_reason");
    TCase *tcase = tcase_create("revocation_reason");

    tcase_add_test(tcase, each_name_leads_to_the_number_that_it_came_from);
    tcase_add_test(tcase, other_words_are_no_reason);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
