#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

#include "cli/colour.h"
#include "runner.h"

#define DAY  86400
#define FROM 1000000000
#define TO   (FROM + 1000 * (time_t)DAY)

static struct mn_term term_at(time_t now)
{
    return mn_term_of(&(struct mn_certificate){.not_before_time = FROM, .not_after_time = TO}, now);
}

static char *text_of(const struct mn_term *term, bool colour)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    mn_term_print(out, term, colour);
    fclose(out);
    return text;
}

START_TEST(the_state_follows_from_the_days_left)
{
    static const struct {
        time_t now;
        enum mn_term_state state;
        long days;
        const char *text;
    } table[] = {
        {FROM - 1, MN_TERM_NOT_YET, 1000, "NOT VALID before 2001-09-09 01:46:40 UTC"},
        {FROM, MN_TERM_GOOD, 1000, "valid until 2004-06-05 01:46:40 UTC (1000 days left)"},
        {TO - 90 * (time_t)DAY, MN_TERM_GOOD, 90,
         "valid until 2004-06-05 01:46:40 UTC (90 days left)"},
        {TO - 90 * (time_t)DAY + 1, MN_TERM_ENDS_SOON, 89,
         "valid until 2004-06-05 01:46:40 UTC (89 days left)"},
        {TO - DAY, MN_TERM_ENDS_SOON, 1, "valid until 2004-06-05 01:46:40 UTC (1 day left)"},
        {TO, MN_TERM_ENDS_SOON, 0, "valid until 2004-06-05 01:46:40 UTC (0 days left)"},
        {TO + 1, MN_TERM_EXPIRED, -1, "EXPIRED on 2004-06-05 01:46:40 UTC"},
    };
    struct mn_term term = term_at(table[_i].now);
    char *text = text_of(&term, false);

    ck_assert_int_eq(term.state, table[_i].state);
    ck_assert_int_eq(term.days, table[_i].days);
    ck_assert_str_eq(text, table[_i].text);
    free(text);
}
END_TEST

START_TEST(a_colour_changes_no_word)
{
    struct mn_term term = term_at(FROM);
    char *plain = text_of(&term, false), *coloured = text_of(&term, true);

    ck_assert_ptr_null(strchr(plain, '\033'));
    ck_assert_ptr_nonnull(strstr(coloured, plain));
    ck_assert_uint_eq(strlen(coloured), strlen(mn_colour(true, MN_COLOUR_GOOD)) + strlen(plain) +
                                            strlen(mn_colour_end(true)));
    free(plain);
    free(coloured);
}
END_TEST

START_TEST(programs_get_utc)
{
    struct mn_term term = term_at(TO + 1);
    json_t *json = json_object();

    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    mn_term_add_json(json, &term);
    ck_assert_str_eq(json_string_value(json_object_get(json, "valid_from")),
                     "2001-09-09T01:46:40Z");
    ck_assert_str_eq(json_string_value(json_object_get(json, "valid_until")),
                     "2004-06-05T01:46:40Z");
    ck_assert_str_eq(json_string_value(json_object_get(json, "state")), "expired");
    ck_assert(json_is_true(json_object_get(json, "expired")));
    ck_assert_int_eq(json_integer_value(json_object_get(json, "days_left")), -1);
    json_decref(json);
}
END_TEST

START_TEST(people_get_their_own_zone)
{
    char text[MN_INSTANT_ROOM];

    setenv("TZ", "JST-9", 1);
    tzset();
    mn_instant_text(FROM, text);
    ck_assert_str_eq(text, "2001-09-09 10:46:40 JST");
}
END_TEST

static void in_utc(void)
{
    setenv("TZ", "UTC0", 1);
    tzset();
}

int main(void)
{
    Suite *suite = suite_create("cli/term");
    TCase *tcase = tcase_create("term");

    tcase_add_checked_fixture(tcase, in_utc, NULL);
    tcase_add_loop_test(tcase, the_state_follows_from_the_days_left, 0, 7);
    tcase_add_test(tcase, a_colour_changes_no_word);
    tcase_add_test(tcase, programs_get_utc);
    tcase_add_test(tcase, people_get_their_own_zone);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
