#include "cli/authority/csv.h"

#include <stdlib.h>
#include <string.h>

#include "runner.h"

/* What a row of one cell is written as. */
static char *written(const char *cell)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(out);
    mn_csv_print(out, &cell, 1);
    fclose(out);
    return text;
}

static const struct {
    const char *cell, *written;
} rows[] = {
    {"", "\"\"\r\n"},
    {"黒桐　幹也", "\"黒桐　幹也\"\r\n"},
    {"a,b", "\"a,b\"\r\n"},
    {"said \"no\"", "\"said \"\"no\"\"\"\r\n"},
    {"two\nlines", "\"two\nlines\"\r\n"},
    {"=HYPERLINK(\"http://a\")", "\"'=HYPERLINK(\"\"http://a\"\")\"\r\n"},
    {"+1", "\"'+1\"\r\n"},
    {"-1", "\"'-1\"\r\n"},
    {"@SUM(1)", "\"'@SUM(1)\"\r\n"},
    {"\t=1", "\"'\t=1\"\r\n"},
    {"  =1", "\"'  =1\"\r\n"},
    {"　＝1", "\"'　＝1\"\r\n"},
    {"＝1+1", "\"'＝1+1\"\r\n"},
    {"－1", "\"'－1\"\r\n"},
    {"１－２－３", "\"１－２－３\"\r\n"},
};

START_TEST(a_cell_is_quoted_and_never_a_formula)
{
    char *text = written(rows[_i].cell);

    ck_assert_str_eq(text, rows[_i].written);
    free(text);
}
END_TEST

START_TEST(cells_are_parted_by_commas)
{
    const char *const cells[] = {"1", "", "b"};
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(out);
    mn_csv_begin(out);
    mn_csv_print(out, cells, 3);
    fclose(out);
    ck_assert_str_eq(text, "\xEF\xBB\xBF\"1\",\"\",\"b\"\r\n");
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/csv");
    TCase *tcase = tcase_create("csv");

    tcase_add_loop_test(tcase, a_cell_is_quoted_and_never_a_formula, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tcase, cells_are_parted_by_commas);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
