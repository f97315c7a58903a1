/* A transport whose answers are cut from a string. */
#include "fuzz_plug.h"
#include "runner.h"

static struct mn_transport transport;

static void open_script(const char *bytes, size_t len)
{
    ck_assert_int_eq(cardsim_fuzz_open(mn_span(bytes, len), &transport), MN_OK);
}

#define SCRIPT(literal) open_script(literal, sizeof(literal) - 1)

static void teardown(void)
{
    mn_transport_close(&transport);
}

static mn_rc begin(bool *was_reset)
{
    return transport.ops->begin(transport.self, was_reset);
}

static mn_rc transmit(uint8_t *answer, size_t *len)
{
    return transport.ops->transmit(transport.self, mn_span("\x00\xA4\x00\x00", 4), answer, len);
}

static void expect_answer(const char *bytes, size_t len)
{
    uint8_t answer[64];
    size_t got = sizeof(answer);
    ck_assert_int_eq(transmit(answer, &got), MN_OK);
    ck_assert_uint_eq(got, len);
    ck_assert_mem_eq(answer, bytes, len);
}

static void expect_failure(mn_rc rc)
{
    uint8_t answer[64];
    size_t got = sizeof(answer);
    ck_assert_int_eq(transmit(answer, &got), rc);
}

START_TEST(answers_come_in_their_order)
{
    SCRIPT("\x00\x02\x90\x00\x00\x04\xAA\xBB\x63\xC3");
    expect_answer("\x90\x00", 2);
    expect_answer("\xAA\xBB\x63\xC3", 4);
}
END_TEST

START_TEST(the_end_of_the_string_is_the_cards_removal)
{
    bool was_reset;
    SCRIPT("\x00\x02\x90\x00");
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    expect_answer("\x90\x00", 2);
    expect_failure(MN_E_REMOVED);
    ck_assert_int_eq(begin(&was_reset), MN_E_REMOVED);
}
END_TEST

START_TEST(a_chunk_that_is_cut_short_is_what_there_is)
{
    SCRIPT("\x00\x09\x01\x90\x00");
    expect_answer("\x01\x90\x00", 3);
}
END_TEST

START_TEST(no_answer_has_fewer_than_two_bytes)
{
    SCRIPT("\x00\x00\x00\x01\x90\x00\x02\x90\x00");
    expect_failure(MN_E_COMM);
    expect_failure(MN_E_COMM);
    expect_answer("\x90\x00", 2);
}
END_TEST

START_TEST(an_answer_that_does_not_fit_is_no_answer)
{
    uint8_t small[3];
    size_t len = sizeof(small);
    SCRIPT("\x00\x04\x01\x02\x90\x00\x00\x02\x90\x00");
    ck_assert_int_eq(transmit(small, &len), MN_E_COMM);
    expect_answer("\x90\x00", 2);
}
END_TEST

START_TEST(a_string_can_ask_for_reset_and_removal)
{
    bool was_reset = false;
    SCRIPT("\xFF\xFE\xFF\xFF\x00\x02\x90\x00");
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(!was_reset);
    expect_failure(MN_E_COMM);
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
    expect_failure(MN_E_REMOVED);
    expect_failure(MN_E_REMOVED);
}
END_TEST

START_TEST(a_power_cycle_is_a_reset)
{
    bool was_reset = true;
    SCRIPT("\x00\x02\x90\x00");
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert_int_eq(transport.ops->power_cycle(transport.self), MN_OK);
    transport.ops->end(transport.self);
    was_reset = false;
    ck_assert_int_eq(begin(&was_reset), MN_OK);
    ck_assert(was_reset);
    ck_assert(transport.ops->carries_extended(transport.self));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        answers_come_in_their_order,
        the_end_of_the_string_is_the_cards_removal,
        a_chunk_that_is_cut_short_is_what_there_is,
        no_answer_has_fewer_than_two_bytes,
        an_answer_that_does_not_fit_is_no_answer,
        a_string_can_ask_for_reset_and_removal,
        a_power_cycle_is_a_reset,
    };
    Suite *suite = suite_create("cardsim fuzz plug");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, NULL, teardown);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
