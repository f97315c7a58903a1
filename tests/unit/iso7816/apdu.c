#include "iso7816/apdu.h"

#include <string.h>

#include "runner.h"

static uint8_t data[65536];

static void fill_data(void)
{
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7 + 1);
}

/* Encodes 00 A4 04 0C with nc bytes of data and ne, and compares: header, then head, then the
 * data, then tail. */
static void assert_encoded(size_t nc, size_t ne, struct mn_span head, struct mn_span tail)
{
    struct mn_apdu apdu = {
        .ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = mn_span(data, nc), .ne = ne};
    struct mn_bytes out = {0}, wanted = {0};

    ck_assert_int_eq(mn_bytes_append(&wanted, mn_span("\x00\xA4\x04\x0C", 4)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&wanted, head), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&wanted, mn_span(data, nc)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&wanted, tail), MN_OK);
    ck_assert_int_eq(mn_apdu_encode(&apdu, &out), MN_OK);
    ck_assert_msg(mn_span_equal(mn_bytes_span(&out), mn_bytes_span(&wanted)), "Nc %zu, Ne %zu", nc,
                  ne);
    mn_bytes_free(&out);
    mn_bytes_free(&wanted);
}

#define NOTHING mn_span(NULL, 0)

START_TEST(a_command_without_data_and_answer_is_its_header)
{
    assert_encoded(0, 0, NOTHING, NOTHING);
}
END_TEST

START_TEST(up_to_256_bytes_are_wanted_back_in_one_byte)
{
    assert_encoded(0, 1, NOTHING, mn_span("\x01", 1));
    assert_encoded(0, 255, NOTHING, mn_span("\xFF", 1));
    assert_encoded(0, 256, NOTHING, mn_span("\x00", 1));
}
END_TEST

START_TEST(more_bytes_are_wanted_back_in_the_extended_form)
{
    assert_encoded(0, 257, NOTHING, mn_span("\x00\x01\x01", 3));
    assert_encoded(0, 65535, NOTHING, mn_span("\x00\xFF\xFF", 3));
    assert_encoded(0, 65536, NOTHING, mn_span("\x00\x00\x00", 3));
}
END_TEST

START_TEST(up_to_255_bytes_are_sent_in_the_short_form)
{
    assert_encoded(1, 0, mn_span("\x01", 1), NOTHING);
    assert_encoded(255, 0, mn_span("\xFF", 1), NOTHING);
}
END_TEST

START_TEST(more_bytes_are_sent_in_the_extended_form)
{
    assert_encoded(256, 0, mn_span("\x00\x01\x00", 3), NOTHING);
    assert_encoded(65535, 0, mn_span("\x00\xFF\xFF", 3), NOTHING);
}
END_TEST

START_TEST(data_both_ways_are_short_while_both_fit)
{
    assert_encoded(1, 1, mn_span("\x01", 1), mn_span("\x01", 1));
    assert_encoded(255, 256, mn_span("\xFF", 1), mn_span("\x00", 1));
}
END_TEST

START_TEST(data_both_ways_are_extended_as_soon_as_one_does_not_fit)
{
    assert_encoded(256, 1, mn_span("\x00\x01\x00", 3), mn_span("\x00\x01", 2));
    assert_encoded(256, 256, mn_span("\x00\x01\x00", 3), mn_span("\x01\x00", 2));
    assert_encoded(1, 257, mn_span("\x00\x00\x01", 3), mn_span("\x01\x01", 2));
    assert_encoded(65535, 65536, mn_span("\x00\xFF\xFF", 3), mn_span("\x00\x00", 2));
}
END_TEST

START_TEST(sizes_that_no_command_has_are_refused_and_change_nothing)
{
    struct mn_apdu too_much = {.data = mn_span(data, 65536)};
    struct mn_apdu too_long = {.ne = 65537};
    struct mn_bytes out = {0};

    ck_assert_int_eq(mn_bytes_set(&out, mn_span("old", 3)), MN_OK);
    ck_assert_int_eq(mn_apdu_encode(&too_much, &out), MN_E_ARGUMENT);
    ck_assert_int_eq(mn_apdu_encode(&too_long, &out), MN_E_ARGUMENT);
    ck_assert(mn_span_equal(mn_bytes_span(&out), mn_span("old", 3)));
    mn_bytes_free(&out);
}
END_TEST

START_TEST(every_byte_of_the_header_is_as_given)
{
    struct mn_apdu apdu = {.cla = 0x80, .ins = 0x2A, .p1 = 0x04, .p2 = 0x97};
    struct mn_bytes out = {0};

    ck_assert_int_eq(mn_bytes_set(&out, mn_span("old", 3)), MN_OK);
    ck_assert_int_eq(mn_apdu_encode(&apdu, &out), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&out), mn_span("\x80\x2A\x04\x97", 4)));
    mn_bytes_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("iso7816/apdu");
    TCase *tcase = tcase_create("apdu");

    tcase_add_unchecked_fixture(tcase, fill_data, NULL);
    tcase_add_test(tcase, a_command_without_data_and_answer_is_its_header);
    tcase_add_test(tcase, up_to_256_bytes_are_wanted_back_in_one_byte);
    tcase_add_test(tcase, more_bytes_are_wanted_back_in_the_extended_form);
    tcase_add_test(tcase, up_to_255_bytes_are_sent_in_the_short_form);
    tcase_add_test(tcase, more_bytes_are_sent_in_the_extended_form);
    tcase_add_test(tcase, data_both_ways_are_short_while_both_fit);
    tcase_add_test(tcase, data_both_ways_are_extended_as_soon_as_one_does_not_fit);
    tcase_add_test(tcase, sizes_that_no_command_has_are_refused_and_change_nothing);
    tcase_add_test(tcase, every_byte_of_the_header_is_as_given);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
