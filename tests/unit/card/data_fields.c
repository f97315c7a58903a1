#include "card/data_fields.h"

#include "card/made_file.h"
#include "runner.h"

static struct mn_data_fields fields;

static mn_rc read_hex(const char *hex)
{
    return mn_data_fields_read(made_bytes(hex), 0xFF20, &fields);
}

START_TEST(fields_are_found_by_their_tags)
{
    struct mn_span value;
    ck_assert_int_eq(read_hex("FF20 09 DF2101AA DF2202BBCC FFFF"), MN_OK);
    ck_assert_uint_eq(fields.len, 2);
    ck_assert_int_eq(mn_data_fields_value(&fields, 0xDF22, 1, 2, &value), MN_OK);
    ck_assert_uint_eq(value.len, 2);
    ck_assert_uint_eq(value.ptr[0], 0xBB);
    ck_assert_int_eq(mn_data_fields_value(&fields, 0xDF23, 0, 9, &value), MN_E_CARD_ANSWER);
}
END_TEST

START_TEST(a_length_may_be_in_either_form)
{
    ck_assert_int_eq(read_hex("FF20 81 05 DF21 82 0000 FF"), MN_OK);
    ck_assert_uint_eq(fields.len, 1);
    ck_assert_int_eq(read_hex("FF20 820004 DF2101AA"), MN_OK);
    ck_assert_uint_eq(fields.len, 1);
}
END_TEST

START_TEST(filler_ends_the_fields)
{
    ck_assert_int_eq(read_hex("FF20 08 DF2101AA FFFFFFFF"), MN_OK);
    ck_assert_uint_eq(fields.len, 1);
    ck_assert_int_eq(read_hex("FF20 08 DF2101AA 00DF2201"), MN_OK);
    ck_assert_uint_eq(fields.len, 1);
    ck_assert_int_eq(read_hex("FF20 00"), MN_OK);
    ck_assert_uint_eq(fields.len, 0);
}
END_TEST

START_TEST(what_is_not_such_a_file_is_refused)
{
    static const char *const files[] = {
        "",                                 /* nothing */
        "FF20",                             /* no length */
        "FF21 04 DF2101AA",                 /* another file */
        "FF20 05 DF2101AA",                 /* cut short */
        "FF20 04 DF2102AA",                 /* a field that is longer than the file */
        "FF20 08 DF2101AA DF2101BB",        /* the same field twice */
        "FF20 80 DF2101AA 0000",            /* no length in it */
        "FF20 85 0000000004 DF2101AA",      /* a length longer than any */
        "FF20 84 FFFFFFFF DF2101AA",        /* more than there can be */
        "FF20 04 DFA1A1A1 0100 0000000000", /* a tag without end */
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        ck_assert_msg(read_hex(files[i]) == MN_E_CARD_ANSWER, "%s", files[i]);
}
END_TEST

START_TEST(more_fields_than_any_file_has_are_refused)
{
    ck_assert_int_eq(read_hex("FF20 24 DF2100 DF2200 DF2300 DF2400 DF2500 DF2600 DF2700 DF2800"
                              "        DF2900 DF2A00 DF2B00 DF2C00"),
                     MN_OK);
    ck_assert_uint_eq(fields.len, MN_DATA_FIELDS_MAX);
    ck_assert_int_eq(read_hex("FF20 27 DF2100 DF2200 DF2300 DF2400 DF2500 DF2600 DF2700 DF2800"
                              "        DF2900 DF2A00 DF2B00 DF2C00 DF2D00"),
                     MN_E_CARD_ANSWER);
}
END_TEST

START_TEST(a_value_has_a_length_that_makes_sense)
{
    struct mn_span value;
    ck_assert_int_eq(read_hex("FF20 05 DF2102AABB"), MN_OK);
    ck_assert_int_eq(mn_data_fields_value(&fields, 0xDF21, 3, 9, &value), MN_E_CARD_ANSWER);
    ck_assert_int_eq(mn_data_fields_value(&fields, 0xDF21, 0, 1, &value), MN_E_CARD_ANSWER);
}
END_TEST

START_TEST(a_range_is_of_fields_in_their_order)
{
    struct mn_span range;
    ck_assert_int_eq(read_hex("FF20 0C DF2101AA DF2201BB DF2301CC"), MN_OK);
    ck_assert_int_eq(mn_data_fields_range(&fields, 0xDF22, 0xDF23, &range), MN_OK);
    ck_assert_uint_eq(range.len, 8);
    ck_assert_uint_eq(range.ptr[1], 0x22);
    ck_assert_int_eq(mn_data_fields_range(&fields, 0xDF21, 0xDF21, &range), MN_OK);
    ck_assert_uint_eq(range.len, 4);
    ck_assert_int_eq(mn_data_fields_range(&fields, 0xDF23, 0xDF22, &range), MN_E_CARD_ANSWER);
    ck_assert_int_eq(mn_data_fields_range(&fields, 0xDF21, 0xDF24, &range), MN_E_CARD_ANSWER);
}
END_TEST

START_TEST(a_date_is_eight_digits)
{
    char date[MN_DATA_DATE];
    ck_assert_int_eq(read_hex("FF20 0B DF2408 3139383030323137"), MN_OK);
    ck_assert_int_eq(mn_data_fields_date(&fields, 0xDF24, date), MN_OK);
    ck_assert_str_eq(date, "19800217");
    ck_assert_int_eq(read_hex("FF20 0B DF2408 313938303032313A"), MN_OK);
    ck_assert_int_eq(mn_data_fields_date(&fields, 0xDF24, date), MN_E_CARD_ANSWER);
    ck_assert_int_eq(read_hex("FF20 0A DF2407 31393830303231"), MN_OK);
    ck_assert_int_eq(mn_data_fields_date(&fields, 0xDF24, date), MN_E_CARD_ANSWER);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("data fields");
    TCase *all = tcase_create("all");
    tcase_add_test(all, fields_are_found_by_their_tags);
    tcase_add_test(all, a_length_may_be_in_either_form);
    tcase_add_test(all, filler_ends_the_fields);
    tcase_add_test(all, what_is_not_such_a_file_is_refused);
    tcase_add_test(all, more_fields_than_any_file_has_are_refused);
    tcase_add_test(all, a_value_has_a_length_that_makes_sense);
    tcase_add_test(all, a_range_is_of_fields_in_their_order);
    tcase_add_test(all, a_date_is_eight_digits);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
