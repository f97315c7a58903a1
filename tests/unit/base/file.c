#include "base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"
#include "runner.h"

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

static void assert_file_is(const char *path, const char *wanted)
{
    char *found = mn_scratch_read(path);

    ck_assert_ptr_nonnull(found);
    ck_assert_str_eq(found, wanted);
    free(found);
}

static unsigned mode_of(const char *path)
{
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    return st.st_mode & 07777;
}

START_TEST(a_file_is_read_whole)
{
    struct mn_bytes content = {0};
    struct mn_bytes long_content = {0};
    static uint8_t big[10000];

    memset(big, 0xA5, sizeof big);
    big[0] = 0;
    ck_assert_int_eq(mn_file_write_private(mn_scratch_path("big"), mn_span(big, sizeof big)),
                     MN_OK);
    ck_assert_int_eq(mn_file_read(mn_scratch_path("big"), 20000, &long_content), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&long_content), mn_span(big, sizeof big)));
    ck_assert_int_eq(mn_file_read(mn_scratch_write("empty", ""), 20000, &content), MN_OK);
    ck_assert_uint_eq(content.len, 0);
    mn_bytes_free(&content);
    mn_bytes_free(&long_content);
}
END_TEST

START_TEST(a_file_may_be_as_long_as_the_limit_and_no_longer)
{
    const char *path = mn_scratch_write("file", "12345");
    struct mn_bytes content = {0};

    ck_assert_int_eq(mn_bytes_set(&content, text("before")), MN_OK);
    ck_assert_int_eq(mn_file_read(path, 4, &content), MN_E_FILE);
    ck_assert(mn_span_equal(mn_bytes_span(&content), text("before")));
    ck_assert_int_eq(mn_file_read(path, 5, &content), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&content), text("12345")));
    mn_bytes_free(&content);
}
END_TEST

START_TEST(a_missing_file_is_told_from_an_unreadable_one)
{
    struct mn_bytes content = {0};

    ck_assert_int_eq(mn_file_read(mn_scratch_path("none"), 10, &content), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_file_read(mn_scratch_path("no/folder"), 10, &content), MN_E_FILE_MISSING);
    mn_scratch_write("file", "");
    ck_assert_int_eq(mn_file_read(mn_scratch_path("file/below"), 10, &content), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_file_read(mn_scratch_path(""), 10, &content), MN_E_FILE);
    ck_assert_ptr_null(content.ptr);
}
END_TEST

START_TEST(a_pipe_is_not_waited_for)
{
    const char *path = mn_scratch_path("pipe");
    struct mn_bytes content = {0};

    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(mn_file_read(path, 10, &content), MN_E_FILE);
    ck_assert_int_eq(mn_file_read("/dev/zero", 10, &content), MN_E_FILE);
}
END_TEST

START_TEST(what_is_written_is_there_and_private)
{
    const char *path = mn_scratch_path("file");

    umask(0);
    ck_assert_int_eq(mn_file_write_private(path, text("content")), MN_OK);
    assert_file_is(path, "content");
    ck_assert_uint_eq(mode_of(path), 0600);
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), 1);
}
END_TEST

START_TEST(a_strict_umask_does_not_lock_the_owner_out)
{
    const char *path = mn_scratch_path("file");

    umask(0777);
    ck_assert_int_eq(mn_file_write_private(path, mn_span(NULL, 0)), MN_OK);
    ck_assert_uint_eq(mode_of(path), 0600);
}
END_TEST

START_TEST(a_file_is_replaced_as_a_whole)
{
    const char *path = mn_scratch_write("file", "a longer old content");
    int old = open(path, O_RDONLY);
    char start[8] = "";

    ck_assert_int_eq(chmod(path, 0644), 0);
    ck_assert_int_eq(mn_file_write_private(path, text("new")), MN_OK);
    assert_file_is(path, "new");
    ck_assert_uint_eq(mode_of(path), 0600);
    /* Who had the old one open still reads the old one. */
    ck_assert_int_eq(read(old, start, 4), 4);
    ck_assert_str_eq(start, "a lo");
    close(old);
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), 1);
}
END_TEST

START_TEST(a_path_without_a_folder_is_here)
{
    ck_assert_int_eq(chdir(mn_scratch_path("")), 0);
    ck_assert_int_eq(mn_file_write_private("file", text("here")), MN_OK);
    assert_file_is(mn_scratch_path("file"), "here");
}
END_TEST

START_TEST(a_full_disk_leaves_the_old_file_and_nothing_else)
{
    const char *path = mn_scratch_write("file", "old");
    static uint8_t big[8192];
    struct rlimit limit, small;

    /* A size limit stops a write in the middle just as a full disk does. */
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = 4096;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    mn_rc rc = mn_file_write_private(path, mn_span(big, sizeof big));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);

    ck_assert_int_eq(rc, MN_E_FILE);
    assert_file_is(path, "old");
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), 1);
}
END_TEST

START_TEST(a_read_only_folder_is_an_error)
{
    const char *folder = mn_scratch_path("");
    const char *path = mn_scratch_write("file", "old");

    ck_assert_int_eq(chmod(folder, 0555), 0);
    if (geteuid() == 0) /* root may write anywhere: become nobody */
        ck_assert_int_eq(seteuid(65534), 0);
    ck_assert_int_eq(mn_file_write_private(path, text("new")), MN_E_FILE);
    ck_assert_int_eq(mn_folder_make_private(mn_scratch_path("sub")), MN_E_FILE);
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(chmod(folder, 0755), 0);
    assert_file_is(path, "old");
    ck_assert_uint_eq(mn_scratch_count(folder), 1);
}
END_TEST

START_TEST(what_cannot_be_renamed_leaves_nothing)
{
    const char *path = mn_scratch_path("folder");

    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_int_eq(mn_file_write_private(path, text("new")), MN_E_FILE);
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), 1);
    ck_assert_uint_eq(mn_scratch_count(path), 0);
    ck_assert_int_eq(mn_file_write_private(mn_scratch_path("no/file"), text("new")), MN_E_FILE);
}
END_TEST

START_TEST(what_is_shared_has_the_mode_that_the_user_gives_files)
{
    umask(022);
    ck_assert_int_eq(mn_file_write_shared(mn_scratch_path("a"), text("new"), false), MN_OK);
    assert_file_is(mn_scratch_path("a"), "new");
    ck_assert_uint_eq(mode_of(mn_scratch_path("a")), 0644);
    umask(077);
    ck_assert_int_eq(mn_file_write_shared(mn_scratch_path("b"), text("new"), false), MN_OK);
    ck_assert_uint_eq(mode_of(mn_scratch_path("b")), 0600);
    ck_assert_uint_eq(umask(022), 077); /* which stays as it was */
}
END_TEST

START_TEST(what_is_shared_replaces_nothing_unasked)
{
    const char *path = mn_scratch_write("a", "old");

    ck_assert_int_eq(mn_file_write_shared(path, text("new"), false), MN_E_FILE_EXISTS);
    assert_file_is(path, "old");
    ck_assert_int_eq(mn_file_write_shared(path, text("new"), true), MN_OK);
    assert_file_is(path, "new");
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), 1);
}
END_TEST

START_TEST(what_is_shared_does_not_follow_a_link)
{
    const char *target = mn_scratch_write("target", "old");
    const char *path = mn_scratch_path("a");

    ck_assert_int_eq(symlink(target, path), 0);
    ck_assert_int_eq(mn_file_write_shared(path, text("new"), false), MN_E_FILE_EXISTS);
    ck_assert_int_eq(mn_file_write_shared(path, text("new"), true), MN_OK);
    assert_file_is(path, "new");
    assert_file_is(target, "old");
}
END_TEST

START_TEST(what_is_shared_leaves_the_signals_as_they_were)
{
    sigset_t set, waiting;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGTERM);
    ck_assert_int_eq(mn_file_write_shared(mn_scratch_path("a"), text("new"), false), MN_OK);
    sigpending(&waiting);
    ck_assert(sigismember(&waiting, SIGTERM)); /* neither taken nor let in */
}
END_TEST

START_TEST(folders_are_made_with_their_parents_and_private)
{
    umask(0);
    ck_assert_int_eq(mn_folder_make_private(mn_scratch_path("a/b//c/")), MN_OK);
    ck_assert_uint_eq(mode_of(mn_scratch_path("a")), 0700);
    ck_assert_uint_eq(mode_of(mn_scratch_path("a/b/c")), 0700);
    ck_assert_int_eq(chdir(mn_scratch_path("")), 0);
    ck_assert_int_eq(mn_folder_make_private("d/e"), MN_OK);
    ck_assert_uint_eq(mode_of(mn_scratch_path("d/e")), 0700);
}
END_TEST

START_TEST(a_folder_that_is_there_is_left_as_it_is)
{
    ck_assert_int_eq(mkdir(mn_scratch_path("a"), 0700), 0);
    ck_assert_int_eq(chmod(mn_scratch_path("a"), 0750), 0);
    ck_assert_int_eq(mn_folder_make_private(mn_scratch_path("a")), MN_OK);
    ck_assert_uint_eq(mode_of(mn_scratch_path("a")), 0750);
    ck_assert_int_eq(mn_folder_make_private("/"), MN_OK);
}
END_TEST

START_TEST(a_file_in_the_place_of_a_folder_is_an_error)
{
    mn_scratch_write("a", "");
    ck_assert_int_eq(mn_folder_make_private(mn_scratch_path("a")), MN_E_FILE);
    ck_assert_int_eq(mn_folder_make_private(mn_scratch_path("a/b")), MN_E_FILE);
    ck_assert_int_eq(mn_folder_make_private(""), MN_E_FILE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/file");
    TCase *tcase = tcase_create("file");

    mn_scratch_attach(tcase);
    tcase_add_test(tcase, a_file_is_read_whole);
    tcase_add_test(tcase, a_file_may_be_as_long_as_the_limit_and_no_longer);
    tcase_add_test(tcase, a_missing_file_is_told_from_an_unreadable_one);
    tcase_add_test(tcase, a_pipe_is_not_waited_for);
    tcase_add_test(tcase, what_is_written_is_there_and_private);
    tcase_add_test(tcase, a_strict_umask_does_not_lock_the_owner_out);
    tcase_add_test(tcase, a_file_is_replaced_as_a_whole);
    tcase_add_test(tcase, a_path_without_a_folder_is_here);
    tcase_add_test(tcase, a_full_disk_leaves_the_old_file_and_nothing_else);
    tcase_add_test(tcase, a_read_only_folder_is_an_error);
    tcase_add_test(tcase, what_cannot_be_renamed_leaves_nothing);
    tcase_add_test(tcase, what_is_shared_has_the_mode_that_the_user_gives_files);
    tcase_add_test(tcase, what_is_shared_replaces_nothing_unasked);
    tcase_add_test(tcase, what_is_shared_does_not_follow_a_link);
    tcase_add_test(tcase, what_is_shared_leaves_the_signals_as_they_were);
    tcase_add_test(tcase, folders_are_made_with_their_parents_and_private);
    tcase_add_test(tcase, a_folder_that_is_there_is_left_as_it_is);
    tcase_add_test(tcase, a_file_in_the_place_of_a_folder_is_an_error);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
