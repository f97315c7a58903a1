#include "cli/japanese_date.h"

#include <string.h>

#include "runner.h"

static void assert_era(int year, int month, int day, const char *name, int of_era)
{
    struct mn_date date = {year, month, day};
    int found = 0;
    const struct mn_era *era = mn_date_era(&date, &found);
    ck_assert_ptr_nonnull(era);
    ck_assert_str_eq(era->name, name);
    ck_assert_int_eq(found, of_era);
}

static void assert_read(const char *text, int year, int month, int day)
{
    struct mn_date date = {0};
    ck_assert_msg(mn_date_read(text, &date), "%s", text);
    ck_assert_int_eq(date.year, year);
    ck_assert_int_eq(date.month, month);
    ck_assert_int_eq(date.day, day);
}

START_TEST(an_era_begins_on_its_first_day)
{
    assert_era(1980, 2, 17, "昭和", 55);
    assert_era(1868, 1, 25, "明治", 1);
    assert_era(1912, 7, 29, "明治", 45);
    assert_era(1912, 7, 30, "大正", 1);
    assert_era(1926, 12, 24, "大正", 15);
    assert_era(1926, 12, 25, "昭和", 1);
    assert_era(1989, 1, 7, "昭和", 64);
    assert_era(1989, 1, 8, "平成", 1);
    assert_era(2019, 4, 30, "平成", 31);
    assert_era(2019, 5, 1, "令和", 1);
}
END_TEST

START_TEST(before_the_first_era_there_is_none)
{
    int year = 0;
    ck_assert_ptr_null(mn_date_era(&(struct mn_date){1868, 1, 24}, &year));
    ck_assert_str_eq(mn_era_of_number(3)->latin, "Showa");
    ck_assert_ptr_null(mn_era_of_number(0));
    ck_assert_ptr_null(mn_era_of_number(6));
}
END_TEST

START_TEST(a_date_is_read_in_all_usual_forms)
{
    assert_read("1980-02-17", 1980, 2, 17);
    assert_read("1980/2/17", 1980, 2, 17);
    assert_read("19800217", 1980, 2, 17);
    assert_read(" 1980年2月17日 ", 1980, 2, 17);
    assert_read("S55.2.17", 1980, 2, 17);
    assert_read("s55-02-17", 1980, 2, 17);
    assert_read("昭和55年2月17日", 1980, 2, 17);
    assert_read("昭和５５年２月１７日", 1980, 2, 17);
    assert_read("平成元年1月8日", 1989, 1, 8);
    assert_read("R1.5.1", 2019, 5, 1);
    assert_read("2000-02-29", 2000, 2, 29);
}
END_TEST

START_TEST(what_is_no_date_is_refused)
{
    static const char *const texts[] = {
        "",
        "1980",
        "80-02-17",
        "1980-02-30",
        "1980-13-01",
        "1980-00-10",
        "2100-02-29",
        "1980-02-17x",
        "1980021",
        "198002171",
        "S55",
        "X55.2.17",
        "昭和65年1月1日",
        "平成1年1月7日",
        "S0.1.1",
        "1980-02--17",
        "令和元年4月30日",
        "元年1月1日",
    };
    struct mn_date date;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(!mn_date_read(texts[i], &date), "%s", texts[i]);
    ck_assert(mn_date_read_digits("19800217", 8, &date));
    ck_assert(!mn_date_read_digits("19800217", 7, &date));
    ck_assert(!mn_date_read_digits("1980O217", 8, &date));
    ck_assert(!mn_date_read_digits("19800231", 8, &date));
}
END_TEST

START_TEST(a_date_is_told_with_its_era)
{
    ck_assert_str_eq(mn_date_text(&(struct mn_date){1980, 2, 17}), "1980-02-17 (昭和 55)");
    ck_assert_str_eq(mn_date_text(&(struct mn_date){1989, 1, 8}), "1989-01-08 (平成 1)");
    ck_assert_str_eq(mn_date_text(&(struct mn_date){1850, 1, 2}), "1850-01-02");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("japanese date");
    TCase *all = tcase_create("all");
    tcase_add_test(all, an_era_begins_on_its_first_day);
    tcase_add_test(all, before_the_first_era_there_is_none);
    tcase_add_test(all, a_date_is_read_in_all_usual_forms);
    tcase_add_test(all, what_is_no_date_is_refused);
    tcase_add_test(all, a_date_is_told_with_its_era);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
