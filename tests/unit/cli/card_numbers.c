#include "cli/face/card_numbers.h"

#include "runner.h"

static char a[MN_NUMBER_A_DIGITS + 1], b[MN_NUMBER_B_DIGITS + 1];

START_TEST(number_a_is_my_number_however_it_is_grouped)
{
    static const char *const texts[] = {"537686677188", "5376 8667 7188", "5376-8667-7188"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ck_assert_int_eq(mn_number_a_read(texts[i], a), MN_NUMBER_FINE);
        ck_assert_str_eq(a, "537686677188");
    }
}
END_TEST

/* Every digit mistyped as every other: with this check digit all but a few are seen. */
START_TEST(a_mistyped_digit_does_not_fit_the_last)
{
    unsigned missed = 0;
    for (int at = 0; at < 12; at++)
        for (char digit = '0'; digit <= '9'; digit++) {
            char text[] = "537686677188";
            if (text[at] == digit)
                continue;
            text[at] = digit;
            missed += mn_number_a_read(text, a) == MN_NUMBER_FINE;
        }
    ck_assert_uint_le(missed, 2);
    ck_assert_int_eq(mn_number_a_read("537686677189", a), MN_NUMBER_CHECK);
    ck_assert_int_eq(mn_number_a_read("357686677188", a), MN_NUMBER_CHECK);
}
END_TEST

START_TEST(the_check_digit_is_that_of_the_ordinance)
{
    /* remainders of 0 and 1 give 0 */
    ck_assert_int_eq(mn_number_a_read("000000000000", a), MN_NUMBER_FINE);
    ck_assert_int_eq(mn_number_a_read("000000000060", a), MN_NUMBER_FINE);
    ck_assert_int_eq(mn_number_a_read("123456789018", a), MN_NUMBER_FINE);
}
END_TEST

START_TEST(number_a_has_twelve_digits)
{
    static const char *const texts[] = {"", "53768667718", "5376866771880", "53768667718x",
                                        "５３７６８６６７７１８８"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_int_eq(mn_number_a_read(texts[i], a), MN_NUMBER_DIGITS);
}
END_TEST

START_TEST(number_b_has_the_year_of_the_era)
{
    ck_assert_int_eq(mn_number_b_make("1980-02-17", "2035", "2285", b), MN_NUMBER_FINE);
    ck_assert_str_eq(b, "55021720352285");
    ck_assert_int_eq(mn_number_b_make("平成元年1月8日", "2035", "0001", b), MN_NUMBER_FINE);
    ck_assert_str_eq(b, "01010820350001");
    ck_assert_int_eq(mn_number_b_make("1989-01-07", "2035", "0001", b), MN_NUMBER_FINE);
    ck_assert_str_eq(b, "64010720350001");
    ck_assert_int_eq(mn_number_b_read(" S55.2.17\t2035  2285 ", b), MN_NUMBER_FINE);
    ck_assert_str_eq(b, "55021720352285");
}
END_TEST

START_TEST(number_b_has_the_western_year_where_the_card_prints_that)
{
    static const char *const births[] = {"AD1980-02-17", "ad 1980.2.17", "西暦1980年2月17日"};
    for (size_t i = 0; i < sizeof births / sizeof births[0]; i++) {
        ck_assert_int_eq(mn_number_b_make(births[i], "2035", "2285", b), MN_NUMBER_FINE);
        ck_assert_str_eq(b, "80021720352285");
    }
    ck_assert_int_eq(mn_number_b_read("AD2001-02-03 2035 2285", b), MN_NUMBER_FINE);
    ck_assert_str_eq(b, "01020320352285");
    ck_assert_int_eq(mn_number_b_make("AD1980-02-30", "2035", "2285", b), MN_NUMBER_BIRTH);
    ck_assert_int_eq(mn_number_b_make("AD", "2035", "2285", b), MN_NUMBER_BIRTH);
}
END_TEST

START_TEST(what_cannot_be_number_b_is_told_by_its_part)
{
    ck_assert_int_eq(mn_number_b_make("1980-02-30", "2035", "2285", b), MN_NUMBER_BIRTH);
    ck_assert_int_eq(mn_number_b_make("1868-01-24", "2035", "2285", b), MN_NUMBER_BIRTH);
    ck_assert_int_eq(mn_number_b_make("1980-02-17", "1935", "2285", b), MN_NUMBER_EXPIRY);
    ck_assert_int_eq(mn_number_b_make("1980-02-17", "35", "2285", b), MN_NUMBER_EXPIRY);
    ck_assert_int_eq(mn_number_b_make("1980-02-17", "2035", "228", b), MN_NUMBER_CODE);
    ck_assert_int_eq(mn_number_b_make("1980-02-17", "2035", "22850", b), MN_NUMBER_CODE);
    ck_assert_int_eq(mn_number_b_read("1980-02-17 2035", b), MN_NUMBER_PARTS);
    ck_assert_int_eq(mn_number_b_read("1980-02-17 2035 2285 1", b), MN_NUMBER_PARTS);
    ck_assert_int_eq(mn_number_b_read("", b), MN_NUMBER_PARTS);
    ck_assert_str_eq(b, "");
}
END_TEST

START_TEST(each_fault_has_a_sentence)
{
    for (int fault = MN_NUMBER_DIGITS; fault <= MN_NUMBER_PARTS; fault++)
        ck_assert_str_ne(mn_number_fault_text((enum mn_number_fault)fault), "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("card numbers");
    TCase *all = tcase_create("all");
    tcase_add_test(all, number_a_is_my_number_however_it_is_grouped);
    tcase_add_test(all, a_mistyped_digit_does_not_fit_the_last);
    tcase_add_test(all, the_check_digit_is_that_of_the_ordinance);
    tcase_add_test(all, number_a_has_twelve_digits);
    tcase_add_test(all, number_b_has_the_year_of_the_era);
    tcase_add_test(all, number_b_has_the_western_year_where_the_card_prints_that);
    tcase_add_test(all, what_cannot_be_number_b_is_told_by_its_part);
    tcase_add_test(all, each_fault_has_a_sentence);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
