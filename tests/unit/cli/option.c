#include "cli/option.h"

#include <getopt.h> /* optind */
#include <stdlib.h>
#include <string.h>

#include "cli/verb.h"
#include "runner.h"

static unsigned helps;

static void print_help(void)
{
    helps++;
}

static bool read_small(const char *word, void *out)
{
    int *number = out;
    *number = atoi(word);
    return *number < 10;
}

static struct {
    bool loud, force;
    const char *file;
    int number;
} got;

static const struct mn_option options[] = {{"loud", .set = &got.loud, .letter = 'l'},
                                           {"force", .set = &got.force},
                                           {"file", .word = &got.file, .letter = 'f'},
                                           {"number", .read = read_small, .out = &got.number},
                                           {0}};

#define READ(...) read_words((const char *[]){"verb", __VA_ARGS__, NULL})

static char *arguments[8];
static int argument_count;

static int read_words(const char **words)
{
    memset(&got, 0, sizeof got);
    helps = 0;
    optind = 0; /* begin anew: a process reads its options once */
    for (argument_count = 0; words[argument_count]; argument_count++) {
        free(arguments[argument_count]);
        arguments[argument_count] = strdup(words[argument_count]);
        ck_assert_ptr_nonnull(arguments[argument_count]);
    }
    return mn_options_read(argument_count, arguments, options, print_help);
}

START_TEST(options_go_where_the_table_says)
{
    ck_assert_int_eq(READ("--loud", "--file", "a", "--number=7", "word"), -1);
    ck_assert(got.loud && !got.force);
    ck_assert_str_eq(got.file, "a");
    ck_assert_int_eq(got.number, 7);
    ck_assert_int_eq(argument_count - optind, 1);
}
END_TEST

START_TEST(options_have_short_names)
{
    ck_assert_int_eq(READ("-lf", "a"), -1);
    ck_assert(got.loud);
    ck_assert_str_eq(got.file, "a");
    ck_assert_int_eq(optind, argument_count);
}
END_TEST

START_TEST(what_stands_behind_two_dashes_is_a_word)
{
    ck_assert_int_eq(READ("--", "--loud"), -1);
    ck_assert(!got.loud);
    ck_assert_int_eq(argument_count - optind, 1);
}
END_TEST

START_TEST(help_ends_it_well)
{
    ck_assert_int_eq(READ("--loud", "--help", "--number", "99"), MN_EXIT_OK);
    ck_assert_uint_eq(helps, 1);
    ck_assert_int_eq(READ("-h"), MN_EXIT_OK);
    ck_assert_uint_eq(helps, 1);
}
END_TEST

START_TEST(what_is_no_option_or_makes_no_sense_is_wrong_use)
{
    ck_assert_int_eq(READ("--quiet"), MN_EXIT_USAGE);
    ck_assert_int_eq(READ("-q"), MN_EXIT_USAGE);
    ck_assert_int_eq(READ("--file"), MN_EXIT_USAGE);
    ck_assert_int_eq(READ("--loud=yes"), MN_EXIT_USAGE);
    ck_assert_int_eq(READ("--number", "10"), MN_EXIT_USAGE);
    ck_assert_uint_eq(helps, 0);
}
END_TEST

START_TEST(a_verb_without_words_refuses_them)
{
    ck_assert_int_eq(READ("--loud"), -1);
    ck_assert(mn_options_end(argument_count, arguments, "verb"));
    ck_assert_int_eq(READ("--loud", "word"), -1);
    ck_assert(!mn_options_end(argument_count, arguments, "verb"));
    ck_assert_int_eq(mn_options_wrong("verb"), MN_EXIT_USAGE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/option");
    TCase *tcase = tcase_create("option");

    tcase_add_test(tcase, options_go_where_the_table_says);
    tcase_add_test(tcase, options_have_short_names);
    tcase_add_test(tcase, what_stands_behind_two_dashes_is_a_word);
    tcase_add_test(tcase, help_ends_it_well);
    tcase_add_test(tcase, what_is_no_option_or_makes_no_sense_is_wrong_use);
    tcase_add_test(tcase, a_verb_without_words_refuses_them);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
