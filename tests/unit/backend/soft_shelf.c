/* The shelf of software certificates. */
#include "backend/soft_shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/made_pfx.h"
#include "base/scratch.h"
#include "runner.h"

static struct mn_soft_entry entry, found;
static unsigned number;

static void set_up(void)
{
    setenv("XDG_DATA_HOME", mn_scratch_path("data"), 1);
    entry = made_entry("/somewhere/soft.pfx");
}

static void tear_down(void)
{
    mn_soft_entry_release(&entry);
    mn_soft_entry_release(&found);
}

/* Another certificate: the shelf does not look into it. */
static void make_other(unsigned which)
{
    char der[16];
    snprintf(entry.path, sizeof entry.path, "/somewhere/other-%u.pfx", which);
    int n = snprintf(der, sizeof der, "other %u", which);
    ck_assert_int_eq(mn_bytes_set(&entry.certificate, mn_span(der, (size_t)n)), MN_OK);
}

static mn_rc add(void)
{
    return mn_soft_shelf_add(&entry, &number);
}

static size_t count(void)
{
    struct mn_soft_glance glance;
    size_t n = 0;
    mn_soft_shelf_look(&glance);
    for (unsigned i = 1; i <= MN_SOFT_MAX; i++)
        n += glance.at[i] != 0;
    return n;
}

START_TEST(what_is_put_there_is_found_there)
{
    struct stat st;
    ck_assert_uint_eq(count(), 0);
    ck_assert_int_eq(add(), MN_OK);
    ck_assert_uint_eq(number, 1);
    ck_assert_uint_eq(count(), 1);
    ck_assert_int_eq(mn_soft_shelf_read(1, &found), MN_OK);
    ck_assert_str_eq(found.path, entry.path);
    ck_assert_str_eq(found.label, "Software");
    ck_assert(mn_span_equal(mn_bytes_span(&found.certificate), mn_bytes_span(&entry.certificate)));
    ck_assert_uint_eq(found.chain.count, 1);
    ck_assert(
        mn_span_equal(mn_bytes_span(&found.chain.der[0]), mn_bytes_span(&entry.chain.der[0])));
    ck_assert_int_eq(stat(mn_scratch_path("data/mynakey/soft/1"), &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0700);
    ck_assert_int_eq(stat(mn_scratch_path("data/mynakey/soft/1/entry"), &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(the_same_one_is_not_put_there_twice)
{
    ck_assert_int_eq(add(), MN_OK);
    strcpy(entry.path, "/elsewhere/soft.pfx"); /* the same certificate */
    ck_assert_int_eq(add(), MN_E_FILE_EXISTS);
    ck_assert_uint_eq(number, 1);
    make_other(2);
    strcpy(entry.path, "/somewhere/soft.pfx"); /* the same file */
    ck_assert_int_eq(add(), MN_E_FILE_EXISTS);
    ck_assert_uint_eq(count(), 1);
}
END_TEST

START_TEST(equal_labels_are_numbered)
{
    ck_assert_int_eq(add(), MN_OK);
    make_other(2);
    ck_assert_int_eq(add(), MN_OK);
    ck_assert_int_eq(mn_soft_shelf_read(2, &found), MN_OK);
    ck_assert_str_eq(found.label, "Software 2");
}
END_TEST

START_TEST(a_number_that_is_free_again_waits_its_turn)
{
    ck_assert_int_eq(add(), MN_OK);
    make_other(2);
    ck_assert_int_eq(add(), MN_OK);
    ck_assert_int_eq(mn_soft_shelf_remove(1), MN_OK);
    make_other(3);
    ck_assert_int_eq(add(), MN_OK);
    ck_assert_uint_eq(number, 3);
}
END_TEST

START_TEST(what_is_removed_is_gone_whole)
{
    struct mn_soft_glance before, after;
    ck_assert_int_eq(add(), MN_OK);
    mn_soft_shelf_look(&before);
    ck_assert_int_eq(mn_soft_shelf_remove(1), MN_OK);
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("data/mynakey/soft")), 0);
    ck_assert_int_eq(mn_soft_shelf_read(1, &found), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_soft_shelf_remove(1), MN_E_FILE_MISSING);
    ck_assert_int_eq(add(), MN_OK);
    ck_assert_uint_eq(number, 1);
    mn_soft_shelf_look(&after);
    ck_assert_uint_ne(before.at[1], after.at[1]);
}
END_TEST

START_TEST(a_full_shelf_says_so)
{
    for (unsigned i = 1; i <= MN_SOFT_MAX; i++) {
        make_other(i);
        snprintf(entry.label, sizeof entry.label, "label %u", i);
        ck_assert_int_eq(add(), MN_OK);
    }
    make_other(MN_SOFT_MAX + 1);
    ck_assert_int_eq(add(), MN_E_EXCESSIVE);
    ck_assert_int_eq(mn_soft_shelf_remove(7), MN_OK);
    ck_assert_int_eq(add(), MN_OK);
    ck_assert_uint_eq(number, 7);
}
END_TEST

START_TEST(what_makes_no_line_is_refused)
{
    strcpy(entry.path, "soft.pfx");
    ck_assert_int_eq(add(), MN_E_ARGUMENT);
    strcpy(entry.path, "/two\nlines");
    ck_assert_int_eq(add(), MN_E_ARGUMENT);
    strcpy(entry.path, "/somewhere/soft.pfx");
    strcpy(entry.label, "two\nlines");
    ck_assert_int_eq(add(), MN_E_ARGUMENT);
    strcpy(entry.label, "");
    ck_assert_int_eq(add(), MN_E_ARGUMENT);
    ck_assert_uint_eq(count(), 0);
}
END_TEST

START_TEST(an_entry_that_is_damaged_is_told)
{
    static const char *const entries[] = {"", "file = relative\nlabel = x\n", "file = /x\n",
                                          "label = x\n"};
    ck_assert_int_eq(add(), MN_OK);
    mn_scratch_write("data/mynakey/soft/1/entry", entries[_i]);
    ck_assert_int_eq(mn_soft_shelf_read(1, &found), MN_E_DAMAGED);
    ck_assert_uint_eq(found.certificate.len, 0);
}
END_TEST

START_TEST(other_names_in_the_folder_are_none)
{
    ck_assert_int_eq(add(), MN_OK);
    mn_scratch_write("data/mynakey/soft/2", "a file");
    ck_assert_int_eq(mkdir(mn_scratch_path("data/mynakey/soft/03"), 0700), 0);
    ck_assert_int_eq(mkdir(mn_scratch_path("data/mynakey/soft/4x"), 0700), 0);
    ck_assert_int_eq(mkdir(mn_scratch_path("data/mynakey/soft/128"), 0700), 0);
    ck_assert_int_eq(mkdir(mn_scratch_path("data/mynakey/soft/-5"), 0700), 0);
    ck_assert_uint_eq(count(), 1);
}
END_TEST

START_TEST(without_a_home_there_is_no_shelf)
{
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    ck_assert_int_eq(add(), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_soft_shelf_read(1, &found), MN_E_FILE_MISSING);
    ck_assert_uint_eq(count(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backend/soft_shelf");
    TCase *tcase = tcase_create("shelf");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 100);
    tcase_add_test(tcase, what_is_put_there_is_found_there);
    tcase_add_test(tcase, the_same_one_is_not_put_there_twice);
    tcase_add_test(tcase, equal_labels_are_numbered);
    tcase_add_test(tcase, a_number_that_is_free_again_waits_its_turn);
    tcase_add_test(tcase, what_is_removed_is_gone_whole);
    tcase_add_test(tcase, a_full_shelf_says_so);
    tcase_add_test(tcase, what_makes_no_line_is_refused);
    tcase_add_loop_test(tcase, an_entry_that_is_damaged_is_told, 0, 4);
    tcase_add_test(tcase, other_names_in_the_folder_are_none);
    tcase_add_test(tcase, without_a_home_there_is_no_shelf);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
