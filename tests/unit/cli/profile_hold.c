/* Whether a program is in its files: the locks that Firefox and LibreOffice make, held by a child.
 */
#include "cli/setup/profile_hold.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scratch.h"
#include "runner.h"

static pid_t child;

static void end_child(void)
{
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    child = 0;
}

/* A process that does this and then waits for its end. */
static void start(void (*act)(void))
{
    int ready[2];
    char byte;

    ck_assert_int_eq(pipe(ready), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        act();
        if (write(ready[1], "", 1) == 1)
            pause();
        _exit(1);
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
}

static void nothing(void)
{
}

static void lock_file(void)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(mn_scratch_path(".parentlock"), O_RDWR | O_CREAT, 0600);

    if (fd < 0 || fcntl(fd, F_SETLK, &lock) != 0)
        _exit(1);
}

static void call_itself_soffice(void)
{
    prctl(PR_SET_NAME, "soffice.bin");
}

static void make_link(const char *sign, long pid)
{
    char target[64];

    snprintf(target, sizeof target, "127.0.0.1:%s%ld", sign, pid);
    ck_assert_int_eq(symlink(target, mn_scratch_path("lock")), 0);
}

static bool is_free(pid_t *holder)
{
    int fd = -1;
    bool free = mn_profile_hold(mn_scratch_path(""), &fd, holder);

    ck_assert(free || fd == -1);
    if (fd >= 0)
        close(fd);
    return free;
}

START_TEST(a_profile_without_locks_is_free)
{
    pid_t holder;

    ck_assert(is_free(&holder));
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), 0);
}
END_TEST

START_TEST(a_profile_whose_file_is_locked_is_not)
{
    pid_t holder;

    start(lock_file);
    ck_assert(!is_free(&holder));
    ck_assert_int_eq(holder, child);
    end_child();
    ck_assert(is_free(&holder));
}
END_TEST

static void try_to_lock(void)
{
    pid_t holder;

    _exit(is_free(&holder) ? 0 : 1);
}

START_TEST(while_it_is_held_nobody_else_gets_it)
{
    pid_t holder;
    int fd, status;

    mn_scratch_write(".parentlock", "");
    ck_assert(mn_profile_hold(mn_scratch_path(""), &fd, &holder));
    ck_assert_int_ge(fd, 0);
    child = fork();
    if (child == 0)
        try_to_lock();
    waitpid(child, &status, 0);
    child = 0;
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    close(fd);
}
END_TEST

START_TEST(a_link_counts_where_the_file_could_not_be_locked)
{
    pid_t holder;

    start(nothing);
    make_link("", child);
    ck_assert(!is_free(&holder));
    ck_assert_int_eq(holder, child);
    end_child();
    ck_assert(is_free(&holder));
}
END_TEST

START_TEST(a_link_that_leads_to_a_file_lock_says_nothing_alone)
{
    pid_t holder;

    start(nothing);
    make_link("+", child);
    ck_assert(is_free(&holder));
}
END_TEST

START_TEST(a_link_that_is_no_lock_says_nothing)
{
    pid_t holder;

    ck_assert_int_eq(symlink("nowhere", mn_scratch_path("lock")), 0);
    ck_assert(is_free(&holder));
}
END_TEST

static void write_office_lock(const char *host)
{
    char text[HOST_NAME_MAX + 100];

    snprintf(text, sizeof text, "[Lockdata]\nUser=x\nHost=%s\nIPCServer=true\n", host);
    mn_scratch_write(".lock", text);
}

START_TEST(libreoffice_runs_where_its_lock_and_its_process_are)
{
    char host[HOST_NAME_MAX + 1] = "";

    ck_assert(!mn_libreoffice_runs(mn_scratch_path("")));
    gethostname(host, sizeof host - 1);
    start(call_itself_soffice);
    ck_assert(!mn_libreoffice_runs(mn_scratch_path("")));
    write_office_lock(host);
    ck_assert(mn_libreoffice_runs(mn_scratch_path("")));
}
END_TEST

START_TEST(libreoffice_may_run_on_another_machine)
{
    write_office_lock("another.example");
    ck_assert(mn_libreoffice_runs(mn_scratch_path("")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/profile_hold");
    TCase *tcase = tcase_create("hold");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, NULL, end_child);
    tcase_add_test(tcase, a_profile_without_locks_is_free);
    tcase_add_test(tcase, a_profile_whose_file_is_locked_is_not);
    tcase_add_test(tcase, while_it_is_held_nobody_else_gets_it);
    tcase_add_test(tcase, a_link_counts_where_the_file_could_not_be_locked);
    tcase_add_test(tcase, a_link_that_leads_to_a_file_lock_says_nothing_alone);
    tcase_add_test(tcase, a_link_that_is_no_lock_says_nothing);
    tcase_add_test(tcase, libreoffice_runs_where_its_lock_and_its_process_are);
    tcase_add_test(tcase, libreoffice_may_run_on_another_machine);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
