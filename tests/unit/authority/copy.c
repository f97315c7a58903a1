#include "authority/copy.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "authority/journal.h"
#include "made_registry.h"
#include "runner.h"
#include "base/scratch.h"

/* Opens a copy and holds that it is sound; gives the number of its entries. */
static int64_t entries_of(const char *path)
{
    struct mn_journal_finding finding;
    struct mn_registry *r = NULL;

    ck_assert_int_eq(mn_registry_open(path, &r), MN_OK);
    ck_assert_int_eq(mn_journal_check(r, NULL, &finding), MN_OK);
    mn_registry_close(&r);
    return finding.entries;
}

START_TEST(a_copy_is_a_registry_of_its_own)
{
    const char *path = mn_scratch_path("copy");
    struct stat status;

    made_add(1, 1);
    ck_assert_int_eq(mn_registry_copy(made_registry(), path), MN_OK);
    made_add(2, 2);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    ck_assert_int_eq(access(mn_scratch_path("copy-wal"), F_OK), -1);
    ck_assert_int_eq(entries_of(path), 2);
}
END_TEST

START_TEST(an_older_copy_is_not_overwritten)
{
    const char *path = mn_scratch_path("copy");
    size_t files;

    ck_assert_int_eq(mn_registry_copy(made_registry(), path), MN_OK);
    made_add(1, 1);
    files = mn_scratch_count(mn_scratch_path(""));
    ck_assert_int_eq(mn_registry_copy(made_registry(), path), MN_E_FILE_EXISTS);
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), files);
    ck_assert_int_eq(entries_of(path), 1);
}
END_TEST

START_TEST(where_nothing_can_be_written_nothing_is_left)
{
    ck_assert_int_eq(mn_registry_copy(made_registry(), mn_scratch_path("none/copy")), MN_E_FILE);
}
END_TEST

START_TEST(it_is_made_while_another_process_writes)
{
    int started[2];
    char go;
    pid_t child;

    ck_assert_int_eq(pipe(started), 0);
    child = fork();
    if (child == 0) {
        struct mn_registry *r = NULL;
        mn_rc rc = mn_registry_open(made_registry_path(), &r);

        for (unsigned n = 1; rc == MN_OK; n++) {
            struct mn_registration it = made_registration(n);
            int64_t number;

            rc = mn_registry_begin(r, made_writer());
            if (rc == MN_OK)
                rc = mn_registered_add(r, &it, &number);
            if (rc == MN_OK)
                rc = mn_registry_commit(r);
            (void)!write(started[1], "x", 1);
        }
        _exit(1);
    }
    for (int i = 0; i < 10; i++) {
        char name[20];

        ck_assert_int_eq(read(started[0], &go, 1), 1);
        snprintf(name, sizeof name, "copy-%d", i);
        ck_assert_int_eq(mn_registry_copy(made_registry(), mn_scratch_path(name)), MN_OK);
        ck_assert_int_ge(entries_of(mn_scratch_path(name)), i + 2);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("authority/copy");
    TCase *tcase = tcase_create("copy");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, made_registry_begin, made_registry_end);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_copy_is_a_registry_of_its_own);
    tcase_add_test(tcase, an_older_copy_is_not_overwritten);
    tcase_add_test(tcase, where_nothing_can_be_written_nothing_is_left);
    tcase_add_test(tcase, it_is_made_while_another_process_writes);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
