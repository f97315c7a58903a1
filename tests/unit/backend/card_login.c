/* Logins through the two tokens of the simulated card: every rule of docs/pin-safety.md that the
 * backend keeps. */
#include <stdlib.h>
#include <string.h>

#include "backend/desk.h"
#include "base/scratch.h"
#include "crypto/library.h"
#include "runner.h"

#define AUTH MN_ROLE_AUTH
#define SIGN MN_ROLE_SIGN

static mn_rc login(enum mn_role role, const char *pin)
{
    return mn_desk_login(role, pin);
}

static unsigned tries(enum mn_role role)
{
    return cardsim_tries(mn_desk.card, role == AUTH ? CARDSIM_PIN_AUTH : CARDSIM_PIN_SIGN);
}

static bool is_open_on_card(enum mn_role role)
{
    return cardsim_is_open(mn_desk.card, role == AUTH ? CARDSIM_PIN_AUTH : CARDSIM_PIN_SIGN);
}

static void fault(const char *fault)
{
    ck_assert_int_eq(cardsim_fault(mn_desk.card, fault), MN_OK);
}

/* As after C_Finalize and C_Initialize. */
static void start_anew(void)
{
    mn_desk_close_pool();
    mn_desk_open_pool();
}

/* --- right PINs --- */

START_TEST(a_cold_signature_costs_five_commands_and_each_further_one_one)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
    ck_assert_uint_eq(mn_desk_commands(), 5);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
        ck_assert_uint_eq(mn_desk_commands(), 1);
    }
}
END_TEST

START_TEST(a_password_may_be_typed_in_small_letters)
{
    ck_assert_int_eq(login(SIGN, "aBc123"), MN_OK);
    ck_assert(mn_desk_is_open(SIGN));
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 1);
}
END_TEST

START_TEST(each_role_has_a_login_of_its_own)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_E_NOT_LOGGED_IN);
    ck_assert_int_eq(login(SIGN, CARDSIM_SIGN_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
}
END_TEST

START_TEST(without_a_login_no_signature_is_asked_for)
{
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

/* --- wrong PINs --- */

START_TEST(a_pin_of_a_wrong_shape_never_reaches_the_card)
{
    ck_assert_int_eq(login(AUTH, "123"), MN_E_PIN_LENGTH);
    ck_assert_int_eq(login(AUTH, "12345"), MN_E_PIN_LENGTH);
    ck_assert_int_eq(login(AUTH, "12a4"), MN_E_PIN_CHARACTERS);
    ck_assert_int_eq(login(SIGN, "ABC12"), MN_E_PIN_LENGTH);
    ck_assert_int_eq(login(SIGN, "ABC-12"), MN_E_PIN_CHARACTERS);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(a_wrong_pin_costs_one_try_once)
{
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_uint_eq(tries(AUTH), 2);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
    (void)mn_desk_commands();
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_uint_eq(tries(AUTH), 3);
}
END_TEST

START_TEST(wrong_pins_in_turn_cost_one_try_each)
{
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(login(SIGN, "WRONG1"), i == 0 ? MN_E_PIN_WRONG : MN_E_PIN_REPEATED);
        ck_assert_int_eq(login(SIGN, "wrong2"), i == 0 ? MN_E_PIN_WRONG : MN_E_PIN_REPEATED);
        ck_assert_int_eq(login(SIGN, "wrong1"), MN_E_PIN_REPEATED);
        ck_assert_int_eq(login(SIGN, "WRONG2"), MN_E_PIN_REPEATED);
    }
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 2);
    ck_assert_uint_eq(tries(SIGN), 3);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
}
END_TEST

START_TEST(a_refused_pin_stays_refused_after_a_right_one)
{
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    ck_assert(mn_desk_is_open(AUTH));
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
}
END_TEST

START_TEST(programs_that_start_anew_cannot_repeat_a_wrong_pin)
{
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(SIGN, "WRONG1"), MN_E_PIN_WRONG);
    (void)mn_desk_commands();
    for (int i = 0; i < 10; i++) {
        start_anew();
        ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
        ck_assert_int_eq(login(SIGN, "WRONG1"), MN_E_PIN_REPEATED);
    }
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_int_eq(login(SIGN, "WRONG2"), MN_E_PIN_WRONG);
    start_anew();
    ck_assert_int_eq(login(SIGN, "WRONG2"), MN_E_PIN_REPEATED);
    ck_assert_int_eq(login(SIGN, "WRONG1"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(tries(AUTH), 2);
    ck_assert_uint_eq(tries(SIGN), 3);
}
END_TEST

START_TEST(programs_that_only_look_do_not_make_it_forget)
{
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    for (int i = 0; i < 20; i++) {
        start_anew();
        (void)mn_desk_token(SIGN);
    }
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(tries(AUTH), 2);
}
END_TEST

START_TEST(after_the_card_was_pulled_a_pin_may_be_sent_again)
{
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    cardsim_insert(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    mn_desk_refresh();
    mn_desk_close_token(AUTH);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_uint_eq(tries(AUTH), 1);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
}
END_TEST

START_TEST(another_card_knows_nothing_of_the_first_cards_pins)
{
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    mn_desk_exchange("fresh", "");
    ck_assert_int_eq(cardsim_set_pin(mn_desk.card, CARDSIM_PIN_AUTH, "0000"), MN_OK);
    mn_desk_refresh();
    mn_desk_close_token(AUTH);
    ck_assert_int_eq(login(AUTH, "0000"), MN_OK);
}
END_TEST

START_TEST(the_last_try_is_kept_back)
{
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(AUTH, "0001"), MN_E_PIN_WRONG);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(login(AUTH, "0002"), MN_E_PIN_LAST_TRY);
        ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_PIN_LAST_TRY);
        start_anew();
    }
    ck_assert_uint_eq(tries(AUTH), 1);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
    ck_assert_int_eq(mn_desk_tries(AUTH), 1);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
}
END_TEST

START_TEST(the_last_try_is_used_where_the_settings_say_so)
{
    mn_desk.settings.spare_last_try = false;
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(AUTH, "0001"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    ck_assert_int_eq(login(AUTH, "0002"), MN_E_PIN_BLOCKED);
    ck_assert_uint_eq(tries(AUTH), 0);
    ck_assert_int_eq(mn_desk_tries(AUTH), 0);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_PIN_BLOCKED);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 3);
}
END_TEST

START_TEST(a_blocked_pin_is_never_sent)
{
    static const char *const queries[] = {"blocked_query=63C0", "blocked_query=6983",
                                          "blocked_query=6984"};

    mn_desk_exchange("auth-blocked", queries[_i]);
    mn_desk_refresh();
    mn_desk.settings.spare_last_try = false;
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_PIN_BLOCKED);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 0);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
}
END_TEST

START_TEST(a_pin_is_never_sent_to_a_card_that_does_not_tell_its_tries)
{
    static const struct {
        const char *switches;
        mn_rc rc;
    } table[] = {{"sign_pin=unset unset_pin=6985", MN_E_PIN_UNKNOWN},
                 {"sign_pin=unset unset_pin=6A88", MN_E_PIN_UNKNOWN},
                 {"sign_pin=absent", MN_E_PIN_UNSET}};

    mn_desk_set(table[_i].switches);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), table[_i].rc);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 0);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
}
END_TEST

START_TEST(without_cryptography_to_remember_it_a_pin_is_not_sent)
{
    (void)mn_desk_token(AUTH);
    mn_crypto_close();
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_CRYPTO);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}
END_TEST

START_TEST(a_wrong_pin_over_a_login_ends_what_the_card_ended)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(SIGN, "WRONG1"), MN_E_PIN_WRONG);
    ck_assert(!is_open_on_card(AUTH) && !is_open_on_card(SIGN));
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK); /* by the kept PIN, which was right */
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_E_NOT_LOGGED_IN);
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert_uint_eq(tries(AUTH), 3);
    ck_assert_uint_eq(tries(SIGN), 4);
}
END_TEST

/* A card that says "open" whatever it is asked must not be asked until its PIN is blocked. */
START_TEST(a_card_that_always_says_open_is_not_blocked_by_it)
{
    static const char *const wrong[] = {"0000", "0001", "0002", "0003", "0004"};

    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
    for (int i = 0; i < 5; i++) {
        fault("2:sw:9000"); /* look, tries, VERIFY */
        (void)login(AUTH, wrong[i]);
    }
    ck_assert_uint_eq(tries(AUTH), 1);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
}
END_TEST

/* --- lost answers --- */

/* Ways to lose the answer to a command that the card has done. */
static const char *const losses[] = {"reset-after", "truncated:1", "truncated:0", "garbage:2",
                                     "garbage:0"};
#define LOSSES (int)(sizeof losses / sizeof losses[0])

/* Logs in while the answer to VERIFY gets lost in that way. */
static mn_rc login_lost(enum mn_role role, const char *pin, const char *loss)
{
    char text[32];

    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
    (void)snprintf(text, sizeof text, "3:%s", loss); /* look, tries, VERIFY */
    fault(text);
    return login(role, pin);
}

START_TEST(a_wrong_pin_whose_answer_is_lost_costs_one_try)
{
    ck_assert_int_ne(login_lost(AUTH, "0000", losses[_i]), MN_OK);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_uint_eq(tries(AUTH), 2);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    start_anew();
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(tries(AUTH), 2);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
}
END_TEST

START_TEST(a_right_pin_whose_answer_is_lost_is_good_the_next_time)
{
    ck_assert_int_ne(login_lost(AUTH, CARDSIM_AUTH_PIN, losses[_i]), MN_OK);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
}
END_TEST

START_TEST(a_pin_that_was_not_judged_may_be_sent_again)
{
    ck_assert_int_eq(login_lost(AUTH, CARDSIM_AUTH_PIN, "reset"), MN_E_COMM);
    ck_assert_int_eq(login_lost(AUTH, CARDSIM_AUTH_PIN, "sw:6F00"), MN_E_CARD_ANSWER);
    ck_assert_uint_eq(tries(AUTH), 3);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
}
END_TEST

/* It was not judged, and is right: a typing error later must not turn it into a wrong one. */
START_TEST(a_right_pin_that_was_not_judged_is_not_refused_after_a_wrong_one)
{
    ck_assert_int_eq(login_lost(AUTH, CARDSIM_AUTH_PIN, "reset"), MN_E_COMM);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
}
END_TEST

START_TEST(lost_answers_in_turn_cost_one_try_for_each_pin)
{
    (void)login_lost(SIGN, "WRONG1", losses[_i]);
    (void)login_lost(SIGN, "WRONG2", losses[_i]);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(login(SIGN, "WRONG1"), MN_E_PIN_REPEATED);
        ck_assert_int_eq(login(SIGN, "WRONG2"), MN_E_PIN_REPEATED);
        start_anew();
    }
    ck_assert_uint_eq(tries(SIGN), 3);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 2);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
}
END_TEST

START_TEST(a_lost_answer_after_a_known_refusal_is_counted_too)
{
    ck_assert_int_eq(login(SIGN, "WRONG1"), MN_E_PIN_WRONG);
    (void)login_lost(SIGN, "WRONG2", losses[_i]);
    ck_assert_int_eq(login(SIGN, "WRONG3"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(SIGN, "WRONG2"), MN_E_PIN_REPEATED);
    ck_assert_int_eq(login(SIGN, "WRONG1"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(tries(SIGN), 2);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
}
END_TEST

START_TEST(a_lost_answer_from_a_card_that_says_open_costs_one_try)
{
    mn_desk_set("empty_verify_after_success=9000");
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert(is_open_on_card(AUTH));
    (void)login_lost(AUTH, "0000", losses[_i]);
    ck_assert_uint_eq(tries(AUTH), 2);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(tries(AUTH), 2);
}
END_TEST

START_TEST(an_answer_lost_with_the_card_costs_one_try)
{
    ck_assert_int_eq(login_lost(AUTH, "0000", "removed-after"), MN_E_REMOVED);
    ck_assert_uint_eq(tries(AUTH), 2);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_REMOVED);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
}
END_TEST

START_TEST(a_counter_read_in_between_settles_what_was_lost)
{
    (void)login_lost(AUTH, "0000", "reset-after");
    ck_assert_int_eq(mn_desk_tries(AUTH), 2);
    /* Another program knows the PIN: the counter is full again. */
    cardsim_set_tries(mn_desk.card, CARDSIM_PIN_AUTH, 3);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(tries(AUTH), 3);
}
END_TEST

/* --- other programs --- */

static void other_resets(void)
{
    cardsim_other_resets(mn_desk.bench, MN_DESK_READER);
}

static void other_unpowers(void)
{
    cardsim_other_unpowers(mn_desk.bench, MN_DESK_READER);
}

static void other_leaves_the_application(void)
{
    cardsim_other_selects(mn_desk.bench, MN_DESK_READER, mn_application_id(MN_APPLICATION_COMMON));
}

static void other_selects_the_application_anew(void)
{
    mn_desk_set("clear_on_select_same=1");
    cardsim_other_selects(mn_desk.bench, MN_DESK_READER, mn_application_id(MN_APPLICATION_JPKI));
}

/* Each of them ends a verified PIN, or may have done so. */
static void (*const intrusions[])(void) = {
    other_resets, other_unpowers, other_leaves_the_application, other_selects_the_application_anew};
#define INTRUSIONS (int)(sizeof intrusions / sizeof intrusions[0])

START_TEST(the_kept_pin_opens_the_key_again_once_each_time)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    for (unsigned i = 1; i <= 5; i++) {
        intrusions[_i]();
        ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
        ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
        ck_assert_uint_eq(mn_desk_verifies(AUTH), 1 + i);
    }
    ck_assert_uint_eq(tries(AUTH), 3);
}
END_TEST

START_TEST(a_kept_pin_that_is_refused_is_dropped_and_the_login_with_it)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(cardsim_set_pin(mn_desk.card, CARDSIM_PIN_AUTH, "7777"), MN_OK);
    intrusions[_i]();
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_uint_eq(tries(AUTH), 2);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_PIN_REPEATED);
    ck_assert_int_eq(login(AUTH, "7777"), MN_OK);
}
END_TEST

START_TEST(a_kept_pin_does_not_use_the_last_try)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    other_resets();
    cardsim_set_tries(mn_desk.card, CARDSIM_PIN_AUTH, 1);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_uint_eq(tries(AUTH), 1);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
}
END_TEST

/* --- a card taken out and put back before the service looked --- */

static struct cardsim *another_card(void)
{
    struct cardsim *other = NULL;

    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &other), MN_OK);
    ck_assert_int_eq(cardsim_set(other, "serial", "0000000000000042"), MN_OK);
    ck_assert_int_eq(cardsim_set_pin(other, CARDSIM_PIN_AUTH, "7777"), MN_OK);
    return other;
}

START_TEST(a_card_that_slipped_fails_once_and_wants_a_new_login)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(login(SIGN, CARDSIM_SIGN_PIN), MN_OK);
    cardsim_slip(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_COMM);
    ck_assert(!mn_desk_is_open(AUTH)); /* the kept PIN went with the card */
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    mn_desk_refresh();
    ck_assert_uint_eq(mn_desk_state().generation, mn_desk.generations[AUTH]);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_int_eq(login(SIGN, CARDSIM_SIGN_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 2);
}
END_TEST

START_TEST(a_login_to_a_card_that_slipped_sends_no_pin_blindly)
{
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
    for (int i = 1; i <= 3; i++) {
        cardsim_slip(mn_desk.bench, MN_DESK_READER, mn_desk.card);
        ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_COMM);
    }
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 0);
    (void)mn_desk_commands();
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
    ck_assert_uint_eq(mn_desk_commands(), 4); /* SELECT, look, tries, VERIFY */
}
END_TEST

START_TEST(a_card_that_slipped_before_anybody_asked_is_found_the_second_time)
{
    cardsim_slip(mn_desk.bench, MN_DESK_READER, mn_desk.card);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_COMM);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
}
END_TEST

/* Neither the PIN that a person meant for the first card nor the one that was kept for it. */
START_TEST(a_card_that_slipped_in_for_another_gets_no_pin)
{
    struct cardsim *other = another_card();

    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    cardsim_slip(mn_desk.bench, MN_DESK_READER, other);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_COMM);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_REMOVED);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_REMOVED);
    mn_desk_refresh();
    mn_desk_close_token(AUTH);
    ck_assert_uint_eq(cardsim_count_verify(other, CARDSIM_PIN_AUTH), 0);
    ck_assert_int_eq(login(AUTH, "7777"), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_uint_eq(cardsim_count_verify(other, CARDSIM_PIN_AUTH), 1);
    mn_desk_close_token(AUTH);
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    cardsim_free(&other);
}
END_TEST

/* Another program met it first and gave it power: the service tells of a reset only. */
START_TEST(a_card_that_slipped_in_and_was_reset_by_another_gets_no_kept_pin)
{
    struct cardsim *other = another_card();

    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    cardsim_slip(mn_desk.bench, MN_DESK_READER, other);
    cardsim_other_unpowers(mn_desk.bench, MN_DESK_READER);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_REMOVED);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_uint_eq(cardsim_count_verify(other, CARDSIM_PIN_AUTH), 0);
    mn_desk_close_token(AUTH);
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    cardsim_free(&other);
}
END_TEST

/* Somebody sent a wrong PIN since: it may have been this one, kept by another program too. */
START_TEST(a_kept_pin_is_sent_only_to_a_full_counter)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(cardsim_set_pin(mn_desk.card, CARDSIM_PIN_AUTH, "7777"), MN_OK);
    other_resets();
    cardsim_set_tries(mn_desk.card, CARDSIM_PIN_AUTH, 2);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_uint_eq(tries(AUTH), 2);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
    ck_assert_int_eq(login(AUTH, "7777"), MN_OK);
}
END_TEST

START_TEST(a_kept_pin_whose_answer_is_lost_is_not_sent_again)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    other_resets();
    fault("4:reset-after"); /* SELECT, look, tries, VERIFY */
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_COMM);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
}
END_TEST

START_TEST(a_card_that_never_opens_its_key_is_not_asked_for_ever)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    fault("1:sw:6982"); /* sign, look, tries, VERIFY, sign */
    fault("5:sw:6982");
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
}
END_TEST

START_TEST(where_the_settings_say_so_no_pin_is_kept)
{
    mn_desk.settings.keep_auth_pin = false;
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    intrusions[_i]();
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
}
END_TEST

START_TEST(the_signing_password_is_never_kept)
{
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
    intrusions[_i]();
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_E_NOT_LOGGED_IN);
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 1);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
}
END_TEST

START_TEST(another_program_that_changes_nothing_costs_nothing)
{
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    cardsim_other_selects(mn_desk.bench, MN_DESK_READER, mn_application_id(MN_APPLICATION_JPKI));
    (void)mn_desk_commands();
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
    ck_assert_uint_eq(mn_desk_commands(), 1);
}
END_TEST

START_TEST(a_reset_seen_by_one_role_ends_the_login_of_the_other)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    other_resets();
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert(mn_desk_is_open(AUTH));
}
END_TEST

/* Just before each of the next conversations, another program leaves the application. */
static int times_to_leave;

static void leave(void *context, struct cardsim *card)
{
    static const uint8_t select[] = {0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0x10,
                                     0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};
    uint8_t answer[2];
    size_t len = sizeof answer;

    (void)context;
    if (times_to_leave-- > 0)
        ck_assert_int_eq(cardsim_transmit(card, mn_span(select, sizeof select), answer, &len),
                         MN_OK);
}

START_TEST(two_programs_in_turn_both_keep_working)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    cardsim_before_begin(mn_desk.bench, MN_DESK_READER, leave, NULL);
    times_to_leave = 10;
    for (unsigned i = 1; i <= 10; i++) {
        ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
        ck_assert_uint_eq(mn_desk_verifies(AUTH), 1 + i);
    }
    ck_assert_uint_eq(tries(AUTH), 3);
}
END_TEST

START_TEST(a_pin_never_reaches_another_application)
{
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
    cardsim_before_begin(mn_desk.bench, MN_DESK_READER, leave, NULL);
    times_to_leave = 100;
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_WRONG);
    ck_assert_int_eq(login(SIGN, "WRONG1"), MN_E_PIN_WRONG);
    ck_assert_int_eq(mn_desk_set_pin(AUTH, "0001", "5678"), MN_E_PIN_WRONG);
    for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++)
        if (pin != CARDSIM_PIN_AUTH && pin != CARDSIM_PIN_SIGN)
            ck_assert_uint_eq(cardsim_count_verify(mn_desk.card, (enum cardsim_pin)pin), 0);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 1);
}
END_TEST

/* --- logout --- */

static const char *const plastics[] = {"", "clear_on_select_other=0", "clear_on_warm_reset=1",
                                       "sfi=0", "jpki_only=1"};
#define PLASTICS (int)(sizeof plastics / sizeof plastics[0])

START_TEST(logout_closes_the_key_on_any_card)
{
    enum mn_role role = _i % 2 ? AUTH : SIGN;

    mn_desk_set(plastics[_i / 2]);
    ck_assert_int_eq(login(role, role == AUTH ? CARDSIM_AUTH_PIN : MN_DESK_PASSWORD), MN_OK);
    ck_assert(mn_desk_other_can_sign(role)); /* the card knows no owner of a login */
    mn_desk_logout(role);
    ck_assert(!mn_desk_is_open(role));
    ck_assert(!is_open_on_card(role));
    ck_assert(!mn_desk_other_can_sign(role));
    ck_assert_int_eq(mn_desk_sign(role), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(mn_desk_verifies(role), 1);
    ck_assert_int_eq(login(role, role == AUTH ? CARDSIM_AUTH_PIN : MN_DESK_PASSWORD), MN_OK);
}
END_TEST

START_TEST(closing_a_token_that_is_logged_in_closes_the_key)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    mn_desk_close_token(AUTH);
    ck_assert(!is_open_on_card(AUTH));
    ck_assert(!mn_desk_other_can_sign(AUTH));
}
END_TEST

START_TEST(closing_a_token_that_is_not_logged_in_disturbs_nobody)
{
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
    (void)mn_desk_token(AUTH);
    (void)mn_desk_commands();
    mn_desk_close_token(AUTH);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(a_logout_of_the_signature_role_is_survived_by_the_kept_pin)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    mn_desk_logout(SIGN);
    ck_assert(mn_desk_is_open(AUTH));
    ck_assert(!is_open_on_card(AUTH));
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
}
END_TEST

START_TEST(a_logout_of_the_authentication_role_ends_the_signature_roles_login)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    mn_desk_logout(AUTH);
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(mn_desk_verifies(SIGN), 1);
}
END_TEST

START_TEST(without_a_kept_pin_one_logout_ends_both)
{
    mn_desk.settings.keep_auth_pin = false;
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    mn_desk_logout(SIGN);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
}
END_TEST

START_TEST(after_logout_the_kept_pin_is_gone)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    mn_desk_logout(AUTH);
    other_resets();
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 1);
}
END_TEST

START_TEST(a_logout_without_a_card_ends_the_login_all_the_same)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    cardsim_reader_hold(mn_desk.bench, MN_DESK_READER, true);
    mn_desk_logout(AUTH);
    ck_assert(!mn_desk_is_open(AUTH));
    cardsim_reader_hold(mn_desk.bench, MN_DESK_READER, false);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    cardsim_remove(mn_desk.bench, MN_DESK_READER);
    mn_desk_logout(AUTH);
    ck_assert(!mn_desk_is_open(AUTH));
}
END_TEST

/* --- changing PINs --- */

START_TEST(a_pin_is_changed_without_a_login_and_the_key_is_closed)
{
    ck_assert_int_eq(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "5678"), MN_OK);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert(!is_open_on_card(AUTH));
    ck_assert_int_eq(login(AUTH, "5678"), MN_OK);
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_E_PIN_WRONG);
}
END_TEST

START_TEST(a_pin_is_changed_in_a_login_and_the_new_one_is_kept)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "5678"), MN_OK);
    ck_assert(mn_desk_is_open(AUTH));
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    other_resets();
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_uint_eq(tries(AUTH), 3);
}
END_TEST

START_TEST(a_password_is_changed_in_capitals)
{
    ck_assert_int_eq(mn_desk_set_pin(SIGN, MN_DESK_PASSWORD, "new9pass"), MN_OK);
    ck_assert_int_eq(login(SIGN, "NEW9PASS"), MN_OK);
    ck_assert_int_eq(mn_desk_set_pin(SIGN, "NEW9pass", MN_DESK_PASSWORD), MN_OK);
    ck_assert(mn_desk_is_open(SIGN));
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
}
END_TEST

START_TEST(a_change_with_a_wrong_shape_never_reaches_the_card)
{
    ck_assert_int_eq(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "567"), MN_E_NEW_PIN_LENGTH);
    ck_assert_int_eq(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "56a8"), MN_E_NEW_PIN_CHARACTERS);
    ck_assert_int_eq(mn_desk_set_pin(AUTH, "12345", "5678"), MN_E_PIN_LENGTH);
    ck_assert_int_eq(mn_desk_set_pin(SIGN, "AB-123", "DEF456"), MN_E_PIN_CHARACTERS);
    ck_assert_int_eq(mn_desk_set_pin(SIGN, MN_DESK_PASSWORD, "AB-123"), MN_E_NEW_PIN_CHARACTERS);
    ck_assert_uint_eq(mn_desk_commands(), 0);
}
END_TEST

START_TEST(a_wrong_old_pin_costs_one_try_once_whoever_sends_it)
{
    ck_assert_int_eq(mn_desk_set_pin(AUTH, "0000", "5678"), MN_E_PIN_WRONG);
    ck_assert_uint_eq(tries(AUTH), 2);
    (void)mn_desk_commands();
    ck_assert_int_eq(mn_desk_set_pin(AUTH, "0000", "5678"), MN_E_PIN_REPEATED);
    ck_assert_int_eq(login(AUTH, "0000"), MN_E_PIN_REPEATED);
    ck_assert_uint_eq(mn_desk_commands(), 0);
    ck_assert_int_eq(login(AUTH, "0001"), MN_E_PIN_WRONG);
    ck_assert_int_eq(mn_desk_set_pin(AUTH, "0001", "5678"), MN_E_PIN_REPEATED);
    ck_assert_int_eq(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "5678"), MN_E_PIN_LAST_TRY);
    ck_assert_uint_eq(tries(AUTH), 1);
}
END_TEST

START_TEST(a_pin_refused_before_may_be_the_new_one)
{
    ck_assert_int_eq(login(AUTH, "5678"), MN_E_PIN_WRONG);
    ck_assert_int_eq(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "5678"), MN_OK);
    ck_assert_int_eq(login(AUTH, "5678"), MN_OK);
}
END_TEST

/* look, tries, VERIFY, SELECT EF, change */
START_TEST(a_new_pin_that_the_card_refuses_leaves_the_old_one)
{
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
    fault("5:sw:6985");
    ck_assert_int_eq(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "5678"), MN_E_REFUSED);
    ck_assert(!mn_desk_is_open(AUTH));
    ck_assert(!is_open_on_card(AUTH));
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    fault("5:sw:6985");
    ck_assert_int_eq(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "5678"), MN_E_REFUSED);
    ck_assert(mn_desk_is_open(AUTH));
    other_resets();
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
    ck_assert_uint_eq(tries(AUTH), 3);
}
END_TEST

/* Which PIN the card has now is not known: the old one may not be tried in the background. */
START_TEST(a_change_whose_answer_is_lost_ends_the_login)
{
    static const char *const ways[] = {"5:truncated:1", "5:reset-after", "5:garbage:2",
                                       "4:truncated:1", "5:reset"};

    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    fault(ways[_i]);
    ck_assert_int_ne(mn_desk_set_pin(AUTH, CARDSIM_AUTH_PIN, "5678"), MN_OK);
    ck_assert(!is_open_on_card(AUTH) || mn_desk_is_open(AUTH));
    if (mn_desk_is_open(AUTH)) /* the card said clearly that nothing was done */
        return;
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(tries(AUTH), 3);
    ck_assert_uint_eq(mn_desk_verifies(AUTH), 2);
    if (login(AUTH, "5678") != MN_OK)
        ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
}
END_TEST

START_TEST(a_change_whose_answer_is_lost_leaves_no_key_open)
{
    ck_assert_int_eq(mn_card_reader_recognise(mn_desk_reader(0)), MN_OK);
    fault("5:truncated:1");
    ck_assert_int_ne(mn_desk_set_pin(SIGN, MN_DESK_PASSWORD, "NEW9PASS"), MN_OK);
    ck_assert(!mn_desk_is_open(SIGN));
    ck_assert(!is_open_on_card(SIGN));
}
END_TEST

START_TEST(a_change_by_one_role_leaves_the_other_to_its_kept_pin)
{
    ck_assert_int_eq(login(AUTH, CARDSIM_AUTH_PIN), MN_OK);
    ck_assert_int_eq(mn_desk_set_pin(SIGN, MN_DESK_PASSWORD, "NEW9PASS"), MN_OK);
    ck_assert(!is_open_on_card(SIGN));
    ck_assert_int_eq(mn_desk_sign(AUTH), MN_OK);
}
END_TEST

/* --- the log --- */

START_TEST(the_log_at_its_most_talkative_shows_no_pin)
{
    static const char *const secrets[] = {"QX7RVK",       "qx7rvk", "515837", "WZ8TYM", "575A38",
                                          "0123456789AB", "ABC123", "abc123", "414243"};
    char *log;

    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, mn_scratch_path("log")), MN_OK);
    ck_assert_int_eq(login(SIGN, "qx7rvk"), MN_E_PIN_WRONG);
    (void)login_lost(SIGN, "0123456789AB", "reset-after");
    ck_assert_int_eq(login(SIGN, MN_DESK_PASSWORD), MN_OK);
    ck_assert_int_eq(mn_desk_sign(SIGN), MN_OK);
    ck_assert_int_eq(mn_desk_set_pin(SIGN, MN_DESK_PASSWORD, "wz8tym"), MN_OK);
    mn_desk_logout(SIGN);
    mn_log_close();
    log = mn_scratch_read(mn_scratch_path("log"));
    ck_assert_ptr_nonnull(log);
    ck_assert_ptr_nonnull(strstr(log, "00 20 00 9B"));
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        ck_assert_msg(!strstr(log, secrets[i]), "%s", secrets[i]);
    free(log);
}
END_TEST

static TCase *right_case(void)
{
    TCase *tcase = tcase_create("right");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, a_cold_signature_costs_five_commands_and_each_further_one_one);
    tcase_add_test(tcase, a_password_may_be_typed_in_small_letters);
    tcase_add_test(tcase, each_role_has_a_login_of_its_own);
    tcase_add_test(tcase, without_a_login_no_signature_is_asked_for);
    return tcase;
}

static TCase *wrong_case(void)
{
    TCase *tcase = tcase_create("wrong");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, a_pin_of_a_wrong_shape_never_reaches_the_card);
    tcase_add_test(tcase, a_wrong_pin_costs_one_try_once);
    tcase_add_test(tcase, wrong_pins_in_turn_cost_one_try_each);
    tcase_add_test(tcase, a_refused_pin_stays_refused_after_a_right_one);
    tcase_add_test(tcase, programs_that_start_anew_cannot_repeat_a_wrong_pin);
    tcase_add_test(tcase, programs_that_only_look_do_not_make_it_forget);
    tcase_add_test(tcase, after_the_card_was_pulled_a_pin_may_be_sent_again);
    tcase_add_test(tcase, another_card_knows_nothing_of_the_first_cards_pins);
    tcase_add_test(tcase, the_last_try_is_kept_back);
    tcase_add_test(tcase, the_last_try_is_used_where_the_settings_say_so);
    tcase_add_loop_test(tcase, a_blocked_pin_is_never_sent, 0, 3);
    tcase_add_loop_test(tcase, a_pin_is_never_sent_to_a_card_that_does_not_tell_its_tries, 0, 3);
    tcase_add_test(tcase, without_cryptography_to_remember_it_a_pin_is_not_sent);
    tcase_add_test(tcase, a_wrong_pin_over_a_login_ends_what_the_card_ended);
    tcase_add_test(tcase, a_card_that_always_says_open_is_not_blocked_by_it);
    return tcase;
}

static TCase *lost_case(void)
{
    TCase *tcase = tcase_create("lost");

    mn_desk_attach(tcase);
    tcase_add_loop_test(tcase, a_wrong_pin_whose_answer_is_lost_costs_one_try, 0, LOSSES);
    tcase_add_loop_test(tcase, a_right_pin_whose_answer_is_lost_is_good_the_next_time, 0, LOSSES);
    tcase_add_test(tcase, a_pin_that_was_not_judged_may_be_sent_again);
    tcase_add_test(tcase, a_right_pin_that_was_not_judged_is_not_refused_after_a_wrong_one);
    tcase_add_loop_test(tcase, lost_answers_in_turn_cost_one_try_for_each_pin, 0, LOSSES);
    tcase_add_loop_test(tcase, a_lost_answer_after_a_known_refusal_is_counted_too, 0, LOSSES);
    tcase_add_loop_test(tcase, a_lost_answer_from_a_card_that_says_open_costs_one_try, 0, LOSSES);
    tcase_add_test(tcase, an_answer_lost_with_the_card_costs_one_try);
    tcase_add_test(tcase, a_counter_read_in_between_settles_what_was_lost);
    return tcase;
}

static TCase *others_case(void)
{
    TCase *tcase = tcase_create("others");

    mn_desk_attach(tcase);
    tcase_add_loop_test(tcase, the_kept_pin_opens_the_key_again_once_each_time, 0, INTRUSIONS);
    tcase_add_loop_test(tcase, a_kept_pin_that_is_refused_is_dropped_and_the_login_with_it, 0,
                        INTRUSIONS);
    tcase_add_test(tcase, a_kept_pin_does_not_use_the_last_try);
    tcase_add_test(tcase, a_card_that_slipped_fails_once_and_wants_a_new_login);
    tcase_add_test(tcase, a_login_to_a_card_that_slipped_sends_no_pin_blindly);
    tcase_add_test(tcase, a_card_that_slipped_before_anybody_asked_is_found_the_second_time);
    tcase_add_test(tcase, a_card_that_slipped_in_for_another_gets_no_pin);
    tcase_add_test(tcase, a_card_that_slipped_in_and_was_reset_by_another_gets_no_kept_pin);
    tcase_add_test(tcase, a_kept_pin_is_sent_only_to_a_full_counter);
    tcase_add_test(tcase, a_kept_pin_whose_answer_is_lost_is_not_sent_again);
    tcase_add_test(tcase, a_card_that_never_opens_its_key_is_not_asked_for_ever);
    tcase_add_loop_test(tcase, where_the_settings_say_so_no_pin_is_kept, 0, INTRUSIONS);
    tcase_add_loop_test(tcase, the_signing_password_is_never_kept, 0, INTRUSIONS);
    tcase_add_test(tcase, another_program_that_changes_nothing_costs_nothing);
    tcase_add_test(tcase, a_reset_seen_by_one_role_ends_the_login_of_the_other);
    tcase_add_test(tcase, two_programs_in_turn_both_keep_working);
    tcase_add_test(tcase, a_pin_never_reaches_another_application);
    return tcase;
}

static TCase *logout_case(void)
{
    TCase *tcase = tcase_create("logout");

    mn_desk_attach(tcase);
    tcase_add_loop_test(tcase, logout_closes_the_key_on_any_card, 0, 2 * PLASTICS);
    tcase_add_test(tcase, closing_a_token_that_is_logged_in_closes_the_key);
    tcase_add_test(tcase, closing_a_token_that_is_not_logged_in_disturbs_nobody);
    tcase_add_test(tcase, a_logout_of_the_signature_role_is_survived_by_the_kept_pin);
    tcase_add_test(tcase, a_logout_of_the_authentication_role_ends_the_signature_roles_login);
    tcase_add_test(tcase, without_a_kept_pin_one_logout_ends_both);
    tcase_add_test(tcase, after_logout_the_kept_pin_is_gone);
    tcase_add_test(tcase, a_logout_without_a_card_ends_the_login_all_the_same);
    return tcase;
}

static TCase *change_case(void)
{
    TCase *tcase = tcase_create("change");

    mn_desk_attach(tcase);
    tcase_add_test(tcase, a_pin_is_changed_without_a_login_and_the_key_is_closed);
    tcase_add_test(tcase, a_pin_is_changed_in_a_login_and_the_new_one_is_kept);
    tcase_add_test(tcase, a_password_is_changed_in_capitals);
    tcase_add_test(tcase, a_change_with_a_wrong_shape_never_reaches_the_card);
    tcase_add_test(tcase, a_wrong_old_pin_costs_one_try_once_whoever_sends_it);
    tcase_add_test(tcase, a_pin_refused_before_may_be_the_new_one);
    tcase_add_test(tcase, a_new_pin_that_the_card_refuses_leaves_the_old_one);
    tcase_add_loop_test(tcase, a_change_whose_answer_is_lost_ends_the_login, 0, 5);
    tcase_add_test(tcase, a_change_whose_answer_is_lost_leaves_no_key_open);
    tcase_add_test(tcase, a_change_by_one_role_leaves_the_other_to_its_kept_pin);
    tcase_add_test(tcase, the_log_at_its_most_talkative_shows_no_pin);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("backend/card_login");

    suite_add_tcase(suite, right_case());
    suite_add_tcase(suite, wrong_case());
    suite_add_tcase(suite, lost_case());
    suite_add_tcase(suite, others_case());
    suite_add_tcase(suite, logout_case());
    suite_add_tcase(suite, change_case());
    return mn_test_run(suite);
}
