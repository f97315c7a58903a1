#include "card/pin.h"

#include <string.h>

#include "card/script.h"
#include "runner.h"

static const struct mn_card_facts with_sfi = {.sfi = MN_FACT_YES};
static const struct mn_card_facts without_sfi = {.sfi = MN_FACT_NO};

static struct mn_card *card;
static int tries;

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

/* --- shape --- */

START_TEST(an_authentication_pin_is_four_digits)
{
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("1234")), MN_OK);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("0000")), MN_OK);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("")), MN_E_PIN_LENGTH);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("123")), MN_E_PIN_LENGTH);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("12345")), MN_E_PIN_LENGTH);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("123A")), MN_E_PIN_CHARACTERS);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("123a")), MN_E_PIN_CHARACTERS);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("12 4")), MN_E_PIN_CHARACTERS);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, text("123\n")), MN_E_PIN_CHARACTERS);
}
END_TEST

START_TEST(a_signing_password_is_6_to_16_letters_and_digits)
{
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, text("ABC123")), MN_OK);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, text("abcXYZ0189abcXYZ")), MN_OK);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, text("123456")), MN_OK);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, text("")), MN_E_PIN_LENGTH);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, text("ABC12")), MN_E_PIN_LENGTH);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, text("ABCDEFGH123456789")), MN_E_PIN_LENGTH);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, text("ABC 12")), MN_E_PIN_CHARACTERS);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, text("ABC-12")), MN_E_PIN_CHARACTERS);
}
END_TEST

START_TEST(every_other_byte_is_no_character_of_a_pin)
{
    for (unsigned c = 0; c < 256; c++) {
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        uint8_t pin[6] = {'1', '2', (uint8_t)c, '4', '5', '6'};

        ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, mn_span(pin, 4)) == MN_OK, digit);
        ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, mn_span(pin, 6)) == MN_OK, digit || letter);
    }
}
END_TEST

START_TEST(a_long_secret_is_refused_by_its_length_alone)
{
    ck_assert_int_eq(mn_pin_shape(MN_PIN_SIGN, mn_span(NULL, (size_t)-1)), MN_E_PIN_LENGTH);
    ck_assert_int_eq(mn_pin_shape(MN_PIN_AUTH, mn_span(NULL, 0)), MN_E_PIN_LENGTH);
}
END_TEST

START_TEST(small_letters_become_capitals_and_nothing_else_changes)
{
    uint8_t out[16];

    mn_pin_fold(MN_PIN_SIGN, text("azAZ09mM"), out);
    ck_assert(mn_span_equal(mn_span(out, 8), text("AZAZ09MM")));
    mn_pin_fold(MN_PIN_AUTH, text("0129"), out);
    ck_assert(mn_span_equal(mn_span(out, 4), text("0129")));
}
END_TEST

/* --- tries --- */

#define QUERY_AUTH     "00200098"
#define QUERY_SIGN     "0020009B"
#define QUERY_SELECTED "00200080"

START_TEST(the_tries_of_each_role_are_asked_in_one_command)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_AUTH, &tries), MN_OK);
    ck_assert_int_eq(tries, 3);
    mn_replay_expect(QUERY_SIGN, "63C5");
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_SIGN, &tries), MN_OK);
    ck_assert_int_eq(tries, 5);
    mn_script_close(&card);
}
END_TEST

START_TEST(without_short_file_ids_the_reference_is_selected)
{
    card = mn_script_identified(&without_sfi);
    mn_replay_expect(SELECT_EF("0018"), "9000");
    mn_replay_expect(QUERY_SELECTED, "63C3");
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_AUTH, &tries), MN_OK);
    ck_assert_int_eq(tries, 3);
    mn_replay_expect(SELECT_EF("001B"), "9000");
    mn_replay_expect(QUERY_SELECTED, "63C4");
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_SIGN, &tries), MN_OK);
    ck_assert_int_eq(tries, 4);
    mn_script_close(&card);
}
END_TEST

START_TEST(only_these_answers_tell_tries)
{
    static const struct {
        const char *answer;
        int tries;
    } table[] = {{"63C1", 1}, {"63CF", 15}, {"63C0", 0},
                 {"6983", 0}, {"6984", 0},  {"9000", MN_TRIES_UNKNOWN}};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_SIGN, table[_i].answer);
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_SIGN, &tries), MN_OK);
    ck_assert_int_eq(tries, table[_i].tries);
    mn_script_close(&card);
}
END_TEST

static const char *const no_counters[] = {"6300", "6281", "6700", "6981", "6982", "6985",
                                          "6A86", "6A88", "6B00", "6D00", "6E00", "6F00"};
#define NO_COUNTERS (int)(sizeof no_counters / sizeof no_counters[0])

START_TEST(any_other_answer_in_both_forms_tells_nothing)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_SIGN, no_counters[_i]);
    mn_replay_expect(SELECT_EF("001B"), "9000");
    mn_replay_expect(QUERY_SELECTED, no_counters[_i]);
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_SIGN, &tries), MN_OK);
    ck_assert_int_eq(tries, MN_TRIES_UNKNOWN);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_takes_short_file_ids_for_reading_only_is_learned)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_SIGN, "6A86");
    mn_replay_expect(SELECT_EF("001B"), "9000");
    mn_replay_expect(QUERY_SELECTED, "63C5");
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_SIGN, &tries), MN_OK);
    ck_assert_int_eq(tries, 5);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_NO);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_reference_that_is_not_there_is_unset)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_SIGN, "6A82");
    mn_replay_expect(SELECT_EF("001B"), "6A82");
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_SIGN, &tries), MN_E_PIN_UNSET);
    ck_assert_int_eq(tries, MN_TRIES_UNKNOWN);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

START_TEST(where_another_application_may_be_current_nothing_follows_from_a_refusal)
{
    card = mn_script_identified(&with_sfi);
    mn_card_end(card);
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
    mn_replay_expect(QUERY_SIGN, "6A82");
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_SIGN, &tries), MN_OK);
    ck_assert_int_eq(tries, MN_TRIES_UNKNOWN);
    mn_replay_expect(QUERY_SIGN, "63C4");
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_SIGN, &tries), MN_OK);
    ck_assert_int_eq(tries, 4);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_question_that_is_not_carried_tells_nothing)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_fail(QUERY_AUTH, MN_E_COMM);
    ck_assert_int_eq(mn_pin_tries(card, MN_PIN_AUTH, &tries), MN_E_COMM);
    ck_assert_int_eq(tries, MN_TRIES_UNKNOWN);
    mn_script_close(&card);
}
END_TEST

/* --- verify --- */

#define VERIFY_AUTH "0020009804 31323334"
#define VERIFY_SIGN "0020009B06 414243313233"

static const struct mn_pin_policy careful = {.spare_last = true};
static const struct mn_pin_policy daring = {.spare_last = false};
static struct mn_pin_attempt attempt;

static mn_rc verify_auth(const struct mn_pin_policy *policy)
{
    memset(&attempt, 0xEE, sizeof attempt);
    return mn_pin_verify(card, MN_PIN_AUTH, text("1234"), policy, &attempt);
}

static void assert_attempt(int before, int after, bool sent, bool accepted)
{
    ck_assert_int_eq(attempt.before, before);
    ck_assert_int_eq(attempt.after, after);
    ck_assert_int_eq(attempt.sent, sent);
    ck_assert_int_eq(attempt.accepted, accepted);
}

START_TEST(a_right_pin_is_sent_once_after_the_tries)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C2");
    mn_replay_expect(VERIFY_AUTH, "9000");
    ck_assert_int_eq(verify_auth(&careful), MN_OK);
    assert_attempt(2, 3, true, true);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_password_is_sent_in_capitals)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_SIGN, "63C5");
    mn_replay_expect(VERIFY_SIGN, "9000");
    ck_assert_int_eq(mn_pin_verify(card, MN_PIN_SIGN, text("aBc123"), &careful, &attempt), MN_OK);
    assert_attempt(5, 5, true, true);
    mn_script_close(&card);
}
END_TEST

START_TEST(without_short_file_ids_the_pin_goes_to_the_selected_reference)
{
    card = mn_script_identified(&without_sfi);
    mn_replay_expect(SELECT_EF("0018"), "9000");
    mn_replay_expect(QUERY_SELECTED, "63C3");
    mn_replay_expect("0020008004 31323334", "9000");
    ck_assert_int_eq(verify_auth(&careful), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_form_that_told_the_tries_takes_the_pin)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "6A86");
    mn_replay_expect(SELECT_EF("0018"), "9000");
    mn_replay_expect(QUERY_SELECTED, "63C3");
    mn_replay_expect("0020008004 31323334", "9000");
    ck_assert_int_eq(verify_auth(&careful), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_pin_of_a_wrong_shape_is_not_sent)
{
    card = mn_script_identified(&with_sfi);
    ck_assert_int_eq(mn_pin_verify(card, MN_PIN_AUTH, text("12345"), &careful, &attempt),
                     MN_E_PIN_LENGTH);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    ck_assert_int_eq(mn_pin_verify(card, MN_PIN_SIGN, text("ABC-12"), &careful, &attempt),
                     MN_E_PIN_CHARACTERS);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_pin_is_not_sent_where_another_application_may_be_current)
{
    card = mn_script_identified(&with_sfi);
    mn_card_end(card);
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
    ck_assert_int_eq(verify_auth(&careful), MN_E_INTERNAL);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_wrong_pin_is_sent_once_and_the_tries_are_known)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "63C2");
    ck_assert_int_eq(verify_auth(&careful), MN_E_PIN_WRONG);
    assert_attempt(3, 2, true, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_wrong_pin_that_takes_the_last_try_is_told_as_such)
{
    static const char *const answers[] = {"63C0", "6983", "6984"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C1");
    mn_replay_expect(VERIFY_AUTH, answers[_i]);
    ck_assert_int_eq(verify_auth(&daring), MN_E_PIN_BLOCKED);
    assert_attempt(1, 0, true, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_refusal_without_a_counter_is_a_refusal)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "6300");
    ck_assert_int_eq(verify_auth(&careful), MN_E_PIN_WRONG);
    assert_attempt(3, MN_TRIES_UNKNOWN, true, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_blocked_pin_is_not_sent)
{
    static const char *const answers[] = {"63C0", "6983", "6984"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, answers[_i]);
    ck_assert_int_eq(verify_auth(&daring), MN_E_PIN_BLOCKED);
    assert_attempt(0, 0, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_last_try_is_kept_back)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C1");
    ck_assert_int_eq(verify_auth(&careful), MN_E_PIN_LAST_TRY);
    assert_attempt(1, 1, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_last_try_is_used_where_the_owner_says_so)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C1");
    mn_replay_expect(VERIFY_AUTH, "9000");
    ck_assert_int_eq(verify_auth(&daring), MN_OK);
    assert_attempt(1, 3, true, true);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_pin_in_doubt_is_not_sent_once_the_counter_has_gone_down)
{
    const struct mn_pin_policy doubt = {.spare_last = true, .refuse_below = 3};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C2");
    ck_assert_int_eq(verify_auth(&doubt), MN_E_PIN_REPEATED);
    assert_attempt(2, 2, false, false);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "9000");
    ck_assert_int_eq(verify_auth(&doubt), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_pin_is_not_sent_to_a_card_that_does_not_tell_the_tries)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, no_counters[_i]);
    mn_replay_expect(SELECT_EF("0018"), "9000");
    mn_replay_expect(QUERY_SELECTED, no_counters[_i]);
    ck_assert_int_eq(verify_auth(&daring), MN_E_PIN_UNKNOWN);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_pin_that_does_not_exist_is_not_sent)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_SIGN, "6A82");
    mn_replay_expect(SELECT_EF("001B"), "6A82");
    ck_assert_int_eq(mn_pin_verify(card, MN_PIN_SIGN, text("ABC123"), &daring, &attempt),
                     MN_E_PIN_UNSET);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_pin_is_not_sent_when_the_question_for_the_tries_is_lost)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_fail(QUERY_AUTH, MN_E_COMM);
    ck_assert_int_eq(verify_auth(&daring), MN_E_COMM);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(an_open_reference_says_nothing_of_the_pin_that_comes)
{
    static const char *const answers[] = {"9000", "63C2"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "9000");
    mn_replay_expect(VERIFY_AUTH, answers[_i]);
    ck_assert_int_eq(verify_auth(&careful), _i == 0 ? MN_OK : MN_E_PIN_WRONG);
    assert_attempt(MN_TRIES_UNKNOWN, _i == 0 ? 3 : 2, true, _i == 0);
    mn_script_close(&card);
}
END_TEST

/* A card that always says so would else be asked until its PIN is blocked. */
START_TEST(a_card_that_says_open_after_a_refusal_is_held_to_what_it_told_then)
{
    const struct mn_pin_policy two = {.spare_last = true, .told = 2};
    const struct mn_pin_policy one = {.spare_last = true, .told = 1};
    const struct mn_pin_policy doubt = {.spare_last = true, .told = 2, .refuse_below = 3};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "9000");
    mn_replay_expect(VERIFY_AUTH, "63C1");
    ck_assert_int_eq(verify_auth(&two), MN_E_PIN_WRONG);
    mn_replay_expect(QUERY_AUTH, "9000");
    ck_assert_int_eq(verify_auth(&one), MN_E_PIN_LAST_TRY);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    mn_replay_expect(QUERY_AUTH, "9000");
    ck_assert_int_eq(verify_auth(&doubt), MN_E_PIN_REPEATED);
    mn_script_close(&card);
}
END_TEST

START_TEST(what_a_card_told_before_does_not_count_where_it_tells_now)
{
    const struct mn_pin_policy one = {.spare_last = true, .told = 1};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "9000");
    ck_assert_int_eq(verify_auth(&one), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(an_answer_without_sense_leaves_it_open_and_is_not_repeated)
{
    static const char *const answers[] = {"6C04", "6700", "6A86", "6982", "6F00", "9001", "90"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, answers[_i]);
    ck_assert_int_eq(verify_auth(&careful), MN_E_CARD_ANSWER);
    assert_attempt(3, MN_TRIES_UNKNOWN, true, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_lost_answer_leaves_it_open_and_is_not_repeated)
{
    static const mn_rc codes[] = {MN_E_COMM, MN_E_REMOVED};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_fail(VERIFY_AUTH, codes[_i]);
    ck_assert_int_eq(verify_auth(&careful), codes[_i]);
    assert_attempt(3, MN_TRIES_UNKNOWN, true, false);
    mn_script_close(&card);
}
END_TEST

/* --- change --- */

#define CHANGE_AUTH "0024018004 35363738"

static mn_rc change_auth(const char *old_pin, const char *new_pin)
{
    memset(&attempt, 0xEE, sizeof attempt);
    return mn_pin_change(card, MN_PIN_AUTH, text(old_pin), text(new_pin), &careful, &attempt);
}

START_TEST(a_pin_is_changed_in_the_file_that_is_selected_for_it)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "9000");
    mn_replay_expect(SELECT_EF("0018"), "9000");
    mn_replay_expect(CHANGE_AUTH, "9000");
    ck_assert_int_eq(change_auth("1234", "5678"), MN_OK);
    assert_attempt(3, 3, true, true);
    mn_script_close(&card);
}
END_TEST

START_TEST(both_passwords_are_sent_in_capitals)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_SIGN, "63C5");
    mn_replay_expect(VERIFY_SIGN, "9000");
    mn_replay_expect(SELECT_EF("001B"), "9000");
    mn_replay_expect("0024018007 58595A37383930", "9000");
    ck_assert_int_eq(
        mn_pin_change(card, MN_PIN_SIGN, text("abc123"), text("xyz7890"), &careful, &attempt),
        MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_change_with_a_wrong_shape_on_either_side_sends_nothing)
{
    card = mn_script_identified(&with_sfi);
    ck_assert_int_eq(change_auth("1234", "567"), MN_E_NEW_PIN_LENGTH);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    ck_assert_int_eq(change_auth("1234", "56A8"), MN_E_NEW_PIN_CHARACTERS);
    ck_assert_int_eq(change_auth("123", "5678"), MN_E_PIN_LENGTH);
    ck_assert_int_eq(change_auth("12A4", "5678"), MN_E_PIN_CHARACTERS);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(with_a_wrong_old_pin_nothing_is_changed)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "63C2");
    ck_assert_int_eq(change_auth("1234", "5678"), MN_E_PIN_WRONG);
    assert_attempt(3, 2, true, false);
    ck_assert(!attempt.new_sent);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_change_keeps_the_last_try_back_too)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C1");
    ck_assert_int_eq(change_auth("1234", "5678"), MN_E_PIN_LAST_TRY);
    assert_attempt(1, 1, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_new_pin_that_the_card_does_not_take_is_no_wrong_pin)
{
    static const char *const answers[] = {"6700", "6982", "6985", "6D00", "63C2"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "9000");
    mn_replay_expect(SELECT_EF("0018"), "9000");
    mn_replay_expect(CHANGE_AUTH, answers[_i]);
    ck_assert_int_eq(change_auth("1234", "5678"), MN_E_REFUSED);
    assert_attempt(3, 3, true, true);
    ck_assert(attempt.new_sent);
    mn_script_close(&card);
}
END_TEST

/* ISO/IEC 7816-4, 5.6: with 65xx the memory has changed, with 6F00 nothing is known. */
START_TEST(an_answer_to_a_change_that_leaves_it_open_is_no_refusal)
{
    static const char *const answers[] = {"6581", "6500", "6F00", "90"};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "9000");
    mn_replay_expect(SELECT_EF("0018"), "9000");
    mn_replay_expect(CHANGE_AUTH, answers[_i]);
    ck_assert_int_eq(change_auth("1234", "5678"), MN_E_CARD_ANSWER);
    ck_assert(attempt.new_sent);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_common_pin_is_changed_by_the_other_command)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(SELECT_COMMON, "9000");
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_COMMON), MN_OK);
    mn_replay_expect("0020009C", "63C3");
    mn_replay_expect("0020009C04 31323334", "9000");
    mn_replay_expect(SELECT_EF("001C"), "9000");
    mn_replay_expect("8032008004 35363738", "9000");
    ck_assert_int_eq(
        mn_pin_change(card, MN_PIN_COMMON, text("1234"), text("5678"), &careful, &attempt), MN_OK);
    assert_attempt(3, 3, true, true);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_number_that_stands_on_the_card_cannot_be_changed)
{
    card = mn_script_identified(&with_sfi);
    ck_assert_int_eq(mn_pin_change(card, MN_PIN_TEXT_A, text("123456789012"), text("210987654321"),
                                   &careful, &attempt),
                     MN_E_UNSUPPORTED);
    assert_attempt(MN_TRIES_UNKNOWN, MN_TRIES_UNKNOWN, false, false);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_counter_that_differs_between_cards_is_not_guessed_when_it_is_full)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(SELECT_TEXT, "9000");
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_TEXT), MN_OK);
    mn_replay_expect("00200094", "63C2");
    mn_replay_expect("002000940C 313233343536373839303132", "9000");
    ck_assert_int_eq(mn_pin_verify(card, MN_PIN_TEXT_A, text("123456789012"), &careful, &attempt),
                     MN_OK);
    assert_attempt(2, MN_TRIES_UNKNOWN, true, true);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_change_whose_answer_is_lost_is_not_repeated)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "9000");
    mn_replay_expect(SELECT_EF("0018"), "9000");
    mn_replay_fail(CHANGE_AUTH, MN_E_COMM);
    ck_assert_int_eq(change_auth("1234", "5678"), MN_E_COMM);
    assert_attempt(3, 3, true, true);
    ck_assert(attempt.new_sent);
    mn_script_close(&card);
}
END_TEST

START_TEST(nothing_is_changed_in_a_file_that_cannot_be_selected)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(QUERY_AUTH, "63C3");
    mn_replay_expect(VERIFY_AUTH, "9000");
    mn_replay_expect(SELECT_EF("0018"), "6A86");
    ck_assert_int_eq(change_auth("1234", "5678"), MN_E_REFUSED);
    assert_attempt(3, 3, true, true);
    ck_assert(!attempt.new_sent);
    mn_script_close(&card);
}
END_TEST

static TCase *tries_case(void)
{
    TCase *tcase = tcase_create("tries");

    tcase_add_test(tcase, an_authentication_pin_is_four_digits);
    tcase_add_test(tcase, a_signing_password_is_6_to_16_letters_and_digits);
    tcase_add_test(tcase, every_other_byte_is_no_character_of_a_pin);
    tcase_add_test(tcase, a_long_secret_is_refused_by_its_length_alone);
    tcase_add_test(tcase, small_letters_become_capitals_and_nothing_else_changes);
    tcase_add_test(tcase, the_tries_of_each_role_are_asked_in_one_command);
    tcase_add_test(tcase, without_short_file_ids_the_reference_is_selected);
    tcase_add_loop_test(tcase, only_these_answers_tell_tries, 0, 6);
    tcase_add_loop_test(tcase, any_other_answer_in_both_forms_tells_nothing, 0, NO_COUNTERS);
    tcase_add_test(tcase, a_card_that_takes_short_file_ids_for_reading_only_is_learned);
    tcase_add_test(tcase, a_reference_that_is_not_there_is_unset);
    tcase_add_test(tcase, where_another_application_may_be_current_nothing_follows_from_a_refusal);
    tcase_add_test(tcase, a_question_that_is_not_carried_tells_nothing);
    return tcase;
}

static TCase *verify_case(void)
{
    TCase *tcase = tcase_create("verify");

    tcase_add_test(tcase, a_right_pin_is_sent_once_after_the_tries);
    tcase_add_test(tcase, a_password_is_sent_in_capitals);
    tcase_add_test(tcase, without_short_file_ids_the_pin_goes_to_the_selected_reference);
    tcase_add_test(tcase, the_form_that_told_the_tries_takes_the_pin);
    tcase_add_test(tcase, a_pin_of_a_wrong_shape_is_not_sent);
    tcase_add_test(tcase, a_pin_is_not_sent_where_another_application_may_be_current);
    tcase_add_test(tcase, a_wrong_pin_is_sent_once_and_the_tries_are_known);
    tcase_add_loop_test(tcase, a_wrong_pin_that_takes_the_last_try_is_told_as_such, 0, 3);
    tcase_add_test(tcase, a_refusal_without_a_counter_is_a_refusal);
    tcase_add_loop_test(tcase, a_blocked_pin_is_not_sent, 0, 3);
    tcase_add_test(tcase, the_last_try_is_kept_back);
    tcase_add_test(tcase, the_last_try_is_used_where_the_owner_says_so);
    tcase_add_test(tcase, a_pin_in_doubt_is_not_sent_once_the_counter_has_gone_down);
    tcase_add_loop_test(tcase, a_pin_is_not_sent_to_a_card_that_does_not_tell_the_tries, 0,
                        NO_COUNTERS);
    tcase_add_test(tcase, a_pin_that_does_not_exist_is_not_sent);
    tcase_add_test(tcase, a_pin_is_not_sent_when_the_question_for_the_tries_is_lost);
    tcase_add_loop_test(tcase, an_open_reference_says_nothing_of_the_pin_that_comes, 0, 2);
    tcase_add_test(tcase, a_card_that_says_open_after_a_refusal_is_held_to_what_it_told_then);
    tcase_add_test(tcase, what_a_card_told_before_does_not_count_where_it_tells_now);
    tcase_add_loop_test(tcase, an_answer_without_sense_leaves_it_open_and_is_not_repeated, 0, 7);
    tcase_add_loop_test(tcase, a_lost_answer_leaves_it_open_and_is_not_repeated, 0, 2);
    return tcase;
}

static TCase *change_case(void)
{
    TCase *tcase = tcase_create("change");

    tcase_add_test(tcase, a_pin_is_changed_in_the_file_that_is_selected_for_it);
    tcase_add_test(tcase, both_passwords_are_sent_in_capitals);
    tcase_add_test(tcase, a_change_with_a_wrong_shape_on_either_side_sends_nothing);
    tcase_add_test(tcase, with_a_wrong_old_pin_nothing_is_changed);
    tcase_add_test(tcase, a_change_keeps_the_last_try_back_too);
    tcase_add_loop_test(tcase, a_new_pin_that_the_card_does_not_take_is_no_wrong_pin, 0, 5);
    tcase_add_loop_test(tcase, an_answer_to_a_change_that_leaves_it_open_is_no_refusal, 0, 4);
    tcase_add_test(tcase, the_common_pin_is_changed_by_the_other_command);
    tcase_add_test(tcase, a_number_that_stands_on_the_card_cannot_be_changed);
    tcase_add_test(tcase, a_counter_that_differs_between_cards_is_not_guessed_when_it_is_full);
    tcase_add_test(tcase, a_change_whose_answer_is_lost_is_not_repeated);
    tcase_add_test(tcase, nothing_is_changed_in_a_file_that_cannot_be_selected);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("card/pin");

    suite_add_tcase(suite, tries_case());
    suite_add_tcase(suite, verify_case());
    suite_add_tcase(suite, change_case());
    return mn_test_run(suite);
}
