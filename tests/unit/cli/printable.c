#include "cli/printable.h"

#include <string.h>

#include "runner.h"

static const struct {
    const char *in;
    const char *out;
} texts[] = {
    {"", ""},
    {"/p/a b.default", "/p/a b.default"},
    {"\xE4\xBB\x95\xE4\xBA\x8B", "\xE4\xBB\x95\xE4\xBA\x8B"},
    {"\xF0\x9F\x92\xB3", "\xF0\x9F\x92\xB3"},
    {"a\x1B[2Jb\x7F\n", "a?[2Jb??"},
    {"\xC2\x9B", "?"},
    {"\x82\xA0", "??"},
    {"\xC0\xAF", "??"},
    {"\xED\xA0\x80", "???"},
    {"\xF4\x90\x80\x80", "????"},
    {"\xE4\xBB", "??"},
    {"a\u202Eb\u202Cc", "a?b?c"},
    {"\u2066\u2069\u200E\u200F\u061C\u2028\u2029", "???????"},
    {"\u202F\u2027\u2065\u200D\u061B", "\u202F\u2027\u2065\u200D\u061B"},
};

START_TEST(what_a_terminal_obeys_or_nobody_can_read_is_a_question_mark)
{
    ck_assert_str_eq(mn_printable(texts[_i].in), texts[_i].out);
}
END_TEST

START_TEST(a_long_text_is_cut)
{
    static char text[10000];

    memset(text, 'x', sizeof text - 1);
    ck_assert_uint_lt(strlen(mn_printable(text)), 4096);
    ck_assert_uint_gt(strlen(mn_printable(text)), 4000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/printable");
    TCase *tcase = tcase_create("printable");

    tcase_add_loop_test(tcase, what_a_terminal_obeys_or_nobody_can_read_is_a_question_mark, 0,
                        sizeof texts / sizeof texts[0]);
    tcase_add_test(tcase, a_long_text_is_cut);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
