#include "authority/registry.h"

#include <signal.h>
#include <sqlite3.h>
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

static const struct mn_registry_profile profile = {
    .certificate = {.ptr = (uint8_t[]){1, 2, 3}, .len = 3},
    .key = (char[]){"pkcs11:token=Box"},
    .site = (char[]){"https://validity.example.jp"},
    .years = 3};

START_TEST(what_the_authority_is_comes_back)
{
    const char *path = mn_scratch_path("other");
    struct mn_registry_profile read = {0};
    struct mn_registry *r = NULL;

    ck_assert_int_eq(mn_registry_create(path, &profile, "hana", MADE_NOW), MN_OK);
    ck_assert_int_eq(mn_registry_open(path, &r), MN_OK);
    ck_assert_int_eq(mn_registry_profile(r, &read), MN_OK);
    ck_assert_str_eq(read.key, profile.key);
    ck_assert_str_eq(read.site, profile.site);
    ck_assert_uint_eq(read.years, 3);
    ck_assert(mn_span_equal(mn_bytes_span(&read.certificate), mn_span("\1\2\3", 3)));
    mn_registry_profile_release(&read);
    mn_registry_close(&r);
    ck_assert_ptr_null(r);
}
END_TEST

START_TEST(nobody_else_may_read_it)
{
    struct stat status;

    made_add(1, 1);
    ck_assert_int_eq(stat(made_registry_path(), &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    ck_assert_int_eq(stat(mn_scratch_path("registry-wal"), &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    ck_assert_int_eq(stat(mn_scratch_path("registry.lock"), &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
}
END_TEST

START_TEST(what_is_there_is_not_overwritten)
{
    ck_assert_int_eq(mn_registry_create(made_registry_path(), &profile, "hana", MADE_NOW),
                     MN_E_FILE_EXISTS);
    made_add(1, 1);
}
END_TEST

START_TEST(only_a_registry_is_opened)
{
    struct mn_registry *r;
    sqlite3 *db = NULL;

    ck_assert_int_eq(mn_registry_open(mn_scratch_path("none"), &r), MN_E_FILE_MISSING);
    ck_assert_int_eq(mn_registry_open(mn_scratch_write("text", "hello, this is no database. "
                                                               "It is long enough, though."),
                                      &r),
                     MN_E_FORMAT);
    ck_assert_int_eq(mn_registry_open(mn_scratch_write("empty", ""), &r), MN_E_FORMAT);
    ck_assert_int_eq(sqlite3_open(mn_scratch_path("foreign"), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "CREATE TABLE a (b)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    ck_assert_int_eq(mn_registry_open(mn_scratch_path("foreign"), &r), MN_E_FORMAT);
    ck_assert_ptr_null(r);
}
END_TEST

START_TEST(one_of_a_later_version_is_left_alone)
{
    struct mn_registry *r;

    made_tamper("PRAGMA user_version = 2");
    ck_assert_int_eq(mn_registry_open(made_registry_path(), &r), MN_E_UNSUPPORTED);
    ck_assert_ptr_null(r);
}
END_TEST

static char told[256];

static void waiting(const char *holder, void *self)
{
    ck_assert_ptr_null(self);
    snprintf(told, sizeof told, "%s", holder);
}

START_TEST(the_second_writer_is_told_who_is_at_it)
{
    const struct mn_registry_writer second = {
        .who = "taro", .what = "revoke", .now = MADE_NOW, .waiting = waiting};
    struct mn_registry *r = NULL;
    char expected[64];

    ck_assert_int_eq(mn_registry_open(made_registry_path(), &r), MN_OK);
    ck_assert_int_eq(mn_registry_begin(made_registry(), made_writer()), MN_OK);
    ck_assert_int_eq(mn_registry_begin(r, &second), MN_E_FILE_LOCKED);
    snprintf(expected, sizeof expected, "test, hana, process %ld", (long)getpid());
    ck_assert_str_eq(told, expected);
    mn_registry_abandon(made_registry());
    ck_assert_int_eq(mn_registry_begin(r, &second), MN_OK);
    mn_registry_close(&r);
}
END_TEST

START_TEST(the_second_writer_waits_as_long_as_it_was_told)
{
    const struct mn_registry_writer second = {
        .who = "taro", .what = "revoke", .now = MADE_NOW, .patience = 60};
    struct mn_registry *r = NULL;
    pid_t child;
    int status, ready[2];
    char go;

    ck_assert_int_eq(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        /* Another process: a lock is its own. */
        bool good = mn_registry_open(made_registry_path(), &r) == MN_OK &&
                    mn_registry_begin(r, made_writer()) == MN_OK && write(ready[1], "x", 1) == 1 &&
                    usleep(200000) == 0;
        mn_registry_close(&r);
        _exit(good ? 0 : 1);
    }
    ck_assert_int_eq(read(ready[0], &go, 1), 1);
    ck_assert_int_eq(mn_registry_begin(made_registry(), &second), MN_OK);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(what_was_abandoned_never_was)
{
    struct mn_registration it = made_registration(1);
    int64_t number;

    ck_assert_int_eq(mn_registry_begin(made_registry(), made_writer()), MN_OK);
    ck_assert_int_eq(mn_registered_add(made_registry(), &it, &number), MN_OK);
    mn_registry_abandon(made_registry());
    ck_assert_int_eq(made_look(1).number, 0);
    made_add(2, 1); /* the number was never told to anybody */
}
END_TEST

START_TEST(nothing_is_changed_outside_of_a_change)
{
    struct mn_registration it = made_registration(1);
    int64_t number;

    ck_assert_int_eq(mn_registered_add(made_registry(), &it, &number), MN_E_ARGUMENT);
    ck_assert_int_eq(mn_registered_revoke(made_registry(), 1, MN_REASON_SUPERSEDED), MN_E_ARGUMENT);
    ck_assert_int_eq(mn_registered_renew(made_registry(), 1, MADE_UNTIL), MN_E_ARGUMENT);
    ck_assert_int_eq(mn_journal_add(made_registry(), "test", 0, ""), MN_E_ARGUMENT);
}
END_TEST

START_TEST(the_site_can_change)
{
    struct mn_registry_profile read = {0};

    ck_assert_int_eq(mn_registry_begin(made_registry(), made_writer()), MN_OK);
    ck_assert_int_eq(mn_registry_set_site(made_registry(), "https://new.example.jp"), MN_OK);
    ck_assert_int_eq(mn_registry_commit(made_registry()), MN_OK);
    ck_assert_int_eq(mn_registry_profile(made_registry(), &read), MN_OK);
    ck_assert_str_eq(read.site, "https://new.example.jp");
    mn_registry_profile_release(&read);
}
END_TEST

/* --- crashes --- */

/* Registers one after the other, each change of two, telling each number after its commit. */
static void register_for_ever(int out)
{
    struct mn_registry *r = NULL;
    unsigned n = (unsigned)getpid() * 1000;

    if (mn_registry_open(made_registry_path(), &r) != MN_OK)
        _exit(1);
    for (;;) {
        struct mn_registration it;
        int64_t number[2];

        if (mn_registry_begin(r, made_writer()) != MN_OK)
            _exit(1);
        for (size_t i = 0; i < 2; i++) {
            it = made_registration(++n);
            if (mn_registered_add(r, &it, &number[i]) != MN_OK)
                _exit(1);
        }
        if (mn_registry_commit(r) != MN_OK ||
            write(out, number, sizeof number) != (ssize_t)sizeof number)
            _exit(1);
    }
}

/* Kills a writer after some of its changes, somewhere in the middle of the next; gives the last
 * number that it told. */
static int64_t kill_a_writer(unsigned changes, unsigned microseconds)
{
    int64_t number[2] = {0}, last = 0;
    int ends[2], status;
    pid_t child;

    ck_assert_int_eq(pipe(ends), 0);
    child = fork();
    if (child == 0)
        register_for_ever(ends[1]);
    close(ends[1]);
    for (unsigned i = 0; i < changes; i++)
        ck_assert_int_eq(read(ends[0], number, sizeof number), sizeof number);
    usleep(microseconds);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    do
        last = number[1];
    while (read(ends[0], number, sizeof number) == sizeof number);
    close(ends[0]);
    return last;
}

static mn_rc count(const struct mn_registered *one, void *self)
{
    int64_t *seen = self;

    ck_assert_int_eq(one->number, ++*seen); /* no gaps */
    return MN_OK;
}

static void is_sound(int64_t told_last)
{
    const struct mn_registered_query all = {0};
    struct mn_journal_finding finding;
    struct mn_registry *r = NULL;
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int64_t seen = 0;

    ck_assert_int_eq(sqlite3_open(made_registry_path(), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    ck_assert_str_eq((const char *)sqlite3_column_text(s, 0), "ok");
    sqlite3_finalize(s);
    sqlite3_close(db);
    ck_assert_int_eq(mn_registry_open(made_registry_path(), &r), MN_OK);
    ck_assert_int_eq(mn_journal_check(r, NULL, &finding), MN_OK);
    ck_assert_int_eq(mn_registered_each(r, &all, count, &seen), MN_OK);
    ck_assert_int_ge(seen, told_last); /* what was told is there */
    ck_assert_int_eq(seen % 2, 0);     /* all of a change, or nothing */
    ck_assert_int_eq(finding.entries, seen + 1);
    mn_registry_close(&r);
}

START_TEST(a_writer_that_is_killed_leaves_a_sound_registry)
{
    for (unsigned i = 0; i < 25; i++)
        is_sound(kill_a_writer(i % 3, i * 137));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("authority/registry");
    TCase *tcase = tcase_create("registry");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, made_registry_begin, made_registry_end);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, what_the_authority_is_comes_back);
    tcase_add_test(tcase, nobody_else_may_read_it);
    tcase_add_test(tcase, what_is_there_is_not_overwritten);
    tcase_add_test(tcase, only_a_registry_is_opened);
    tcase_add_test(tcase, one_of_a_later_version_is_left_alone);
    tcase_add_test(tcase, the_second_writer_is_told_who_is_at_it);
    tcase_add_test(tcase, the_second_writer_waits_as_long_as_it_was_told);
    tcase_add_test(tcase, what_was_abandoned_never_was);
    tcase_add_test(tcase, nothing_is_changed_outside_of_a_change);
    tcase_add_test(tcase, the_site_can_change);
    tcase_add_test(tcase, a_writer_that_is_killed_leaves_a_sound_registry);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
