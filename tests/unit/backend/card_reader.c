#include "backend/card_reader.h"

#include <string.h>

#include "backend/desk.h"
#include "card/profile.h"
#include "runner.h"

static mn_rc recognise(void)
{
    return mn_card_reader_recognise(mn_desk_reader(0));
}

static unsigned connections(void)
{
    return cardsim_connections(mn_desk.bench, MN_DESK_READER);
}

/* --- recognition --- */

START_TEST(a_card_is_recognised_with_two_commands_and_remembered)
{
    ck_assert_int_eq(recognise(), MN_OK);
    ck_assert_uint_eq(mn_desk_commands(), 2);
    ck_assert_int_eq(recognise(), MN_OK);
    ck_assert_int_eq(recognise(), MN_OK);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_uint_eq(connections(), 1);
}
END_TEST

START_TEST(another_card_is_recognised_anew)
{
    ck_assert_int_eq(recognise(), MN_OK);
    mn_desk_exchange("fresh", "");
    mn_desk_refresh();
    ck_assert_int_eq(recognise(), MN_OK);
    ck_assert_uint_eq(mn_desk_commands(), 2);
}
END_TEST

START_TEST(a_foreign_card_is_asked_once_and_left_to_others)
{
    mn_desk_exchange("foreign", "");
    mn_desk_refresh();
    ck_assert_int_eq(recognise(), MN_E_FOREIGN_CARD);
    ck_assert_uint_eq(mn_desk_commands(), 1);
    ck_assert_int_eq(recognise(), MN_E_FOREIGN_CARD);
    ck_assert_int_eq(mn_desk_try_token(MN_ROLE_AUTH), MN_E_FOREIGN_CARD);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_uint_eq(connections(), 0); /* its own software may want it for itself */
}
END_TEST

START_TEST(a_predecessor_is_told_as_such_and_left_to_others)
{
    mn_desk_exchange("juki", "");
    mn_desk_refresh();
    ck_assert_int_eq(recognise(), MN_E_OLD_CARD);
    (void)mn_desk_commands();
    ck_assert_int_eq(recognise(), MN_E_OLD_CARD);
    ck_assert_int_eq(mn_desk_try_token(MN_ROLE_SIGN), MN_E_OLD_CARD);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_uint_eq(connections(), 0);
}
END_TEST

START_TEST(the_right_card_after_a_foreign_one_is_recognised)
{
    mn_desk_exchange("foreign", "");
    mn_desk_refresh();
    ck_assert_int_eq(recognise(), MN_E_FOREIGN_CARD);
    mn_desk_exchange("fresh", "");
    mn_desk_refresh();
    ck_assert_int_eq(recognise(), MN_OK);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
}
END_TEST

START_TEST(a_phone_is_as_good_as_a_card)
{
    mn_desk_exchange("phone", "");
    mn_desk_refresh();
    ck_assert_int_eq(recognise(), MN_OK);
}
END_TEST

START_TEST(what_went_wrong_on_the_way_is_not_remembered)
{
    static const struct {
        const char *fault;
        mn_rc rc;
    } table[] = {{"1:reset", MN_E_COMM},
                 {"2:reset-after", MN_E_COMM},
                 {"1:sw:9001", MN_E_CARD_ANSWER},
                 {"2:truncated:100", MN_E_CARD_ANSWER},
                 {"2:sw:6F00", MN_E_CARD_ANSWER}};

    ck_assert_int_eq(cardsim_fault(mn_desk.card, table[_i].fault), MN_OK);
    ck_assert_int_eq(recognise(), table[_i].rc);
    ck_assert_int_eq(recognise(), MN_OK);
    ck_assert_int_eq(recognise(), MN_OK);
}
END_TEST

START_TEST(a_card_that_is_held_by_another_program_is_recognised_later)
{
    cardsim_reader_hold(mn_desk.bench, MN_DESK_READER, true);
    ck_assert_int_eq(recognise(), MN_E_BUSY);
    cardsim_reader_hold(mn_desk.bench, MN_DESK_READER, false);
    ck_assert_int_eq(recognise(), MN_OK);
    cardsim_reader_hold(mn_desk.bench, MN_DESK_READER, true);
    ck_assert_int_eq(recognise(), MN_OK); /* it is known by now */
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_E_BUSY);
    cardsim_reader_hold(mn_desk.bench, MN_DESK_READER, false);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
}
END_TEST

START_TEST(an_empty_reader_and_a_missing_one_are_told_apart)
{
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    mn_desk_refresh();
    ck_assert_int_eq(recognise(), MN_E_NO_CARD);
    ck_assert_int_eq(mn_desk_try_token(MN_ROLE_AUTH), MN_E_NO_CARD);
    cardsim_unplug(mn_desk.bench, MN_DESK_READER);
    mn_desk_refresh();
    ck_assert_int_eq(recognise(), MN_E_NO_READER);
    ck_assert_int_eq(mn_desk_try_token(MN_ROLE_AUTH), MN_E_NO_READER);
}
END_TEST

/* --- tokens --- */

START_TEST(a_token_is_opened_without_a_command)
{
    ck_assert_int_eq(mn_desk_try_token(MN_ROLE_AUTH), MN_OK);
    ck_assert_int_eq(mn_desk_try_token(MN_ROLE_SIGN), MN_OK);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_uint_eq(connections(), 0);
    ck_assert_uint_eq(mn_desk.generations[MN_ROLE_AUTH], mn_desk_state().generation);
}
END_TEST

START_TEST(a_token_of_an_unknown_card_finds_out_by_itself)
{
    static const struct {
        const char *persona;
        mn_rc rc;
    } table[] = {{"foreign", MN_E_FOREIGN_CARD}, {"juki", MN_E_OLD_CARD}};
    struct mn_view view;

    mn_desk_exchange(table[_i].persona, "");
    mn_desk_refresh();
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), table[_i].rc);
    ck_assert_uint_eq(mn_desk_verifies(MN_ROLE_SIGN), 0);
    (void)mn_desk_commands();
    ck_assert_int_eq(mn_desk_load(MN_ROLE_SIGN, MN_WANT_CA_CERTIFICATE, &view), table[_i].rc);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), table[_i].rc);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

/* Every call of the role's token tells that its card is gone. */
static void assert_gone(enum mn_role role)
{
    struct mn_token *token = &mn_desk.tokens[role];
    struct mn_view view;

    if (!token->facts->serial[0])
        ck_assert_int_eq(token->ops->identify(token->self), MN_E_REMOVED);
    ck_assert_int_eq(mn_desk_load(role, MN_WANT_CA_CERTIFICATE, &view), MN_E_REMOVED);
    ck_assert_uint_eq(view.ca_certificates[0].len, 0);
    ck_assert_int_eq(mn_desk_login(role, role == MN_ROLE_AUTH ? "1234" : "ABC123"), MN_E_REMOVED);
    ck_assert_int_eq(mn_desk_set_pin(role, role == MN_ROLE_AUTH ? "1234" : "ABC123",
                                     role == MN_ROLE_AUTH ? "5678" : "DEF456"),
                     MN_E_REMOVED);
}

START_TEST(the_token_of_a_card_that_left_never_reaches_the_next_card)
{
    struct mn_token *token = mn_desk_token(MN_ROLE_AUTH);
    struct mn_pin_info info;

    mn_desk_exchange("fresh", "");
    mn_desk_refresh();
    ck_assert_int_eq(token->ops->pin_info(token->self, &info), MN_E_REMOVED);
    ck_assert_int_eq(info.tries, MN_TRIES_UNKNOWN);
    assert_gone(MN_ROLE_AUTH);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    mn_desk_close_token(MN_ROLE_AUTH);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

/* The PIN was meant for the card that the program saw. */
START_TEST(a_card_exchanged_before_the_first_command_gets_no_pin)
{
    ck_assert_int_eq(mn_desk_try_token(MN_ROLE_AUTH), MN_OK);
    mn_desk_exchange("fresh", "");
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, "9999"), MN_E_REMOVED);
    ck_assert_uint_eq(mn_desk_verifies(MN_ROLE_AUTH), 0);
    ck_assert_uint_eq(cardsim_tries(mn_desk.card, CARDSIM_PIN_AUTH), 3);
    assert_gone(MN_ROLE_AUTH);
    mn_desk_close_token(MN_ROLE_AUTH);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
}
END_TEST

START_TEST(a_card_exchanged_after_a_command_gets_no_pin)
{
    ck_assert_int_eq(mn_desk_try_token(MN_ROLE_AUTH), MN_OK);
    ck_assert_int_eq(recognise(), MN_OK);
    mn_desk_exchange("fresh", "");
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, "9999"), MN_E_REMOVED);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    assert_gone(MN_ROLE_AUTH);
}
END_TEST

START_TEST(a_card_that_left_takes_the_logins_with_it)
{
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), MN_OK);
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_E_REMOVED);
    ck_assert(!mn_desk_is_open(MN_ROLE_AUTH));
    ck_assert(!mn_desk_is_open(MN_ROLE_SIGN));
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    mn_desk_refresh();
    assert_gone(MN_ROLE_AUTH);
    assert_gone(MN_ROLE_SIGN);
    mn_desk_close_token(MN_ROLE_AUTH);
    mn_desk_close_token(MN_ROLE_SIGN);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_E_NOT_LOGGED_IN);
}
END_TEST

START_TEST(a_card_that_leaves_in_the_middle_takes_the_logins_with_it)
{
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_int_eq(cardsim_fault(mn_desk.card, "1:removed"), MN_OK);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_SIGN), MN_E_REMOVED);
    ck_assert(!mn_desk_is_open(MN_ROLE_AUTH));
    ck_assert(!mn_desk_is_open(MN_ROLE_SIGN));
}
END_TEST

START_TEST(an_old_token_does_not_disturb_the_next_card)
{
    unsigned long generation;

    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    mn_desk_exchange("fresh", "");
    mn_desk_refresh();
    ck_assert_int_eq(mn_desk_login(MN_ROLE_SIGN, MN_DESK_PASSWORD), MN_OK);
    generation = mn_desk_state().generation;
    assert_gone(MN_ROLE_AUTH);
    mn_desk_close_token(MN_ROLE_AUTH); /* was logged in to the card that left */
    ck_assert_uint_eq(mn_desk_state().generation, generation);
    ck_assert(mn_desk_is_open(MN_ROLE_SIGN));
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_SIGN), MN_OK);
}
END_TEST

START_TEST(a_service_that_was_restarted_ends_the_tokens)
{
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    cardsim_bench_service(mn_desk.bench, false);
    cardsim_bench_service(mn_desk.bench, true);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_E_REMOVED);
    mn_desk_refresh();
    mn_desk_close_token(MN_ROLE_AUTH);
    ck_assert_int_eq(mn_desk_login(MN_ROLE_AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(MN_ROLE_AUTH), MN_OK);
}
END_TEST

START_TEST(two_programs_have_pools_of_their_own)
{
    struct mn_reader_pool *other = NULL;
    struct mn_readers readers;

    ck_assert_int_eq(recognise(), MN_OK);
    ck_assert_int_eq(cardsim_bench_open(mn_desk.bench, &readers), MN_OK);
    ck_assert_int_eq(mn_reader_pool_open(&readers, &mn_desk.settings, NULL, &other), MN_OK);
    ck_assert_int_eq(mn_reader_pool_refresh(other), MN_OK);
    ck_assert_int_eq(mn_card_reader_recognise(mn_reader_pool_at(other, 0)), MN_OK);
    ck_assert_uint_eq(connections(), 2);
    mn_reader_pool_close(&other);
    ck_assert_uint_eq(connections(), 1);
}
END_TEST

static TCase *recognition_case(void)
{
    TCase *tcase = tcase_create("recognition");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, a_card_is_recognised_with_two_commands_and_remembered);
    tcase_add_test(tcase, another_card_is_recognised_anew);
    tcase_add_test(tcase, a_foreign_card_is_asked_once_and_left_to_others);
    tcase_add_test(tcase, a_predecessor_is_told_as_such_and_left_to_others);
    tcase_add_test(tcase, the_right_card_after_a_foreign_one_is_recognised);
    tcase_add_test(tcase, a_phone_is_as_good_as_a_card);
    tcase_add_loop_test(tcase, what_went_wrong_on_the_way_is_not_remembered, 0, 5);
    tcase_add_test(tcase, a_card_that_is_held_by_another_program_is_recognised_later);
    tcase_add_test(tcase, an_empty_reader_and_a_missing_one_are_told_apart);
    return tcase;
}

static TCase *tokens_case(void)
{
    TCase *tcase = tcase_create("tokens");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, a_token_is_opened_without_a_command);
    tcase_add_loop_test(tcase, a_token_of_an_unknown_card_finds_out_by_itself, 0, 2);
    tcase_add_test(tcase, the_token_of_a_card_that_left_never_reaches_the_next_card);
    tcase_add_test(tcase, a_card_exchanged_before_the_first_command_gets_no_pin);
    tcase_add_test(tcase, a_card_exchanged_after_a_command_gets_no_pin);
    tcase_add_test(tcase, a_card_that_left_takes_the_logins_with_it);
    tcase_add_test(tcase, a_card_that_leaves_in_the_middle_takes_the_logins_with_it);
    tcase_add_test(tcase, an_old_token_does_not_disturb_the_next_card);
    tcase_add_test(tcase, a_service_that_was_restarted_ends_the_tokens);
    tcase_add_test(tcase, two_programs_have_pools_of_their_own);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("backend/card_reader");

    suite_add_tcase(suite, recognition_case());
    suite_add_tcase(suite, tokens_case());
    return mn_test_run(suite);
}
