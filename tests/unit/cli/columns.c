#include "cli/columns.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

static void assert_printed(const char *label, size_t width, const char *value, const char *line)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    mn_columns_print(out, label, width, value);
    fclose(out);
    ck_assert_str_eq(text, line);
    free(text);
}

START_TEST(wide_characters_are_two_columns)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    ck_assert_uint_eq(mn_columns(""), 0);
    ck_assert_uint_eq(mn_columns("name"), 4);
    ck_assert_uint_eq(mn_columns("氏名"), 4);
    ck_assert_uint_eq(mn_columns("１２－７"), 8);
    ck_assert_uint_eq(mn_columns("a\xFF"), 2); /* no text: its bytes */
}
END_TEST

START_TEST(columns_are_filled_up)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    assert_printed("氏名", 8, "黒桐", "  氏名      黒桐\n");
    assert_printed("name", 8, "黒桐", "  name      黒桐\n");
    assert_printed("longer than that", 8, "x", "  longer than that  x\n");
}
END_TEST

START_TEST(a_locale_without_such_characters_counts_bytes)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C"));
    ck_assert_uint_eq(mn_columns("氏名"), strlen("氏名"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/columns");
    TCase *tcase = tcase_create("columns");

    tcase_add_test(tcase, wide_characters_are_two_columns);
    tcase_add_test(tcase, columns_are_filled_up);
    tcase_add_test(tcase, a_locale_without_such_characters_counts_bytes);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
