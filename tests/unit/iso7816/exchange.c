#include "iso7816/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/scratch.h"
#include "replay.h"
#include "runner.h"

static struct mn_transport transport;
static struct mn_bytes data;
static uint16_t sw;

static void open_conversation(void)
{
    bool was_reset;

    mn_replay_open(&transport);
    ck_assert_int_eq(transport.ops->begin(transport.self, &was_reset), MN_OK);
    ck_assert_int_eq(mn_bytes_set(&data, mn_span("old", 3)), MN_OK);
    sw = 0xEEEE;
}

static void close_conversation(void)
{
    transport.ops->end(transport.self);
    mn_transport_close(&transport);
    ck_assert(mn_replay_is_closed());
    mn_bytes_free(&data);
    mn_log_close();
    mn_replay_done();
}

#define PASSWORD        "K9WQZ4"
#define PASSWORD_IN_HEX "4B3957515A34"

static const struct mn_apdu read_binary = {.ins = 0xB0, .p1 = 0x86, .ne = 256};
static const struct mn_apdu select_file = {
    .ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = {(const uint8_t *)"\x00\x0A", 2}};
static const struct mn_apdu verify = {
    .ins = 0x20, .p2 = 0x9B, .data = {(const uint8_t *)PASSWORD, 6}, .kind = MN_DATA_SECRET};
#define VERIFY "0020009B06" PASSWORD_IN_HEX

static mn_rc exchange(const struct mn_apdu *apdu)
{
    return mn_exchange(&transport, apdu, &data, &sw);
}

static void assert_answer(struct mn_span wanted, uint16_t wanted_sw)
{
    ck_assert_uint_eq(sw, wanted_sw);
    ck_assert(mn_span_equal(mn_bytes_span(&data), wanted));
}

/* What the caller had is untouched. */
static void assert_no_answer(void)
{
    ck_assert(mn_span_equal(mn_bytes_span(&data), mn_span("old", 3)));
}

START_TEST(an_answer_is_data_and_a_status_word)
{
    mn_replay_expect("00B0860000", "616263 9000");
    ck_assert_int_eq(exchange(&read_binary), MN_OK);
    assert_answer(mn_span("abc", 3), 0x9000);
}
END_TEST

START_TEST(an_answer_may_be_a_status_word_alone)
{
    mn_replay_expect("00A4020C02000A", "6A82");
    ck_assert_int_eq(exchange(&select_file), MN_OK);
    assert_answer(mn_span(NULL, 0), 0x6A82);
}
END_TEST

START_TEST(data_that_nobody_wants_are_dropped)
{
    mn_replay_expect("00B0860000", "616263 9000");
    ck_assert_int_eq(mn_exchange(&transport, &read_binary, NULL, &sw), MN_OK);
    ck_assert_uint_eq(sw, 0x9000);
}
END_TEST

START_TEST(the_longest_answer_arrives_whole)
{
    struct mn_apdu all = {.ins = 0xB0, .ne = 65536};
    uint8_t *answer = malloc(MN_ANSWER_MAX);

    ck_assert_ptr_nonnull(answer);
    for (size_t i = 0; i < 65536; i++)
        answer[i] = (uint8_t)(i >> 7);
    memcpy(answer + 65536, "\x90\x00", 2);
    mn_replay_expect_bytes(mn_hex("00B00000 000000"), mn_span(answer, MN_ANSWER_MAX));
    ck_assert_int_eq(exchange(&all), MN_OK);
    assert_answer(mn_span(answer, 65536), 0x9000);
    free(answer);
}
END_TEST

START_TEST(data_that_wait_are_fetched_piece_by_piece)
{
    mn_replay_expect("00B0860000", "6161 6102");
    mn_replay_expect("00C0000002", "6262 6101");
    mn_replay_expect("00C0000001", "63 9000");
    ck_assert_int_eq(exchange(&read_binary), MN_OK);
    assert_answer(mn_span("aabbc", 5), 0x9000);
}
END_TEST

START_TEST(a_piece_of_unknown_size_is_fetched_with_the_greatest)
{
    mn_replay_expect("00B0860000", "6100");
    mn_replay_expect("00C0000000", "616263 9000");
    ck_assert_int_eq(exchange(&read_binary), MN_OK);
    assert_answer(mn_span("abc", 3), 0x9000);
}
END_TEST

START_TEST(a_wrong_length_is_corrected_once)
{
    mn_replay_expect("00B0860000", "6C03");
    mn_replay_expect("00B0860003", "616263 9000");
    ck_assert_int_eq(exchange(&read_binary), MN_OK);
    assert_answer(mn_span("abc", 3), 0x9000);
}
END_TEST

START_TEST(a_length_that_is_wrong_again_and_the_same_is_the_answer)
{
    mn_replay_expect("00B0860000", "6C03");
    mn_replay_expect("00B0860003", "6C03");
    ck_assert_int_eq(exchange(&read_binary), MN_OK);
    assert_answer(mn_span(NULL, 0), 0x6C03);
}
END_TEST

START_TEST(the_length_of_a_fetched_piece_may_be_corrected_too)
{
    mn_replay_expect("00B0860000", "6105");
    mn_replay_expect("00C0000005", "6C02");
    mn_replay_expect("00C0000002", "6162 9000");
    ck_assert_int_eq(exchange(&read_binary), MN_OK);
    assert_answer(mn_span("ab", 2), 0x9000);
}
END_TEST

START_TEST(a_secret_command_is_never_sent_twice)
{
    mn_replay_expect(VERIFY, "6C03");
    ck_assert_int_eq(exchange(&verify), MN_OK);
    assert_answer(mn_span(NULL, 0), 0x6C03);
}
END_TEST

START_TEST(what_a_secret_command_left_waiting_is_fetched_without_the_secret)
{
    mn_replay_expect(VERIFY, "6102");
    mn_replay_expect("00C0000002", "6162 9000");
    ck_assert_int_eq(exchange(&verify), MN_OK);
    assert_answer(mn_span("ab", 2), 0x9000);
}
END_TEST

START_TEST(a_command_that_was_not_carried_is_not_repeated)
{
    mn_replay_fail("00B0860000", MN_E_COMM);
    ck_assert_int_eq(exchange(&read_binary), MN_E_COMM);
    mn_replay_fail(VERIFY, MN_E_REMOVED);
    ck_assert_int_eq(exchange(&verify), MN_E_REMOVED);
    assert_no_answer();
}
END_TEST

START_TEST(a_chain_that_breaks_gives_nothing)
{
    mn_replay_expect("00B0860000", "6161 6102");
    mn_replay_fail("00C0000002", MN_E_COMM);
    ck_assert_int_eq(exchange(&read_binary), MN_E_COMM);
    assert_no_answer();
}
END_TEST

START_TEST(an_answer_without_a_status_word_is_none)
{
    mn_replay_expect("00B0860000", "");
    ck_assert_int_eq(exchange(&read_binary), MN_E_CARD_ANSWER);
    mn_replay_expect("00B0860000", "90");
    ck_assert_int_eq(exchange(&read_binary), MN_E_CARD_ANSWER);
    assert_no_answer();
}
END_TEST

START_TEST(an_answer_said_to_be_longer_than_its_room_is_none)
{
    mn_replay_lie("00B0860000", MN_ANSWER_MAX + 1);
    ck_assert_int_eq(exchange(&read_binary), MN_E_CARD_ANSWER);
    assert_no_answer();
}
END_TEST

START_TEST(an_answer_that_never_ends_is_given_up)
{
    /* 512 commands are more than any file needs. */
    mn_replay_expect("00B0860000", "6100");
    for (int i = 1; i <= 512; i++)
        mn_replay_expect("00C0000000", "6100");
    ck_assert_int_eq(exchange(&read_binary), MN_E_CARD_ANSWER);
    assert_no_answer();
}
END_TEST

START_TEST(an_answer_that_never_ends_is_given_up_by_its_size)
{
    uint8_t *answer = calloc(1, MN_ANSWER_MAX);

    ck_assert_ptr_nonnull(answer);
    memcpy(answer + 65536, "\x61\x00", 2);
    mn_replay_expect_bytes(mn_hex("00B0860000"), mn_span(answer, MN_ANSWER_MAX));
    mn_replay_expect_bytes(mn_hex("00C0000000"), mn_span(answer, MN_ANSWER_MAX));
    mn_replay_expect_bytes(mn_hex("00C0000000"), mn_span(answer, MN_ANSWER_MAX));
    ck_assert_int_eq(exchange(&read_binary), MN_E_CARD_ANSWER);
    assert_no_answer();
    free(answer);
}
END_TEST

START_TEST(a_length_that_is_wrong_for_ever_is_given_up)
{
    mn_replay_expect("00B0860000", "6C01");
    for (int i = 1; i <= 256; i++) {
        mn_replay_expect("00B0860001", "6C02");
        mn_replay_expect("00B0860002", "6C01");
    }
    ck_assert_int_eq(exchange(&read_binary), MN_E_CARD_ANSWER);
}
END_TEST

START_TEST(a_command_of_impossible_size_is_not_sent)
{
    struct mn_apdu impossible = {.ne = 65537};

    ck_assert_int_eq(exchange(&impossible), MN_E_ARGUMENT);
    assert_no_answer();
}
END_TEST

/* --- the log --- */

/* What has been logged at debug level, without what stands before each text. */
static char *logged(void)
{
    char *text = mn_scratch_read(mn_scratch_path("log"));
    char *out = text;

    ck_assert_ptr_nonnull(text);
    for (const char *line = text, *end; *line; line = end) {
        const char *from = strstr(line, ": ");

        end = strchr(line, '\n') + 1;
        memmove(out, from, (size_t)(end - from));
        out += end - from;
    }
    *out = '\0';
    return text;
}

static void open_log(void)
{
    remove(mn_scratch_path("log"));
    ck_assert_int_eq(mn_log_open(MN_LOG_DEBUG, mn_scratch_path("log")), MN_OK);
}

static void assert_logged(const char *text, bool wanted)
{
    char *log = logged();

    ck_assert_msg((strcasestr(log, text) != NULL) == wanted, "%s in: %s", text, log);
    free(log);
}

START_TEST(the_log_shows_a_plain_command_and_the_size_of_its_answer)
{
    open_log();
    mn_replay_expect("00A4020C02000A", "616263 9000");
    ck_assert_int_eq(exchange(&select_file), MN_OK);
    assert_logged("00 A4 02 0C", true);
    assert_logged("000A", true);
    assert_logged("3 bytes, 9000", true);
    assert_logged("616263", false);
}
END_TEST

START_TEST(the_log_cuts_long_data)
{
    uint8_t many[255];
    struct mn_apdu apdu = {.ins = 0xA4, .data = {many, sizeof many}};
    uint8_t command[5 + sizeof many] = {0x00, 0xA4, 0x00, 0x00, 0xFF};

    open_log();
    memset(many, 0xA5, sizeof many);
    many[64] = 0xB6; /* the first that is not shown */
    memcpy(command + 5, many, sizeof many);
    mn_replay_expect_bytes(mn_span(command, sizeof command), mn_hex("9000"));
    ck_assert_int_eq(exchange(&apdu), MN_OK);
    assert_logged("A5A5A5A5", true);
    assert_logged("B6", false);
}
END_TEST

START_TEST(the_log_never_shows_a_pin)
{
    open_log();
    mn_replay_expect(VERIFY, "63C4");
    ck_assert_int_eq(exchange(&verify), MN_OK);
    mn_replay_fail(VERIFY, MN_E_COMM);
    ck_assert_int_eq(exchange(&verify), MN_E_COMM);
    mn_replay_expect(VERIFY, "90");
    ck_assert_int_eq(exchange(&verify), MN_E_CARD_ANSWER);
    mn_replay_expect(VERIFY, "6162 9000");
    ck_assert_int_eq(exchange(&verify), MN_OK);
    assert_logged("00 20 00 9B data (secret)", true);
    assert_logged("63C4", true);
    assert_logged("2 bytes", false);
    assert_logged(PASSWORD, false);
    assert_logged(PASSWORD_IN_HEX, false);
    assert_logged("4B 39", false);
    assert_logged("4B39", false);
}
END_TEST

START_TEST(the_log_does_not_tell_the_length_of_a_pin)
{
    struct mn_apdu longer = verify;
    char *first, *second;

    open_log();
    mn_replay_expect(VERIFY, "63C4");
    ck_assert_int_eq(exchange(&verify), MN_OK);
    first = logged();
    open_log();
    longer.data = mn_span("ABCDEFGHIJKLMNOP", 16);
    mn_replay_expect("0020009B10 4142434445464748494A4B4C4D4E4F50", "63C4");
    ck_assert_int_eq(exchange(&longer), MN_OK);
    second = logged();
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
}
END_TEST

START_TEST(the_log_shows_nothing_of_personal_data)
{
    struct mn_apdu personal = {.cla = 0x80,
                               .ins = 0x2A,
                               .p2 = 0x9A,
                               .data = mn_span("digest", 6),
                               .ne = 256,
                               .kind = MN_DATA_PERSONAL};

    open_log();
    mn_replay_expect("802A009A06 646967657374 00", "736563726574 9000");
    ck_assert_int_eq(exchange(&personal), MN_OK);
    assert_answer(mn_span("secret", 6), 0x9000);
    assert_logged("6 bytes, 9000", true);
    assert_logged("digest", false);
    assert_logged("646967657374", false);
    assert_logged("secret", false);
    assert_logged("736563726574", false);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("iso7816/exchange");
    TCase *tcase = tcase_create("exchange");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, open_conversation, close_conversation);
    tcase_add_test(tcase, an_answer_is_data_and_a_status_word);
    tcase_add_test(tcase, an_answer_may_be_a_status_word_alone);
    tcase_add_test(tcase, data_that_nobody_wants_are_dropped);
    tcase_add_test(tcase, the_longest_answer_arrives_whole);
    tcase_add_test(tcase, data_that_wait_are_fetched_piece_by_piece);
    tcase_add_test(tcase, a_piece_of_unknown_size_is_fetched_with_the_greatest);
    tcase_add_test(tcase, a_wrong_length_is_corrected_once);
    tcase_add_test(tcase, a_length_that_is_wrong_again_and_the_same_is_the_answer);
    tcase_add_test(tcase, the_length_of_a_fetched_piece_may_be_corrected_too);
    tcase_add_test(tcase, a_secret_command_is_never_sent_twice);
    tcase_add_test(tcase, what_a_secret_command_left_waiting_is_fetched_without_the_secret);
    tcase_add_test(tcase, a_command_that_was_not_carried_is_not_repeated);
    tcase_add_test(tcase, a_chain_that_breaks_gives_nothing);
    tcase_add_test(tcase, an_answer_without_a_status_word_is_none);
    tcase_add_test(tcase, an_answer_said_to_be_longer_than_its_room_is_none);
    tcase_add_test(tcase, an_answer_that_never_ends_is_given_up);
    tcase_add_test(tcase, an_answer_that_never_ends_is_given_up_by_its_size);
    tcase_add_test(tcase, a_length_that_is_wrong_for_ever_is_given_up);
    tcase_add_test(tcase, a_command_of_impossible_size_is_not_sent);
    tcase_add_test(tcase, the_log_shows_a_plain_command_and_the_size_of_its_answer);
    tcase_add_test(tcase, the_log_cuts_long_data);
    tcase_add_test(tcase, the_log_never_shows_a_pin);
    tcase_add_test(tcase, the_log_does_not_tell_the_length_of_a_pin);
    tcase_add_test(tcase, the_log_shows_nothing_of_personal_data);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
