#include "card/card.h"

#include <string.h>

#include "card/script.h"
#include "iso7816/status.h"
#include "runner.h"

static const struct mn_card_facts nothing_known;
static const struct mn_card_facts with_sfi = {.sfi = MN_FACT_YES, .extended = MN_FACT_NO};
static const struct mn_card_facts without_sfi = {.sfi = MN_FACT_NO, .extended = MN_FACT_NO};

static struct mn_card *card;

static void begin(void)
{
    ck_assert_int_eq(mn_card_begin(card), MN_OK);
}

/* The conversation ends and another begins, without a reset unless the script was told. */
static void begin_anew(void)
{
    mn_card_end(card);
    begin();
}

/* --- life --- */

START_TEST(a_new_card_is_asked_nothing)
{
    card = mn_script_card(&nothing_known);
    ck_assert_ptr_null(mn_card_info(card));
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_card_free(&card);
    ck_assert_ptr_null(card);
    ck_assert(mn_replay_is_closed());
    mn_card_free(&card);
}
END_TEST

START_TEST(the_facts_known_before_are_kept)
{
    const struct mn_card_facts facts = {
        .sfi = MN_FACT_NO, .extended = MN_FACT_YES, .pss = MN_FACT_NO};

    card = mn_script_card(&facts);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_NO);
    ck_assert_int_eq(mn_card_facts(card)->extended, MN_FACT_YES);
    ck_assert_int_eq(mn_card_facts(card)->pss, MN_FACT_NO);
    mn_card_free(&card);
}
END_TEST

START_TEST(a_conversation_that_cannot_begin_needs_no_end)
{
    unsigned long epoch;

    card = mn_script_card(&nothing_known);
    epoch = mn_card_epoch(card);
    mn_replay_begin(MN_E_BUSY, false);
    ck_assert_int_eq(mn_card_begin(card), MN_E_BUSY);
    ck_assert_uint_eq(mn_card_epoch(card), epoch);
    mn_replay_begin(MN_E_REMOVED, false);
    ck_assert_int_eq(mn_card_begin(card), MN_E_REMOVED);
    begin();
    mn_script_close(&card);
}
END_TEST

START_TEST(a_reset_begins_a_new_epoch_and_nothing_else_does)
{
    unsigned long epoch;

    card = mn_script_identified(&with_sfi);
    epoch = mn_card_epoch(card);
    begin_anew();
    ck_assert_uint_eq(mn_card_epoch(card), epoch);
    mn_replay_begin(MN_OK, true);
    begin_anew();
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
    mn_script_close(&card);
}
END_TEST

/* --- a command that was not carried --- */

/* The last command of the conversation before is not carried. */
static void lose_a_command(void)
{
    struct mn_apdu apdu = {.ins = 0x84, .ne = 8};
    uint16_t sw;

    card = mn_script_identified(&with_sfi);
    mn_replay_fail("0084000008", MN_E_COMM);
    ck_assert_int_eq(mn_card_send(card, &apdu, NULL, &sw), MN_E_COMM);
    mn_card_end(card);
}

START_TEST(after_a_command_that_was_not_carried_comes_a_power_cycle)
{
    lose_a_command();
    unsigned long epoch = mn_card_epoch(card), stay = mn_card_stay(card);
    mn_replay_expect_power_cycle(MN_OK);
    begin();
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
    ck_assert_uint_ne(mn_card_stay(card), stay);
    ck_assert_ptr_null(mn_card_info(card));
    mn_script_close(&card);
}
END_TEST

/* What the power cycle did is told before anything is done, not after. */
START_TEST(the_power_cycle_is_over_when_the_conversation_begins)
{
    lose_a_command();
    mn_replay_expect_power_cycle(MN_OK);
    begin();
    unsigned long epoch = mn_card_epoch(card), stay = mn_card_stay(card);
    begin_anew();
    ck_assert_uint_eq(mn_card_epoch(card), epoch);
    ck_assert_uint_eq(mn_card_stay(card), stay);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_command_that_a_reset_explains_needs_no_power_cycle)
{
    lose_a_command();
    unsigned long stay = mn_card_stay(card);
    mn_replay_begin(MN_OK, true);
    begin();
    ck_assert_uint_eq(mn_card_stay(card), stay);
    ck_assert_ptr_null(mn_card_info(card));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_command_that_was_carried_after_one_that_was_not_takes_the_doubt)
{
    struct mn_apdu apdu = {.ins = 0x84, .ne = 8};
    uint16_t sw;

    card = mn_script_identified(&with_sfi);
    mn_replay_fail("0084000008", MN_E_COMM);
    mn_replay_expect("0084000008", "6D00");
    ck_assert_int_eq(mn_card_send(card, &apdu, NULL, &sw), MN_E_COMM);
    ck_assert_int_eq(mn_card_send(card, &apdu, NULL, &sw), MN_OK);
    unsigned long stay = mn_card_stay(card);
    begin_anew();
    ck_assert_uint_eq(mn_card_stay(card), stay);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_power_cycle_that_fails_is_tried_again_the_next_time)
{
    lose_a_command();
    mn_replay_expect_power_cycle(MN_E_COMM);
    ck_assert_int_eq(mn_card_begin(card), MN_E_COMM); /* so no end is due */
    mn_replay_expect_power_cycle(MN_OK);
    begin();
    mn_script_close(&card);
}
END_TEST

START_TEST(after_that_the_card_is_identified_anew)
{
    lose_a_command();
    mn_replay_expect_power_cycle(MN_OK);
    begin();
    mn_replay_expect(SELECT_JPKI, "9000");
    mn_script_look();
    ck_assert_int_eq(mn_card_identify(card), MN_OK);
    ck_assert_str_eq(mn_card_info(card)->serial, "0000000020500003");
    mn_script_close(&card);
}
END_TEST

START_TEST(another_card_in_its_place_is_told)
{
    lose_a_command();
    mn_replay_expect_power_cycle(MN_OK);
    begin();
    mn_replay_expect(SELECT_JPKI, "9000");
    mn_replay_expect_bytes(mn_hex(READ_TOKEN_INFO),
                           mn_script_good(mn_script_token_info("JPKIAPGPSETOKEN")));
    ck_assert_int_eq(mn_card_identify(card), MN_E_REMOVED);
    ck_assert_ptr_null(mn_card_info(card));
    mn_script_close(&card);
}
END_TEST

/* --- which application is current --- */

START_TEST(the_application_is_selected_once_in_a_conversation)
{
    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter_jpki(card, false), MN_OK);
    ck_assert(mn_card_is_in(card, MN_APPLICATION_JPKI));
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(selecting_begins_a_new_epoch)
{
    unsigned long epoch;

    card = mn_script_card(&nothing_known);
    begin();
    epoch = mn_card_epoch(card);
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter_jpki(card, false), MN_OK);
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
    mn_script_close(&card);
}
END_TEST

START_TEST(what_was_certain_is_not_in_the_next_conversation)
{
    card = mn_script_identified(&with_sfi);
    ck_assert(mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_card_end(card);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    begin();
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_script_close(&card);
}
END_TEST

START_TEST(the_next_conversation_looks_with_one_read_and_keeps_the_epoch)
{
    unsigned long epoch;

    card = mn_script_identified(&with_sfi);
    epoch = mn_card_epoch(card);
    begin_anew();
    mn_script_look();
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    ck_assert(mn_card_is_in(card, MN_APPLICATION_JPKI));
    ck_assert_uint_eq(mn_card_epoch(card), epoch);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_look_is_as_cheap_as_selecting_and_so_taken_for_no_pin_too)
{
    card = mn_script_identified(&with_sfi);
    begin_anew();
    mn_script_look();
    ck_assert_int_eq(mn_card_enter_jpki(card, false), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(without_short_file_ids_a_look_is_worth_it_for_a_pin_only)
{
    card = mn_script_identified(&without_sfi);
    begin_anew();
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter_jpki(card, false), MN_OK);
    begin_anew();
    mn_replay_expect(SELECT_EF("0006"), "9000");
    mn_replay_expect_bytes(mn_hex("00B00000A0"),
                           mn_script_good(mn_script_token_info(MY_NUMBER_CARD)));
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    ck_assert(mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_script_close(&card);
}
END_TEST

/* The look finds that answer: the application is selected anew, and nothing is believed of before.
 */
static void assert_selected_after(struct mn_span found)
{
    unsigned long epoch;

    card = mn_script_identified(&with_sfi);
    epoch = mn_card_epoch(card);
    begin_anew();
    mn_replay_expect_bytes(mn_hex(READ_TOKEN_INFO), found);
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    ck_assert(mn_card_is_in(card, MN_APPLICATION_JPKI));
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
    mn_script_close(&card);
}

START_TEST(another_application_without_such_a_file_is_left)
{
    assert_selected_after(mn_hex("6A82"));
}
END_TEST

START_TEST(another_application_that_refuses_is_left)
{
    static const char *const answers[] = {"6A86", "6981", "6982", "6D00", "6F00", "9000"};

    assert_selected_after(mn_hex(answers[_i]));
}
END_TEST

START_TEST(another_application_with_another_file_is_left)
{
    struct mn_span other = mn_script_token_info("JPKIAPICCTOKEN");

    assert_selected_after(mn_script_good(other));
}
END_TEST

START_TEST(the_same_file_but_shorter_is_another_file)
{
    struct mn_span file = mn_script_token_info(MY_NUMBER_CARD);

    assert_selected_after(mn_script_good(mn_span(file.ptr, 159)));
}
END_TEST

START_TEST(after_a_reset_there_is_nothing_to_look_at)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_begin(MN_OK, true);
    begin_anew();
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_look_that_is_not_carried_is_the_end)
{
    static const mn_rc codes[] = {MN_E_REMOVED, MN_E_COMM};

    card = mn_script_identified(&with_sfi);
    begin_anew();
    mn_replay_fail(READ_TOKEN_INFO, codes[_i]);
    ck_assert_int_eq(mn_card_enter_jpki(card, true), codes[_i]);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_fault_after_power_up_is_asked_once_more)
{
    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, "6F00");
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter_jpki(card, false), MN_OK);
    ck_assert(mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_fault_that_stays_is_an_answer_without_sense)
{
    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, "6F00");
    mn_replay_expect(SELECT_JPKI, "6F00");
    ck_assert_int_eq(mn_card_enter_jpki(card, false), MN_E_CARD_ANSWER);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_without_the_application_is_foreign)
{
    static const char *const answers[] = {"6A82", "6A86", "6D00", "6E00", "6881", "6982"};

    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, answers[_i]);
    ck_assert_int_eq(mn_card_enter_jpki(card, false), MN_E_FOREIGN_CARD);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_command_that_is_not_carried_takes_the_certainty)
{
    struct mn_apdu apdu = {.ins = 0x84, .ne = 8};
    uint16_t sw;

    card = mn_script_identified(&with_sfi);
    mn_replay_expect("0084000008", "6D00");
    ck_assert_int_eq(mn_card_send(card, &apdu, NULL, &sw), MN_OK);
    ck_assert(mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_replay_fail("0084000008", MN_E_COMM);
    ck_assert_int_eq(mn_card_send(card, &apdu, NULL, &sw), MN_E_COMM);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_script_close(&card);
}
END_TEST

/* --- what card it is --- */

START_TEST(a_card_is_identified_by_its_token_information)
{
    card = mn_script_identified(&nothing_known);
    ck_assert_ptr_nonnull(mn_card_info(card));
    ck_assert_int_eq(mn_card_info(card)->kind, MN_CARD_MY_NUMBER);
    ck_assert_str_eq(mn_card_info(card)->serial, "0000000020500003");
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_without_short_file_ids_is_learned_to_have_none)
{
    static const char *const answers[] = {"6A86", "6A82", "6700", "6B00", "6981"};

    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, "9000");
    mn_replay_expect(READ_TOKEN_INFO, answers[_i]);
    mn_replay_expect(SELECT_EF("0006"), "9000");
    mn_replay_expect_bytes(mn_hex("00B00000A0"),
                           mn_script_good(mn_script_token_info(MY_NUMBER_CARD)));
    ck_assert_int_eq(mn_card_identify(card), MN_OK);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_NO);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_without_token_information_is_foreign_and_teaches_nothing)
{
    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, "9000");
    mn_replay_expect(READ_TOKEN_INFO, "6A82");
    mn_replay_expect(SELECT_EF("0006"), "6A82");
    ck_assert_int_eq(mn_card_identify(card), MN_E_FOREIGN_CARD);
    ck_assert_ptr_null(mn_card_info(card));
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_UNKNOWN);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_with_a_label_of_its_own_is_foreign)
{
    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, "9000");
    mn_replay_expect_bytes(mn_hex(READ_TOKEN_INFO),
                           mn_script_good(mn_script_token_info("SOMETHING")));
    ck_assert_int_eq(mn_card_identify(card), MN_E_FOREIGN_CARD);
    ck_assert_ptr_null(mn_card_info(card));
    mn_script_close(&card);
}
END_TEST

START_TEST(token_information_that_is_too_short_identifies_nothing)
{
    struct mn_span file = mn_script_token_info(MY_NUMBER_CARD);

    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, "9000");
    mn_replay_expect_bytes(mn_hex(READ_TOKEN_INFO), mn_script_good(mn_span(file.ptr, 159)));
    ck_assert_int_eq(mn_card_identify(card), MN_E_CARD_ANSWER);
    ck_assert_ptr_null(mn_card_info(card));
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_leaves_is_not_taken_for_a_foreign_one)
{
    card = mn_script_card(&nothing_known);
    begin();
    mn_replay_expect(SELECT_JPKI, "9000");
    mn_replay_fail(READ_TOKEN_INFO, MN_E_REMOVED);
    ck_assert_int_eq(mn_card_identify(card), MN_E_REMOVED);
    ck_assert_ptr_null(mn_card_info(card));
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_UNKNOWN);
    mn_script_close(&card);
}
END_TEST

START_TEST(any_other_application_is_selected_once_in_a_conversation)
{
    unsigned long epoch;

    card = mn_script_identified(&with_sfi);
    epoch = mn_card_epoch(card);
    mn_replay_expect(SELECT_TEXT, "9000");
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_TEXT), MN_OK);
    ck_assert(mn_card_is_in(card, MN_APPLICATION_TEXT));
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_TEXT), MN_OK);
    begin_anew();
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_TEXT));
    mn_replay_expect(SELECT_TEXT, "9000");
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_TEXT), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(coming_back_from_another_application_jpki_is_selected_without_a_look)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(SELECT_TEXT, "9000");
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_TEXT), MN_OK);
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_JPKI), MN_OK);
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_JPKI), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(where_selecting_failed_no_application_is_known_to_be_current)
{
    static const struct {
        const char *answer;
        mn_rc rc;
    } table[] = {{"6A82", MN_E_NOT_FOUND}, {"6985", MN_E_NOT_FOUND}, {"6281", MN_E_CARD_ANSWER}};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect(SELECT_TEXT, table[_i].answer);
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_TEXT), table[_i].rc);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_TEXT));
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    mn_script_close(&card);
}
END_TEST

/* --- shutting --- */

START_TEST(shutting_the_common_application_leaves_it_for_another)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(SELECT_COMMON, "9000");
    ck_assert_int_eq(mn_card_enter(card, MN_APPLICATION_COMMON), MN_OK);
    mn_replay_expect(SELECT_JUKI, "9000");
    mn_replay_expect_power_cycle(MN_OK);
    ck_assert_int_eq(mn_card_shut(card), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(shutting_leaves_the_application_and_takes_the_power)
{
    unsigned long epoch;

    card = mn_script_identified(&with_sfi);
    epoch = mn_card_epoch(card);
    mn_replay_expect(SELECT_COMMON, "9000");
    mn_replay_expect_power_cycle(MN_OK);
    ck_assert_int_eq(mn_card_shut(card), MN_OK);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
    begin_anew();
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter_jpki(card, true), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_power_is_taken_even_if_the_application_cannot_be_left)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect(SELECT_COMMON, "6A82");
    mn_replay_expect_power_cycle(MN_OK);
    ck_assert_int_eq(mn_card_shut(card), MN_OK);
    mn_replay_fail(SELECT_COMMON, MN_E_COMM);
    mn_replay_expect_power_cycle(MN_OK);
    ck_assert_int_eq(mn_card_shut(card), MN_OK);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_power_cycle_that_fails_is_told_and_nothing_is_believed)
{
    unsigned long epoch;

    card = mn_script_identified(&with_sfi);
    epoch = mn_card_epoch(card);
    mn_replay_expect(SELECT_COMMON, "9000");
    mn_replay_expect_power_cycle(MN_E_COMM);
    ck_assert_int_eq(mn_card_shut(card), MN_E_COMM);
    ck_assert(!mn_card_is_in(card, MN_APPLICATION_JPKI));
    ck_assert_uint_ne(mn_card_epoch(card), epoch);
    mn_script_close(&card);
}
END_TEST

/* --- files --- */

START_TEST(a_file_is_named_in_the_form_that_the_card_takes)
{
    uint8_t p2 = 0;

    card = mn_script_identified(&with_sfi);
    ck_assert_int_eq(mn_card_name_ef(card, 0x001B, &p2), MN_OK);
    ck_assert_uint_eq(p2, 0x9B);
    mn_card_facts(card)->sfi = MN_FACT_NO;
    mn_replay_expect(SELECT_EF("001B"), "9000");
    ck_assert_int_eq(mn_card_name_ef(card, 0x001B, &p2), MN_OK);
    ck_assert_uint_eq(p2, 0x80);
    mn_replay_expect(SELECT_EF("001B"), "6A82");
    ck_assert_int_eq(mn_card_name_ef(card, 0x001B, &p2), MN_E_NOT_FOUND);
    mn_replay_expect(SELECT_EF("001B"), "6A86");
    ck_assert_int_eq(mn_card_name_ef(card, 0x001B, &p2), MN_E_REFUSED);
    mn_script_close(&card);
}
END_TEST

static struct mn_bytes content;

static mn_rc read_head(uint16_t ef, size_t len)
{
    return mn_card_read_head(card, ef, MN_DATA_PLAIN, len, &content);
}

static void assert_content(const char *text)
{
    ck_assert(mn_span_equal(mn_bytes_span(&content), mn_span(text, strlen(text))));
    mn_bytes_free(&content);
}

START_TEST(the_head_of_a_file_may_be_shorter_than_asked)
{
    card = mn_script_identified(&with_sfi);
    mn_replay_expect("00B0880003", "6162 9000");
    ck_assert_int_eq(read_head(0x0008, 3), MN_OK);
    assert_content("ab");
    mn_replay_expect("00B0880003", "6162 6282");
    ck_assert_int_eq(read_head(0x0008, 3), MN_OK);
    assert_content("ab");
    mn_replay_expect("00B0880003", "6C02");
    mn_replay_expect("00B0880002", "6162 9000");
    ck_assert_int_eq(read_head(0x0008, 3), MN_OK);
    assert_content("ab");
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_known_to_take_short_file_ids_is_not_asked_otherwise)
{
    static const struct {
        const char *answer;
        mn_rc rc;
    } table[] = {{"6A82", MN_E_NOT_FOUND},
                 {"6A86", MN_E_REFUSED},
                 {"6982", MN_E_NOT_LOGGED_IN},
                 {"6F00", MN_E_CARD_ANSWER}};

    card = mn_script_identified(&with_sfi);
    mn_replay_expect("00B0880003", table[_i].answer);
    ck_assert_int_eq(read_head(0x0008, 3), table[_i].rc);
    ck_assert_int_eq(mn_card_facts(card)->sfi, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

/* Some bytes of a file, and the answer that gives a part of them. */
static uint8_t file[0x9000];

static struct mn_span part(size_t from, size_t len)
{
    return mn_script_good(mn_span(file + from, len));
}

static void make_file(void)
{
    for (size_t i = 0; i < sizeof file; i++)
        file[i] = (uint8_t)(i ^ i >> 8);
}

/* A card whose file 000A is read up to byte 256. */
static void open_file(enum mn_fact sfi, enum mn_fact extended)
{
    const struct mn_card_facts facts = {.sfi = sfi, .extended = extended};

    card = mn_script_identified(&facts);
    if (sfi == MN_FACT_NO)
        mn_replay_expect(SELECT_EF("000A"), "9000");
    mn_replay_expect_bytes(mn_hex(sfi == MN_FACT_NO ? "00B0000000" : "00B08A0000"), part(0, 256));
    ck_assert_int_eq(read_head(0x000A, 256), MN_OK);
}

static mn_rc read_rest(size_t total)
{
    return mn_card_read_rest(card, MN_DATA_PLAIN, total, &content);
}

static void assert_file(size_t total)
{
    ck_assert(mn_span_equal(mn_bytes_span(&content), mn_span(file, total)));
    mn_bytes_free(&content);
}

START_TEST(the_rest_of_a_file_is_read_in_pieces_of_256)
{
    open_file(MN_FACT_YES, MN_FACT_NO);
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 256));
    mn_replay_expect_bytes(mn_hex("00B0020000"), part(512, 256));
    mn_replay_expect_bytes(mn_hex("00B0030001"), part(768, 1));
    ck_assert_int_eq(read_rest(769), MN_OK);
    assert_file(769);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_file_that_is_read_already_costs_nothing_more)
{
    open_file(MN_FACT_YES, MN_FACT_NO);
    ck_assert_int_eq(read_rest(256), MN_OK);
    assert_file(256);
    mn_script_close(&card);
}
END_TEST

START_TEST(pieces_may_be_shorter_than_asked)
{
    open_file(MN_FACT_YES, MN_FACT_NO);
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 100));
    mn_replay_expect_bytes(mn_hex("00B001649C"), part(356, 156));
    ck_assert_int_eq(read_rest(512), MN_OK);
    assert_file(512);
    mn_script_close(&card);
}
END_TEST

START_TEST(with_extended_length_the_rest_is_one_command)
{
    open_file(MN_FACT_YES, MN_FACT_YES);
    mn_replay_expect_bytes(mn_hex("00B00100 00051F"), part(256, 0x51F));
    ck_assert_int_eq(read_rest(0x61F), MN_OK);
    assert_file(0x61F);
    ck_assert_int_eq(mn_card_facts(card)->extended, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

START_TEST(what_fits_a_short_command_is_not_extended)
{
    open_file(MN_FACT_YES, MN_FACT_YES);
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 256));
    ck_assert_int_eq(read_rest(512), MN_OK);
    assert_file(512);
    mn_script_close(&card);
}
END_TEST

START_TEST(extended_length_that_is_not_known_to_work_is_not_tried)
{
    open_file(MN_FACT_YES, MN_FACT_UNKNOWN);
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 256));
    mn_replay_expect_bytes(mn_hex("00B0020000"), part(512, 256));
    ck_assert_int_eq(read_rest(768), MN_OK);
    assert_file(768);
    mn_script_close(&card);
}
END_TEST

START_TEST(extended_length_that_fails_is_given_up_for_good)
{
    open_file(MN_FACT_YES, MN_FACT_YES);
    if (_i == 0)
        mn_replay_expect("00B00100 000200", "6700");
    else
        mn_replay_fail("00B00100 000200", MN_E_COMM);
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 256));
    mn_replay_expect_bytes(mn_hex("00B0020000"), part(512, 256));
    ck_assert_int_eq(read_rest(768), MN_OK);
    assert_file(768);
    ck_assert_int_eq(mn_card_facts(card)->extended, MN_FACT_NO);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_was_reset_says_nothing_about_extended_length)
{
    open_file(MN_FACT_YES, MN_FACT_YES);
    mn_replay_fail("00B00100 000200", MN_E_COMM);
    mn_replay_fail("00B0010000", MN_E_COMM);
    ck_assert_int_eq(read_rest(768), MN_E_COMM);
    ck_assert_int_eq(mn_card_facts(card)->extended, MN_FACT_YES);
    mn_bytes_free(&content);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_leaves_is_not_asked_in_another_form)
{
    open_file(MN_FACT_YES, MN_FACT_YES);
    mn_replay_fail("00B00100 000200", MN_E_REMOVED);
    ck_assert_int_eq(read_rest(768), MN_E_REMOVED);
    ck_assert_int_eq(mn_card_facts(card)->extended, MN_FACT_YES);
    mn_bytes_free(&content);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_file_that_a_short_id_does_not_make_current_is_selected)
{
    open_file(MN_FACT_YES, MN_FACT_YES);
    mn_replay_expect("00B00100 000200", "6986");
    mn_replay_expect("00B0010000", "6986");
    mn_replay_expect(SELECT_EF("000A"), "9000");
    mn_replay_expect_bytes(mn_hex("00B00100 000200"), part(256, 512));
    ck_assert_int_eq(read_rest(768), MN_OK);
    assert_file(768);
    ck_assert_int_eq(mn_card_facts(card)->extended, MN_FACT_YES);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_card_that_has_no_current_file_even_then_is_given_up)
{
    open_file(MN_FACT_YES, MN_FACT_NO);
    mn_replay_expect("00B0010000", "6986");
    mn_replay_expect(SELECT_EF("000A"), "9000");
    mn_replay_expect("00B0010000", "6986");
    ck_assert_int_eq(read_rest(768), MN_E_REFUSED);
    mn_bytes_free(&content);
    mn_script_close(&card);
}
END_TEST

/* Else the second file's head would get the first file's tail. */
START_TEST(the_file_selected_before_is_not_taken_for_the_one_that_is_read)
{
    open_file(MN_FACT_YES, MN_FACT_NO);
    mn_replay_expect("00B0010000", "6986");
    mn_replay_expect(SELECT_EF("000A"), "9000");
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 256));
    ck_assert_int_eq(read_rest(512), MN_OK);
    assert_file(512);

    mn_replay_expect_bytes(mn_hex("00B08B0000"), part(0, 256));
    mn_replay_expect(SELECT_EF("000B"), "9000");
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 256));
    ck_assert_int_eq(read_head(0x000B, 256), MN_OK);
    ck_assert_int_eq(read_rest(512), MN_OK);
    assert_file(512);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_application_selected_anew_has_no_file_selected)
{
    uint8_t p2;

    card = mn_script_identified(&without_sfi);
    mn_replay_expect(SELECT_EF("0018"), "9000");
    ck_assert_int_eq(mn_card_name_ef(card, 0x0018, &p2), MN_OK);
    begin_anew();
    mn_replay_expect(SELECT_JPKI, "9000");
    ck_assert_int_eq(mn_card_enter_jpki(card, false), MN_OK);
    mn_card_facts(card)->sfi = MN_FACT_YES;
    mn_replay_expect_bytes(mn_hex("00B08A0000"), part(0, 256));
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 256));
    ck_assert_int_eq(read_head(0x000A, 256), MN_OK);
    ck_assert_int_eq(read_rest(512), MN_OK);
    assert_file(512);
    mn_script_close(&card);
}
END_TEST

START_TEST(a_file_that_ends_too_early_is_no_answer)
{
    static const char *const answers[] = {"9000", "6282", "6B00"};

    open_file(MN_FACT_YES, MN_FACT_NO);
    mn_replay_expect_bytes(mn_hex("00B0010000"), part(256, 10));
    mn_replay_expect("00B0010AF6", answers[_i]);
    ck_assert_int_eq(read_rest(512), MN_E_CARD_ANSWER);
    mn_bytes_free(&content);
    mn_script_close(&card);
}
END_TEST

START_TEST(more_than_was_asked_for_is_no_answer)
{
    open_file(MN_FACT_YES, MN_FACT_NO);
    mn_replay_expect_bytes(mn_hex("00B0010004"), part(256, 5));
    ck_assert_int_eq(read_rest(260), MN_E_CARD_ANSWER);
    mn_bytes_free(&content);
    mn_replay_expect_bytes(mn_hex("00B0880003"), part(0, 4));
    ck_assert_int_eq(read_head(0x0008, 3), MN_E_CARD_ANSWER);
    mn_bytes_free(&content);
    mn_script_close(&card);
}
END_TEST

START_TEST(the_offset_has_fifteen_bits)
{
    open_file(MN_FACT_YES, MN_FACT_NO);
    ck_assert_int_eq(read_rest(0x8000), MN_E_CARD_ANSWER);
    ck_assert_int_eq(read_rest((size_t)-1), MN_E_CARD_ANSWER);
    for (size_t at = 0x100; at < 0x7F00; at += 0x100) {
        uint8_t read[5] = {0x00, 0xB0, (uint8_t)(at >> 8)};
        struct mn_bytes command = {0};

        ck_assert_int_eq(mn_bytes_set(&command, mn_span(read, sizeof read)), MN_OK);
        mn_replay_expect_bytes(mn_bytes_span(&command), part(at, 0x100));
        ck_assert_int_eq(read_rest(at + 0x100), MN_OK);
        mn_bytes_free(&command);
    }
    mn_replay_expect_bytes(mn_hex("00B07F00FF"), part(0x7F00, 0xFF));
    ck_assert_int_eq(read_rest(0x7FFF), MN_OK);
    assert_file(0x7FFF);
    mn_script_close(&card);
}
END_TEST

static TCase *application_case(void)
{
    TCase *tcase = tcase_create("application");

    tcase_add_test(tcase, a_new_card_is_asked_nothing);
    tcase_add_test(tcase, the_facts_known_before_are_kept);
    tcase_add_test(tcase, a_conversation_that_cannot_begin_needs_no_end);
    tcase_add_test(tcase, a_reset_begins_a_new_epoch_and_nothing_else_does);
    tcase_add_test(tcase, after_a_command_that_was_not_carried_comes_a_power_cycle);
    tcase_add_test(tcase, the_power_cycle_is_over_when_the_conversation_begins);
    tcase_add_test(tcase, a_command_that_a_reset_explains_needs_no_power_cycle);
    tcase_add_test(tcase, a_command_that_was_carried_after_one_that_was_not_takes_the_doubt);
    tcase_add_test(tcase, a_power_cycle_that_fails_is_tried_again_the_next_time);
    tcase_add_test(tcase, after_that_the_card_is_identified_anew);
    tcase_add_test(tcase, another_card_in_its_place_is_told);
    tcase_add_test(tcase, the_application_is_selected_once_in_a_conversation);
    tcase_add_test(tcase, selecting_begins_a_new_epoch);
    tcase_add_test(tcase, what_was_certain_is_not_in_the_next_conversation);
    tcase_add_test(tcase, the_next_conversation_looks_with_one_read_and_keeps_the_epoch);
    tcase_add_test(tcase, a_look_is_as_cheap_as_selecting_and_so_taken_for_no_pin_too);
    tcase_add_test(tcase, without_short_file_ids_a_look_is_worth_it_for_a_pin_only);
    tcase_add_test(tcase, another_application_without_such_a_file_is_left);
    tcase_add_loop_test(tcase, another_application_that_refuses_is_left, 0, 6);
    tcase_add_test(tcase, another_application_with_another_file_is_left);
    tcase_add_test(tcase, the_same_file_but_shorter_is_another_file);
    tcase_add_test(tcase, after_a_reset_there_is_nothing_to_look_at);
    tcase_add_loop_test(tcase, a_look_that_is_not_carried_is_the_end, 0, 2);
    tcase_add_test(tcase, a_fault_after_power_up_is_asked_once_more);
    tcase_add_test(tcase, a_fault_that_stays_is_an_answer_without_sense);
    tcase_add_loop_test(tcase, a_card_without_the_application_is_foreign, 0, 6);
    tcase_add_test(tcase, a_command_that_is_not_carried_takes_the_certainty);
    return tcase;
}

static TCase *identity_case(void)
{
    TCase *tcase = tcase_create("identity");

    tcase_add_test(tcase, a_card_is_identified_by_its_token_information);
    tcase_add_loop_test(tcase, a_card_without_short_file_ids_is_learned_to_have_none, 0, 5);
    tcase_add_test(tcase, a_card_without_token_information_is_foreign_and_teaches_nothing);
    tcase_add_test(tcase, a_card_with_a_label_of_its_own_is_foreign);
    tcase_add_test(tcase, token_information_that_is_too_short_identifies_nothing);
    tcase_add_test(tcase, a_card_that_leaves_is_not_taken_for_a_foreign_one);
    tcase_add_test(tcase, shutting_leaves_the_application_and_takes_the_power);
    tcase_add_test(tcase, shutting_the_common_application_leaves_it_for_another);
    tcase_add_test(tcase, any_other_application_is_selected_once_in_a_conversation);
    tcase_add_test(tcase, coming_back_from_another_application_jpki_is_selected_without_a_look);
    tcase_add_loop_test(tcase, where_selecting_failed_no_application_is_known_to_be_current, 0, 3);
    tcase_add_test(tcase, the_power_is_taken_even_if_the_application_cannot_be_left);
    tcase_add_test(tcase, a_power_cycle_that_fails_is_told_and_nothing_is_believed);
    return tcase;
}

static TCase *files_case(void)
{
    TCase *tcase = tcase_create("files");

    tcase_add_checked_fixture(tcase, make_file, NULL);
    tcase_add_test(tcase, a_file_is_named_in_the_form_that_the_card_takes);
    tcase_add_test(tcase, the_head_of_a_file_may_be_shorter_than_asked);
    tcase_add_loop_test(tcase, a_card_known_to_take_short_file_ids_is_not_asked_otherwise, 0, 4);
    tcase_add_test(tcase, the_rest_of_a_file_is_read_in_pieces_of_256);
    tcase_add_test(tcase, a_file_that_is_read_already_costs_nothing_more);
    tcase_add_test(tcase, pieces_may_be_shorter_than_asked);
    tcase_add_test(tcase, with_extended_length_the_rest_is_one_command);
    tcase_add_test(tcase, what_fits_a_short_command_is_not_extended);
    tcase_add_test(tcase, extended_length_that_is_not_known_to_work_is_not_tried);
    tcase_add_loop_test(tcase, extended_length_that_fails_is_given_up_for_good, 0, 2);
    tcase_add_test(tcase, a_card_that_was_reset_says_nothing_about_extended_length);
    tcase_add_test(tcase, a_card_that_leaves_is_not_asked_in_another_form);
    tcase_add_test(tcase, a_file_that_a_short_id_does_not_make_current_is_selected);
    tcase_add_test(tcase, a_card_that_has_no_current_file_even_then_is_given_up);
    tcase_add_test(tcase, the_file_selected_before_is_not_taken_for_the_one_that_is_read);
    tcase_add_test(tcase, the_application_selected_anew_has_no_file_selected);
    tcase_add_loop_test(tcase, a_file_that_ends_too_early_is_no_answer, 0, 3);
    tcase_add_test(tcase, more_than_was_asked_for_is_no_answer);
    tcase_add_test(tcase, the_offset_has_fifteen_bits);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("card/card");

    suite_add_tcase(suite, application_case());
    suite_add_tcase(suite, identity_case());
    suite_add_tcase(suite, files_case());
    return mn_test_run(suite);
}
