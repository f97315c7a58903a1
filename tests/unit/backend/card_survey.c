#include "backend/card_survey.h"

#include <string.h>

#include "backend/desk.h"
#include "runner.h"

static struct mn_card_survey survey;

static mn_rc ask(void)
{
    memset(&survey, 0xEE, sizeof survey);
    return mn_card_survey(mn_desk_reader(0), &survey);
}

static void assert_role(enum mn_role role, bool has_certificate, int tries)
{
    ck_assert_int_eq(survey.roles[role].has_certificate, has_certificate);
    ck_assert_int_eq(survey.roles[role].tries, tries);
}

START_TEST(a_card_tells_who_it_is_and_what_it_has)
{
    ck_assert_int_eq(ask(), MN_OK);
    ck_assert_str_eq(survey.info.serial, "0000000020500003");
    assert_role(MN_ROLE_AUTH, true, 3);
    assert_role(MN_ROLE_SIGN, true, 5);
    ck_assert_uint_eq(cardsim_conversations(mn_desk.bench, MN_DESK_READER), 1);
    ck_assert_uint_eq(mn_desk_verifies(MN_ROLE_AUTH), 0);
    ck_assert_uint_eq(mn_desk_verifies(MN_ROLE_SIGN), 0);
}
END_TEST

START_TEST(each_card_in_some_condition_is_told_as_it_is)
{
    static const struct {
        const char *persona, *switches;
        bool sign_certificate;
        int auth_tries, sign_tries;
    } table[] = {{"auth-blocked", "", true, 0, 5},
                 {"auth-blocked", "blocked_query=6984", true, 0, 5},
                 {"last-try-sign", "", true, 3, 1},
                 {"no-sign-certificate", "", false, 3, 0},
                 {"no-sign-certificate", "unset_pin=6A88", false, 3, MN_TRIES_UNKNOWN},
                 {"fresh", "sign_pin=absent", true, 3, MN_TRIES_UNKNOWN},
                 {"fresh", "ef0008=0", true, 3, 5},
                 {"no-sfi", "", true, 3, 5},
                 {"phone", "", true, 3, 5}};

    mn_desk_exchange(table[_i].persona, table[_i].switches);
    mn_desk_refresh();
    ck_assert_int_eq(ask(), MN_OK);
    assert_role(MN_ROLE_AUTH, true, table[_i].auth_tries);
    assert_role(MN_ROLE_SIGN, table[_i].sign_certificate, table[_i].sign_tries);
}
END_TEST

START_TEST(one_answer_without_sense_hides_nothing_else)
{
    static const char *const faults[] = {"3:sw:6F00", "3:sw:6982", "4:sw:6F00", "5:sw:6982"};

    ck_assert_int_eq(cardsim_fault(mn_desk.card, faults[_i]), MN_OK);
    ck_assert_int_eq(ask(), MN_OK);
    ck_assert_int_eq(survey.roles[MN_ROLE_SIGN].tries, 5);
    ck_assert(survey.roles[MN_ROLE_AUTH].has_certificate);
}
END_TEST

START_TEST(other_cards_are_told_as_such)
{
    static const struct {
        const char *persona;
        mn_rc rc;
    } table[] = {{"foreign", MN_E_FOREIGN_CARD}, {"juki", MN_E_OLD_CARD}, {"mute", MN_E_NO_CARD}};

    mn_desk_exchange(table[_i].persona, "");
    mn_desk_refresh();
    ck_assert_int_eq(ask(), table[_i].rc);
}
END_TEST

START_TEST(a_card_that_leaves_is_told_as_such)
{
    ck_assert_int_eq(cardsim_fault(mn_desk.card, "4:removed"), MN_OK);
    ck_assert_int_eq(ask(), MN_E_REMOVED);
    ck_assert_int_eq(ask(), MN_E_NO_CARD);
}
END_TEST

START_TEST(a_survey_spares_the_logins)
{
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_int_eq(ask(), MN_OK);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_OK);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_SIGN), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(MN_ROLE_AUTH), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backend/card_survey");
    TCase *tcase = tcase_create("survey");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, a_card_tells_who_it_is_and_what_it_has);
    tcase_add_loop_test(tcase, each_card_in_some_condition_is_told_as_it_is, 0, 9);
    tcase_add_loop_test(tcase, one_answer_without_sense_hides_nothing_else, 0, 4);
    tcase_add_loop_test(tcase, other_cards_are_told_as_such, 0, 3);
    tcase_add_test(tcase, a_card_that_leaves_is_told_as_such);
    tcase_add_test(tcase, a_survey_spares_the_logins);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
