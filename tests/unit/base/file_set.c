#include "base/file_set.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "runner.h"

#define STAMP "20261122-053000"

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

static void assert_file_is(const char *name, const char *wanted)
{
    char *found = mn_scratch_read(mn_scratch_path(name));

    ck_assert_ptr_nonnull(found);
    ck_assert_str_eq(found, wanted);
    free(found);
}

static size_t files(void)
{
    return mn_scratch_count(mn_scratch_path(""));
}

static struct mn_file_item trio[3];
static char paths[3][PATH_MAX];

/* The item's file is to be name in the scratch folder. */
static void rename_item(size_t i, const char *name)
{
    snprintf(paths[i], sizeof paths[i], "%s", mn_scratch_path(name));
    trio[i].path = paths[i];
}

/* Three files a.cer, a.mnsgn and a.pfx of the scratch folder. */
static struct mn_file_set make_trio(const char *stamp)
{
    static const char *const names[] = {"a.cer", "a.mnsgn", "a.pfx"};
    static const char *const contents[] = {"certificate", "signature", "key"};

    for (size_t i = 0; i < 3; i++) {
        trio[i] = (struct mn_file_item){.content = text(contents[i])};
        rename_item(i, names[i]);
    }
    return (struct mn_file_set){.items = trio, .len = 3, .stamp = stamp};
}

static void assert_trio_is_there(void)
{
    assert_file_is("a.cer", "certificate");
    assert_file_is("a.mnsgn", "signature");
    assert_file_is("a.pfx", "key");
}

START_TEST(all_are_written_and_private)
{
    struct mn_file_set set = make_trio(NULL);
    struct stat st;

    umask(0);
    ck_assert_int_eq(mn_file_set_check(&set), MN_OK);
    ck_assert_uint_eq(files(), 0);
    ck_assert_int_eq(mn_file_set_write(&set), MN_OK);
    assert_trio_is_there();
    ck_assert_uint_eq(files(), 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(stat(trio[i].path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, 0600);
        ck_assert_ptr_null(trio[i].moved_to);
    }
    mn_file_set_release(&set);
}
END_TEST

START_TEST(a_name_that_is_taken_is_refused_and_named)
{
    struct mn_file_set set = make_trio(NULL);

    mn_scratch_write("a.pfx", "old");
    ck_assert_int_eq(mn_file_set_check(&set), MN_E_FILE_EXISTS);
    ck_assert_uint_eq(set.at, 2);
    set.at = 0;
    ck_assert_int_eq(mn_file_set_write(&set), MN_E_FILE_EXISTS);
    ck_assert_uint_eq(set.at, 2);
    assert_file_is("a.pfx", "old");
    ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(a_link_that_leads_nowhere_is_a_name_taken)
{
    struct mn_file_set set = make_trio(NULL);

    ck_assert_int_eq(symlink("nowhere", mn_scratch_path("a.cer")), 0);
    ck_assert_int_eq(mn_file_set_write(&set), MN_E_FILE_EXISTS);
    set = make_trio(STAMP);
    ck_assert_int_eq(mn_file_set_write(&set), MN_E_FILE);
    ck_assert_uint_eq(files(), 1);
}
END_TEST

/* Two items of one name stand for a file that somebody puts there after the check. */
START_TEST(a_name_taken_in_between_takes_all_back)
{
    struct mn_file_set set = make_trio(NULL);

    rename_item(2, "a.cer");
    ck_assert_int_eq(mn_file_set_check(&set), MN_OK);
    ck_assert_int_eq(mn_file_set_write(&set), MN_E_FILE_EXISTS);
    ck_assert_uint_eq(set.at, 2);
    ck_assert_uint_eq(files(), 0);
}
END_TEST

START_TEST(old_files_are_moved_to_dated_names)
{
    struct mn_file_set set = make_trio(STAMP);

    mn_scratch_write("a.cer", "old certificate");
    mn_scratch_write("a.pfx", "old key");
    ck_assert_int_eq(mn_file_set_check(&set), MN_OK);
    ck_assert_int_eq(mn_file_set_write(&set), MN_OK);
    assert_trio_is_there();
    assert_file_is("a-" STAMP ".cer", "old certificate");
    assert_file_is("a-" STAMP ".pfx", "old key");
    ck_assert_str_eq(trio[2].moved_to, mn_scratch_path("a-" STAMP ".pfx"));
    ck_assert_ptr_null(trio[1].moved_to);
    ck_assert_uint_eq(files(), 5);
    mn_file_set_release(&set);
    ck_assert_ptr_null(trio[2].moved_to);
}
END_TEST

START_TEST(a_dated_name_that_is_taken_is_counted_on)
{
    struct mn_file_set set = make_trio(STAMP);

    mn_scratch_write("a.pfx", "third");
    mn_scratch_write("a-" STAMP ".pfx", "first");
    mn_scratch_write("a-" STAMP "-2.pfx", "second");
    ck_assert_int_eq(mn_file_set_write(&set), MN_OK);
    assert_file_is("a-" STAMP ".pfx", "first");
    assert_file_is("a-" STAMP "-2.pfx", "second");
    assert_file_is("a-" STAMP "-3.pfx", "third");
    mn_file_set_release(&set);
}
END_TEST

START_TEST(a_name_without_an_ending_is_dated_at_its_end)
{
    struct mn_file_set set = make_trio(STAMP);

    mn_scratch_write("plain", "old");
    mn_scratch_write(".hidden", "old");
    rename_item(0, "plain");
    rename_item(1, ".hidden");
    ck_assert_int_eq(mn_file_set_write(&set), MN_OK);
    assert_file_is("plain-" STAMP, "old");
    assert_file_is(".hidden-" STAMP, "old");
    mn_file_set_release(&set);
}
END_TEST

START_TEST(what_was_moved_is_back_after_an_error)
{
    struct mn_file_set set = make_trio(STAMP);

    mn_scratch_write("a.cer", "old certificate");
    mn_scratch_write("a.mnsgn", "old signature");
    ck_assert_int_eq(mkdir(mn_scratch_path("a.pfx"), 0700), 0); /* cannot be moved away */
    ck_assert_int_eq(mn_file_set_write(&set), MN_E_FILE);
    ck_assert_uint_eq(set.at, 2);
    assert_file_is("a.cer", "old certificate");
    assert_file_is("a.mnsgn", "old signature");
    ck_assert_uint_eq(files(), 3);
}
END_TEST

/* The last of three fails when the first two have their names already. */
START_TEST(what_was_moved_is_back_when_the_last_name_fails)
{
    struct mn_file_set set = make_trio(STAMP);
    char long_name[300];

    mn_scratch_write("a.cer", "old certificate");
    /* The name itself can be had, one with a stamp in it is longer than any file system takes. */
    memset(long_name, 'x', sizeof long_name);
    long_name[245] = '\0';
    mn_scratch_write(long_name, "old key");
    rename_item(2, long_name);
    ck_assert_int_eq(mn_file_set_check(&set), MN_OK);
    ck_assert_int_eq(mn_file_set_write(&set), MN_E_FILE);
    ck_assert_uint_eq(set.at, 2);
    assert_file_is("a.cer", "old certificate");
    assert_file_is(long_name, "old key");
    ck_assert_ptr_null(trio[0].moved_to);
    ck_assert_uint_eq(files(), 2);
}
END_TEST

START_TEST(a_folder_that_is_not_there_or_closed_is_told_before)
{
    struct mn_file_set set = make_trio(NULL);

    rename_item(1, "none/a.mnsgn");
    ck_assert_int_eq(mn_file_set_check(&set), MN_E_FILE_MISSING);
    ck_assert_uint_eq(set.at, 1);
    ck_assert_int_eq(mn_file_set_write(&set), MN_E_FILE_MISSING);

    set = make_trio(NULL);
    ck_assert_int_eq(chmod(mn_scratch_path(""), 0555), 0);
    if (geteuid() == 0) /* root may write anywhere: become nobody */
        ck_assert_int_eq(seteuid(65534), 0);
    ck_assert_int_eq(mn_file_set_check(&set), MN_E_FILE);
    ck_assert_int_eq(mn_file_set_write(&set), MN_E_FILE);
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(chmod(mn_scratch_path(""), 0755), 0);
    ck_assert_uint_eq(files(), 0);
}
END_TEST

START_TEST(a_file_too_long_in_the_midst_leaves_nothing)
{
    struct mn_file_set set = make_trio(NULL);
    static const uint8_t big[8192];
    struct rlimit limit, small;

    trio[2].content = mn_span(big, sizeof big);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = 4096;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    mn_rc rc = mn_file_set_write(&set);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(rc, MN_E_FILE);
    ck_assert_uint_eq(set.at, 2);
    ck_assert_uint_eq(files(), 0);
}
END_TEST

START_TEST(signals_are_as_they_were)
{
    struct mn_file_set set = make_trio(NULL);
    sigset_t mask;

    sigemptyset(&mask);
    sigaddset(&mask, SIGHUP);
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, &mask, NULL), 0);
    ck_assert_int_eq(mn_file_set_write(&set), MN_OK);
    ck_assert_int_eq(sigprocmask(SIG_SETMASK, NULL, &mask), 0);
    ck_assert_int_eq(sigismember(&mask, SIGHUP), 1);
    ck_assert_int_eq(sigismember(&mask, SIGINT), 0);
}
END_TEST

START_TEST(paths_without_a_folder_are_here)
{
    struct mn_file_set set = make_trio(STAMP);

    ck_assert_int_eq(chdir(mn_scratch_path("")), 0);
    mn_scratch_write("a.cer", "old");
    trio[0].path = "a.cer";
    trio[1].path = "a.mnsgn";
    trio[2].path = "a.pfx";
    ck_assert_int_eq(mn_file_set_write(&set), MN_OK);
    assert_trio_is_there();
    ck_assert_str_eq(trio[0].moved_to, "a-" STAMP ".cer");
    mn_file_set_release(&set);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/file_set");
    TCase *tcase = tcase_create("file_set");

    mn_scratch_attach(tcase);
    tcase_add_test(tcase, all_are_written_and_private);
    tcase_add_test(tcase, a_name_that_is_taken_is_refused_and_named);
    tcase_add_test(tcase, a_link_that_leads_nowhere_is_a_name_taken);
    tcase_add_test(tcase, a_name_taken_in_between_takes_all_back);
    tcase_add_test(tcase, old_files_are_moved_to_dated_names);
    tcase_add_test(tcase, a_dated_name_that_is_taken_is_counted_on);
    tcase_add_test(tcase, a_name_without_an_ending_is_dated_at_its_end);
    tcase_add_test(tcase, what_was_moved_is_back_after_an_error);
    tcase_add_test(tcase, what_was_moved_is_back_when_the_last_name_fails);
    tcase_add_test(tcase, a_folder_that_is_not_there_or_closed_is_told_before);
    tcase_add_test(tcase, a_file_too_long_in_the_midst_leaves_nothing);
    tcase_add_test(tcase, signals_are_as_they_were);
    tcase_add_test(tcase, paths_without_a_folder_are_here);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
