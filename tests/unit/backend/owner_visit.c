#include "backend/owner_visit.h"

#include <string.h>

#include "backend/desk.h"
#include "runner.h"

static struct mn_owner_visit visit;
static struct mn_pin_attempt attempt;

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

static void begin(void)
{
    ck_assert_int_eq(mn_owner_visit_begin(&visit, mn_desk_reader(0)), MN_OK);
}

/* A visit for one PIN. */
static mn_rc verify(enum mn_pin id, const char *value, bool use_last)
{
    memset(&attempt, 0xEE, sizeof attempt);
    begin();
    mn_rc rc = mn_owner_visit_verify(&visit, id, text(value), use_last, &attempt);
    mn_owner_visit_end(&visit, rc);
    return rc;
}

static mn_rc change(enum mn_pin id, const char *old_value, const char *new_value)
{
    memset(&attempt, 0xEE, sizeof attempt);
    begin();
    mn_rc rc = mn_owner_visit_change(&visit, id, text(old_value), text(new_value), false, &attempt);
    mn_owner_visit_end(&visit, rc);
    return rc;
}

static unsigned sent(enum cardsim_pin pin)
{
    return cardsim_count_verify(mn_desk.card, pin);
}

static void assert_all_closed(void)
{
    for (int i = 0; i < CARDSIM_PIN_COUNT; i++)
        ck_assert(!cardsim_is_open(mn_desk.card, (enum cardsim_pin)i));
}

static int ask(enum mn_pin id)
{
    int tries;

    ck_assert_int_eq(mn_owner_visit_tries(&visit, id, &tries), MN_OK);
    return tries;
}

START_TEST(every_counter_is_told_in_one_visit_and_costs_nothing)
{
    static const int tries[MN_PIN_COUNT] = {3, 5, 3, 10, 10, 10, 10, 10, 3, 3};

    begin();
    for (int i = 0; i < MN_PIN_COUNT; i++)
        ck_assert_int_eq(ask((enum mn_pin)i), tries[i]);
    mn_owner_visit_end(&visit, MN_OK);
    ck_assert_uint_eq(cardsim_conversations(mn_desk.bench, MN_DESK_READER), 1);
    for (int i = 0; i < CARDSIM_PIN_COUNT; i++)
        ck_assert_uint_eq(sent((enum cardsim_pin)i), 0);
}
END_TEST

START_TEST(an_application_that_the_card_does_not_have_has_no_pin)
{
    int tries;

    mn_desk_exchange("phone", "");
    mn_desk_refresh();
    begin();
    ck_assert_int_eq(mn_owner_visit_tries(&visit, MN_PIN_TEXT, &tries), MN_E_PIN_UNSET);
    ck_assert_int_eq(tries, MN_TRIES_UNKNOWN);
    ck_assert_int_eq(mn_owner_visit_verify(&visit, MN_PIN_TEXT, text("1234"), false, &attempt),
                     MN_E_PIN_UNSET);
    ck_assert(!attempt.sent);
    ck_assert_int_eq(ask(MN_PIN_AUTH), 3);
    mn_owner_visit_end(&visit, MN_OK);
}
END_TEST

START_TEST(a_pin_is_sent_once_and_the_card_closed_behind_it)
{
    ck_assert_int_eq(verify(MN_PIN_TEXT, "1234", false), MN_OK);
    ck_assert(attempt.accepted);
    ck_assert_uint_eq(sent(CARDSIM_PIN_TEXT), 1);
    assert_all_closed();
    ck_assert_int_eq(verify(MN_PIN_AUTH, CARDSIM_AUTH_PIN, false), MN_OK);
    ck_assert_uint_eq(sent(CARDSIM_PIN_AUTH), 1);
    assert_all_closed();
}
END_TEST

/* In one conversation, so that what was opened can be read. */
START_TEST(what_a_pin_opens_stays_open_until_the_end_of_the_visit)
{
    begin();
    ck_assert_int_eq(mn_owner_visit_verify(&visit, MN_PIN_TEXT, text("1234"), false, &attempt),
                     MN_OK);
    ck_assert(cardsim_is_open(mn_desk.card, CARDSIM_PIN_TEXT));
    ck_assert(mn_card_is_in(visit.card, MN_APPLICATION_TEXT));
    mn_owner_visit_end(&visit, MN_OK);
    assert_all_closed();
    ck_assert_uint_eq(cardsim_conversations(mn_desk.bench, MN_DESK_READER), 1);
}
END_TEST

START_TEST(a_wrong_shape_costs_no_command)
{
    begin();
    mn_desk_commands();
    ck_assert_int_eq(mn_owner_visit_verify(&visit, MN_PIN_TEXT, text("123"), false, &attempt),
                     MN_E_PIN_LENGTH);
    ck_assert_int_eq(
        mn_owner_visit_verify(&visit, MN_PIN_TEXT_B, text("5502172035228A"), false, &attempt),
        MN_E_PIN_CHARACTERS);
    ck_assert_int_eq(
        mn_owner_visit_change(&visit, MN_PIN_COMMON, text("1234"), text("12345"), false, &attempt),
        MN_E_NEW_PIN_LENGTH);
    ck_assert(!attempt.sent);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    mn_owner_visit_end(&visit, MN_OK);
}
END_TEST

START_TEST(a_refused_pin_is_not_sent_again_while_the_card_stays)
{
    ck_assert_int_eq(verify(MN_PIN_COMMON, "4321", false), MN_E_PIN_WRONG);
    ck_assert_int_eq(attempt.after, 2);
    ck_assert_int_eq(verify(MN_PIN_COMMON, "4321", false), MN_E_PIN_REPEATED);
    ck_assert_int_eq(change(MN_PIN_COMMON, "4321", "9072"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(sent(CARDSIM_PIN_COMMON), 1);
    /* The same digits are another PIN in another application. */
    ck_assert_int_eq(verify(MN_PIN_JUKI, "4321", false), MN_E_PIN_WRONG);
    ck_assert_int_eq(verify(MN_PIN_COMMON, "1234", false), MN_OK);
    ck_assert_int_eq(attempt.before, 2);
    ck_assert_int_eq(attempt.after, 3);
}
END_TEST

START_TEST(what_a_program_had_refused_is_refused_here_too)
{
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, "4321"), MN_E_PIN_WRONG);
    ck_assert_int_eq(verify(MN_PIN_AUTH, "4321", false), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(sent(CARDSIM_PIN_AUTH), 1);
}
END_TEST

START_TEST(the_last_try_is_kept_back_unless_its_owner_wants_it_used)
{
    cardsim_set_tries(mn_desk.card, CARDSIM_PIN_TEXT, 1);
    ck_assert_int_eq(verify(MN_PIN_TEXT, "1234", false), MN_E_PIN_LAST_TRY);
    ck_assert_uint_eq(sent(CARDSIM_PIN_TEXT), 0);
    ck_assert_int_eq(verify(MN_PIN_TEXT, "1234", true), MN_OK);
    ck_assert_uint_eq(cardsim_tries(mn_desk.card, CARDSIM_PIN_TEXT), 3);
}
END_TEST

START_TEST(the_settings_may_allow_the_last_try)
{
    mn_desk.settings.spare_last_try = false;
    cardsim_set_tries(mn_desk.card, CARDSIM_PIN_TEXT, 1);
    ck_assert_int_eq(verify(MN_PIN_TEXT, "1234", false), MN_OK);
}
END_TEST

START_TEST(a_blocked_pin_is_not_sent)
{
    cardsim_set_tries(mn_desk.card, CARDSIM_PIN_JUKI, 0);
    ck_assert_int_eq(verify(MN_PIN_JUKI, "1234", true), MN_E_PIN_BLOCKED);
    ck_assert_uint_eq(sent(CARDSIM_PIN_JUKI), 0);
}
END_TEST

START_TEST(several_pins_are_changed_in_one_visit)
{
    static const enum mn_pin ids[] = {MN_PIN_AUTH, MN_PIN_TEXT, MN_PIN_COMMON, MN_PIN_JUKI};
    static const enum cardsim_pin on_card[] = {CARDSIM_PIN_AUTH, CARDSIM_PIN_TEXT,
                                               CARDSIM_PIN_COMMON, CARDSIM_PIN_JUKI};

    begin();
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(
            mn_owner_visit_change(&visit, ids[i], text("1234"), text("9072"), false, &attempt),
            MN_OK);
        ck_assert(attempt.new_sent);
    }
    mn_owner_visit_end(&visit, MN_OK);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(sent(on_card[i]), 1);
        ck_assert_int_eq(verify(ids[i], "9072", false), MN_OK);
    }
    assert_all_closed();
}
END_TEST

START_TEST(a_change_whose_answer_is_lost_says_that_the_new_one_went_out)
{
    begin();
    /* SELECT, tries, VERIFY, SELECT EF; then the change. */
    ck_assert_int_eq(cardsim_fault(mn_desk.card, "5:removed-after"), MN_OK);
    ck_assert_int_eq(
        mn_owner_visit_change(&visit, MN_PIN_TEXT, text("1234"), text("9072"), false, &attempt),
        MN_E_REMOVED);
    ck_assert(attempt.accepted && attempt.new_sent);
    mn_owner_visit_end(&visit, MN_E_REMOVED);
    ck_assert_int_eq(mn_owner_visit_begin(&visit, mn_desk_reader(0)), MN_E_NO_CARD);
}
END_TEST

START_TEST(a_login_of_this_process_notices_that_its_key_was_closed)
{
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_int_eq(verify(MN_PIN_TEXT, "1234", false), MN_OK);
    ck_assert(!mn_desk_is_open(MN_ROLE_SIGN));
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_OK); /* opened again with the kept PIN */
    ck_assert_uint_eq(mn_desk_verifies(MN_ROLE_AUTH), 2);
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
    ck_assert_int_eq(mn_owner_visit_begin(&visit, mn_desk_reader(0)), table[_i].rc);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backend/owner_visit");
    TCase *tcase = tcase_create("visit");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, every_counter_is_told_in_one_visit_and_costs_nothing);
    tcase_add_test(tcase, an_application_that_the_card_does_not_have_has_no_pin);
    tcase_add_test(tcase, a_pin_is_sent_once_and_the_card_closed_behind_it);
    tcase_add_test(tcase, what_a_pin_opens_stays_open_until_the_end_of_the_visit);
    tcase_add_test(tcase, a_wrong_shape_costs_no_command);
    tcase_add_test(tcase, a_refused_pin_is_not_sent_again_while_the_card_stays);
    tcase_add_test(tcase, what_a_program_had_refused_is_refused_here_too);
    tcase_add_test(tcase, the_last_try_is_kept_back_unless_its_owner_wants_it_used);
    tcase_add_test(tcase, the_settings_may_allow_the_last_try);
    tcase_add_test(tcase, a_blocked_pin_is_not_sent);
    tcase_add_test(tcase, several_pins_are_changed_in_one_visit);
    tcase_add_test(tcase, a_change_whose_answer_is_lost_says_that_the_new_one_went_out);
    tcase_add_test(tcase, a_login_of_this_process_notices_that_its_key_was_closed);
    tcase_add_loop_test(tcase, other_cards_are_told_as_such, 0, 3);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
