/* Faults at chosen commands, and the record of what was asked. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "runner.h"
#include "test_card.h"

static struct cardsim *card;

static void setup(void)
{
    card = test_card("fresh");
}

static void teardown(void)
{
    cardsim_free(&card);
}

static void expect(const char *command, const char *answer)
{
    ck_assert_str_eq(say(card, command), answer);
}

static void fault(const char *text)
{
    ck_assert_int_eq(cardsim_fault(card, text), MN_OK);
}

START_TEST(a_fault_waits_for_its_command)
{
    fault("3:sw:6F00");
    expect(QUERY_AUTH, "63C3");
    expect(QUERY_AUTH, "63C3");
    expect(QUERY_AUTH, "6F00");
    expect(QUERY_AUTH, "63C3");
}
END_TEST

START_TEST(several_faults_wait_at_once)
{
    fault("2:sw:6581");
    fault("1:sw:6400");
    expect(QUERY_AUTH, "6400");
    expect(QUERY_AUTH, "6581");
    expect(QUERY_AUTH, "63C3");
}
END_TEST

START_TEST(a_status_word_instead_of_the_work)
{
    fault("1:sw:6300");
    expect(WRONG_AUTH, "6300");
    expect(QUERY_AUTH, "63C3");
}
END_TEST

START_TEST(a_removed_card_has_done_nothing)
{
    fault("1:removed");
    expect(WRONG_AUTH, "MN_E_REMOVED");
    expect(QUERY_AUTH, "MN_E_COMM");
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 3);
}
END_TEST

START_TEST(a_card_removed_too_late_has_done_it)
{
    fault("1:removed-after");
    expect(WRONG_AUTH, "MN_E_REMOVED");
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 2);
}
END_TEST

START_TEST(a_reset_loses_the_state_and_the_answer)
{
    unsigned long epoch = cardsim_epoch(card);
    expect(VERIFY_SIGN, "9000");
    fault("1:reset");
    expect(WRONG_AUTH, "MN_E_COMM");
    ck_assert_uint_ne(cardsim_epoch(card), epoch);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_SIGN));
    expect(SELECT_JPKI, "9000");
    expect(QUERY_AUTH, "63C3");
}
END_TEST

START_TEST(a_reset_afterwards_has_cost_the_try)
{
    fault("1:reset-after");
    expect(WRONG_AUTH, "MN_E_COMM");
    expect(SELECT_JPKI, "9000");
    expect(QUERY_AUTH, "63C2");
}
END_TEST

START_TEST(a_truncated_answer_is_its_beginning)
{
    fault("1:truncated");
    expect("00B0880003", "8F");
    fault("1:truncated:4");
    expect("00B0880003", "8F8F0090");
    fault("1:truncated:0");
    expect("00B0880003", "");
}
END_TEST

START_TEST(an_overlong_answer_still_ends_in_its_status_word)
{
    fault("1:overlong:2");
    expect("00B0880003", "8F8F00EEEE9000");
    fault("1:overlong");
    ck_assert_uint_eq(strlen(say(card, "00B0880003")), 2 * (3 + 256 + 2));
}
END_TEST

START_TEST(garbage_is_as_long_as_the_answer_or_as_told)
{
    fault("1:garbage");
    const char *answer = say(card, "00B0880003");
    ck_assert_uint_eq(strlen(answer), 2 * 5);
    ck_assert_str_ne(answer, "8F8F009000");
    fault("1:garbage:300");
    ck_assert_uint_eq(strlen(say(card, "00B0880003")), 2 * 300);
}
END_TEST

START_TEST(an_answer_that_does_not_fit_is_none)
{
    uint8_t answer[4];
    size_t len = sizeof(answer);
    mn_rc rc = cardsim_transmit(card, mn_span("\x00\xB0\x88\x00\x03", 5), answer, &len);
    ck_assert_int_eq(rc, MN_E_TOO_SMALL);
}
END_TEST

START_TEST(a_slow_answer_comes_late)
{
    struct timespec start, end;
    fault("1:slow:30");
    clock_gettime(CLOCK_MONOTONIC, &start);
    expect(QUERY_AUTH, "63C3");
    clock_gettime(CLOCK_MONOTONIC, &end);
    long ms = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
    ck_assert_int_ge(ms, 29);
}
END_TEST

START_TEST(faults_that_make_no_sense_are_refused)
{
    static const char *const texts[] = {
        "",      "1",        "0:removed",  "x:removed", "1:",       "1:vanished", "1:sw",
        "1:sw:", "1:sw:XYZ", "1:sw:10000", "1:reset:5", "1:slow:x", "1removed",   "1:truncated:"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        ck_assert_int_eq(cardsim_fault(card, texts[i]), MN_E_ARGUMENT);
    expect(QUERY_AUTH, "63C3");
}
END_TEST

/* The record. */

START_TEST(commands_are_counted)
{
    (void)say(card, QUERY_AUTH);
    (void)say(card, "00B0880003");
    (void)say(card, "00B0880003");
    ck_assert_uint_eq(cardsim_count(card), 3);
    ck_assert_uint_eq(cardsim_count_ins(card, 0xB0), 2);
    ck_assert_uint_eq(cardsim_count_ins(card, 0x20), 1);
    cardsim_clear_counts(card);
    ck_assert_uint_eq(cardsim_count(card), 0);
    ck_assert_uint_eq(cardsim_count_ins(card, 0xB0), 0);
}
END_TEST

START_TEST(pins_are_counted_under_their_reference)
{
    expect(QUERY_AUTH, "63C3");
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 0);
    expect(WRONG_AUTH, "63C2");
    expect("00A4020C020018", "9000");
    expect("002000800431323334", "9000");
    expect(VERIFY_SIGN, "9000");
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 2);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SIGN), 1);
    expect(SELECT_TEXT, "9000");
    expect("002000910431323334", "9000");
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_TEXT), 1);
}
END_TEST

START_TEST(a_pin_that_met_a_fault_is_counted_too)
{
    fault("1:removed");
    expect(WRONG_AUTH, "MN_E_REMOVED");
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 1);
}
END_TEST

/* What the record in the file says after the commands. */
static char *recorded(const char *const *commands)
{
    char path[64];
    struct mn_bytes file = {0};
    temporary_file(path);
    ck_assert_int_eq(cardsim_record_to(card, path), MN_OK);
    for (; *commands; commands++)
        (void)say(card, *commands);
    ck_assert_int_eq(cardsim_record_to(card, NULL), MN_OK);
    ck_assert_int_eq(mn_file_read(path, 65536, &file), MN_OK);
    char *text = strndup((const char *)file.ptr, file.len);
    mn_bytes_free(&file);
    temporary_file_remove(path);
    return text;
}

START_TEST(the_record_has_a_line_for_each_command)
{
    static const char *const commands[] = {"00A4020C020008", "00B0000003", QUERY_AUTH, NULL};
    char *text = recorded(commands);
    ck_assert_str_eq(text, "1 00A4020C020008 9000 0\n"
                           "2 00B0000003 9000 3\n"
                           "3 00200098 63C3 0\n");
    free(text);
}
END_TEST

START_TEST(the_record_hides_every_pin)
{
    static const char *const commands[] = {VERIFY_AUTH,
                                           "0024019804"
                                           "35363738",
                                           "8032008004"
                                           "35363738",
                                           "00200098000004"
                                           "31323334",
                                           NULL};
    char *text = recorded(commands);
    ck_assert_str_eq(text, "1 0020009804******** 9000 0\n"
                           "2 0024019804******** 9000 0\n"
                           "3 8032008004******** 6D00 0\n"
                           "4 00200098************** 63C2 0\n");
    free(text);
}
END_TEST

START_TEST(the_record_hides_pins_in_malformed_commands)
{
    static const char *const commands[] = {"00200098"
                                           "31323334",
                                           "0020009805"
                                           "31323334",
                                           "80200098"
                                           "0431323334",
                                           NULL};
    char *text = recorded(commands);
    ck_assert_ptr_null(strstr(text, "31"));
    ck_assert_ptr_nonnull(strstr(text, "1 00200098******** 6700 0\n"));
    free(text);
}
END_TEST

START_TEST(the_record_shows_no_byte_of_an_answer)
{
    static const char *const commands[] = {SELECT_TEXT, "002000910431323334", "00B0810011", NULL};
    char *text = recorded(commands);
    ck_assert_ptr_nonnull(strstr(text, "3 00B0810011 9000 17\n"));
    ck_assert_ptr_null(strstr(text, "3533"));
    free(text);
}
END_TEST

START_TEST(the_record_tells_of_lost_answers_and_resets)
{
    static const char *const commands[] = {QUERY_AUTH, NULL};
    fault("1:reset-after");
    char *text = recorded(commands);
    ck_assert_str_eq(text, "# power off\n"
                           "# power on\n"
                           "1 00200098 ---- 0\n");
    free(text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_fault_waits_for_its_command,
        several_faults_wait_at_once,
        a_status_word_instead_of_the_work,
        a_removed_card_has_done_nothing,
        a_card_removed_too_late_has_done_it,
        a_reset_loses_the_state_and_the_answer,
        a_reset_afterwards_has_cost_the_try,
        a_truncated_answer_is_its_beginning,
        an_overlong_answer_still_ends_in_its_status_word,
        garbage_is_as_long_as_the_answer_or_as_told,
        an_answer_that_does_not_fit_is_none,
        a_slow_answer_comes_late,
        faults_that_make_no_sense_are_refused,
        commands_are_counted,
        pins_are_counted_under_their_reference,
        a_pin_that_met_a_fault_is_counted_too,
        the_record_has_a_line_for_each_command,
        the_record_hides_every_pin,
        the_record_hides_pins_in_malformed_commands,
        the_record_shows_no_byte_of_an_answer,
        the_record_tells_of_lost_answers_and_resets,
    };
    Suite *suite = suite_create("cardsim faults");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
