#include "cli/issue/validity.h"

#include <string.h>

#include "runner.h"

static time_t at(const char *text)
{
    struct tm tm = {0};

    ck_assert_ptr_nonnull(strptime(text, "%Y-%m-%d %H:%M:%S", &tm));
    return timegm(&tm);
}

static void assert_two_years(const char *from, const char *to)
{
    ck_assert_int_eq(mn_years_later(at(from), 2), at(to));
}

START_TEST(two_years_are_by_the_calendar)
{
    assert_two_years("2026-11-22 05:30:01", "2028-11-22 05:30:01");
    assert_two_years("2026-03-01 00:00:00", "2028-03-01 00:00:00"); /* over a leap day */
    assert_two_years("2027-12-31 23:59:59", "2029-12-31 23:59:59");
    assert_two_years("2036-07-01 12:00:00", "2038-07-01 12:00:00"); /* over 2^31 seconds */
}
END_TEST

START_TEST(a_leap_day_becomes_the_day_before)
{
    assert_two_years("2028-02-29 05:30:01", "2030-02-28 05:30:01");
    ck_assert_int_eq(mn_years_later(at("2028-02-29 05:30:01"), 4), at("2032-02-29 05:30:01"));
    ck_assert_int_eq(mn_years_later(at("2028-02-29 00:00:00"), 1), at("2029-02-28 00:00:00"));
}
END_TEST

START_TEST(days_left_are_whole_ones)
{
    time_t now = at("2026-11-22 05:30:01");

    ck_assert_int_eq(mn_days_until(now, now), 0);
    ck_assert_int_eq(mn_days_until(now, now + 86399), 0);
    ck_assert_int_eq(mn_days_until(now, now + 90L * 86400), 90);
    ck_assert_int_eq(mn_days_until(now, now + 90L * 86400 - 1), 89);
    ck_assert_int_eq(mn_days_until(now, now - 1), -1);
    ck_assert_int_eq(mn_days_until(now, now - 86400), -1);
    ck_assert_int_eq(mn_days_until(now, now - 86401), -2);
}
END_TEST

START_TEST(a_stamp_sorts_by_time)
{
    char stamp[MN_STAMP_ROOM];

    mn_stamp(at("2026-11-22 05:30:01"), stamp);
    ck_assert_str_eq(stamp, "20261122-053001");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/validity");
    TCase *tcase = tcase_create("validity");

    tcase_add_test(tcase, two_years_are_by_the_calendar);
    tcase_add_test(tcase, a_leap_day_becomes_the_day_before);
    tcase_add_test(tcase, days_left_are_whole_ones);
    tcase_add_test(tcase, a_stamp_sorts_by_time);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
