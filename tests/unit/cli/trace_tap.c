#include "cli/owner/trace_tap.h"

#include <stdlib.h>
#include <string.h>

#include "cardsim_plug.h"
#include "replay.h"
#include "runner.h"

#define READER "Reader"

static struct cardsim *card;
static struct cardsim_bench *bench;
static struct mn_readers readers;
static struct mn_transport transport;
static struct mn_trace trace;
static char *said;
static size_t said_len;

static void set_up(void)
{
    bool was_reset;
    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &card), MN_OK);
    ck_assert_int_eq(cardsim_bench_new(&bench), MN_OK);
    ck_assert_int_eq(cardsim_plug(bench, READER), MN_OK);
    cardsim_insert(bench, READER, card);
    ck_assert_int_eq(cardsim_bench_open(bench, &readers), MN_OK);
    trace = (struct mn_trace){.out = open_memstream(&said, &said_len)};
    ck_assert_int_eq(mn_trace_tap(&trace, &readers), MN_OK);
    ck_assert_int_eq(readers.ops->connect(readers.self, READER, &transport), MN_OK);
    ck_assert_int_eq(transport.ops->begin(transport.self, &was_reset), MN_OK);
}

static void tear_down(void)
{
    transport.ops->end(transport.self);
    mn_transport_close(&transport);
    readers.ops->close(readers.self);
    cardsim_bench_free(&bench);
    cardsim_free(&card);
    fclose(trace.out);
    free(said);
}

static void send(const char *hex)
{
    uint8_t answer[300];
    size_t len = sizeof answer;
    ck_assert_int_eq(transport.ops->transmit(transport.self, mn_hex(hex), answer, &len), MN_OK);
    fflush(trace.out);
}

static void shown(const char *text)
{
    ck_assert_msg(strstr(said, text), "not shown: %s in %s", text, said);
}

static void not_shown(const char *text)
{
    ck_assert_msg(!strstr(said, text), "shown: %s in %s", text, said);
}

START_TEST(a_selection_is_shown_whole_and_an_answer_by_its_length)
{
    send("00A4040C0A D392F000260100000001");
    send("00B08600A0");
    shown("> 00A4040C 0AD392F000260100000001\n");
    shown("> 00B08600 and 1 bytes\n");
    shown(", 160 bytes\n");
    not_shown("3230353030303033"); /* of its serial number */
}
END_TEST

START_TEST(on_its_owners_word_the_answer_is_shown)
{
    trace.personal = true;
    send("00A4040C0A D392F000260100000001");
    send("00B08600A0");
    shown("3230353030303033");
}
END_TEST

START_TEST(of_a_pin_not_even_the_length_is_shown)
{
    trace.personal = true;
    send("00A4040C0A D392F000260100000001");
    send("0020009804 31323334");
    send("0024019804 39303732");
    send("8032009804 39303732");
    shown("> 00200098 (secret)\n< 9000");
    shown("> 00240198 (secret)\n< 9000");
    shown("> 80320098 (secret)\n");
    not_shown("0431");
    not_shown("31323334");
    not_shown("39303732");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace_tap");
    TCase *tcase = tcase_create("tap");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_selection_is_shown_whole_and_an_answer_by_its_length);
    tcase_add_test(tcase, on_its_owners_word_the_answer_is_shown);
    tcase_add_test(tcase, of_a_pin_not_even_the_length_is_shown);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
