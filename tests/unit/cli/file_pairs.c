#include "cli/verify/file_pairs.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scratch.h"
#include "runner.h"

static struct mn_file_pairs pairs;

static void set_up(void)
{
    ck_assert_int_eq(chdir(mn_scratch_path("")), 0);
}

static void tear_down(void)
{
    mn_file_pairs_release(&pairs);
}

static void read_words(size_t count, ...)
{
    char *words[8];
    va_list list;
    va_start(list, count);
    for (size_t i = 0; i < count; i++)
        words[i] = va_arg(list, char *);
    va_end(list);
    mn_file_pairs_release(&pairs);
    ck_assert_int_eq(mn_file_pairs_read(words, count, &pairs), MN_OK);
}

static void is(size_t i, const char *path, const char *signature)
{
    ck_assert_uint_lt(i, pairs.len);
    ck_assert_str_eq(pairs.at[i].path, path);
    ck_assert_str_eq(pairs.at[i].signature, signature);
}

START_TEST(a_signature_lies_beside_its_file)
{
    mn_scratch_write("letter.pdf.mnsgn", "");
    read_words(1, "letter.pdf");
    is(0, "letter.pdf", "letter.pdf.mnsgn");
}
END_TEST

START_TEST(one_that_is_not_there_has_the_name_it_should_have)
{
    read_words(1, "letter.pdf");
    is(0, "letter.pdf", "letter.pdf.mnsgn");
}
END_TEST

START_TEST(a_certificates_signature_has_its_name_without_the_ending)
{
    mn_scratch_write("Cert.mnsgn", "");
    mn_scratch_write("Cert.cer", "");
    read_words(1, "Cert.cer");
    is(0, "Cert.cer", "Cert.mnsgn");
    read_words(1, "Cert.mnsgn");
    is(0, "Cert.cer", "Cert.mnsgn");
}
END_TEST

START_TEST(of_both_the_whole_name_counts)
{
    mn_scratch_write("a.mnsgn", "");
    mn_scratch_write("a.pdf.mnsgn", "");
    read_words(1, "a.pdf");
    is(0, "a.pdf", "a.pdf.mnsgn");
}
END_TEST

START_TEST(two_words_are_a_file_and_its_signature)
{
    read_words(2, "letter.pdf", "elsewhere/other.mnsgn");
    is(0, "letter.pdf", "elsewhere/other.mnsgn");
    ck_assert_uint_eq(pairs.len, 1);
}
END_TEST

START_TEST(what_a_shell_finds_in_a_folder_comes_once)
{
    read_words(5, "a", "a.mnsgn", "b", "b.mnsgn", "c.mnsgn");
    ck_assert_uint_eq(pairs.len, 3);
    is(0, "a", "a.mnsgn");
    is(1, "b", "b.mnsgn");
    is(2, "c", "c.mnsgn");
}
END_TEST

START_TEST(a_dot_in_a_folders_name_is_no_ending)
{
    read_words(1, "a.b/letter");
    is(0, "a.b/letter", "a.b/letter.mnsgn");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/file_pairs");
    TCase *tcase = tcase_create("file_pairs");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_signature_lies_beside_its_file);
    tcase_add_test(tcase, one_that_is_not_there_has_the_name_it_should_have);
    tcase_add_test(tcase, a_certificates_signature_has_its_name_without_the_ending);
    tcase_add_test(tcase, of_both_the_whole_name_counts);
    tcase_add_test(tcase, two_words_are_a_file_and_its_signature);
    tcase_add_test(tcase, what_a_shell_finds_in_a_folder_comes_once);
    tcase_add_test(tcase, a_dot_in_a_folders_name_is_no_ending);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
