#include "token/rv.h"

#include "runner.h"

START_TEST(every_code_but_success_is_an_error)
{
    ck_assert_uint_eq(mn_rv(MN_OK), CKR_OK);
    for (int rc = MN_OK + 1; rc < MN_RC_COUNT; rc++) {
        ck_assert_uint_ne(mn_rv((mn_rc)rc), CKR_OK);
    }
}
END_TEST

START_TEST(only_memory_is_memory_and_only_a_removed_card_is_removed)
{
    for (int rc = MN_OK + 1; rc < MN_RC_COUNT; rc++) {
        ck_assert_int_eq(mn_rv((mn_rc)rc) == CKR_HOST_MEMORY, rc == MN_E_MEMORY);
        ck_assert_int_eq(mn_rv((mn_rc)rc) == CKR_DEVICE_REMOVED, rc == MN_E_REMOVED);
    }
}
END_TEST

START_TEST(a_pin_kept_back_or_blocked_is_locked)
{
    ck_assert_uint_eq(mn_rv(MN_E_PIN_BLOCKED), CKR_PIN_LOCKED);
    ck_assert_uint_eq(mn_rv(MN_E_PIN_LAST_TRY), CKR_PIN_LOCKED);
    ck_assert_uint_eq(mn_rv(MN_E_PIN_WRONG), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(mn_rv(MN_E_PIN_REPEATED), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(mn_rv(MN_E_PIN_UNSET), CKR_USER_PIN_NOT_INITIALIZED);
}
END_TEST

START_TEST(a_pin_of_the_wrong_form_is_a_wrong_pin_but_for_a_new_one)
{
    ck_assert_uint_eq(mn_rv(MN_E_PIN_LENGTH), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(mn_rv(MN_E_PIN_CHARACTERS), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(mn_rv(MN_E_NEW_PIN_LENGTH), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(mn_rv(MN_E_NEW_PIN_CHARACTERS), CKR_PIN_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token/rv");
    TCase *tcase = tcase_create("rv");

    tcase_add_test(tcase, every_code_but_success_is_an_error);
    tcase_add_test(tcase, only_memory_is_memory_and_only_a_removed_card_is_removed);
    tcase_add_test(tcase, a_pin_kept_back_or_blocked_is_locked);
    tcase_add_test(tcase, a_pin_of_the_wrong_form_is_a_wrong_pin_but_for_a_new_one);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
