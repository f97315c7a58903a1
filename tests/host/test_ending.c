/* Hosts that end without the module's leave, each in a process of its own: none falls, none hangs,
 * and what the module is asked in that hour it answers. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "backend/made_pfx.h"
#include "base/scratch.h"
#include "runner.h"

extern char **environ;

/* A software certificate and nothing else: no reader is needed. */
static void set_up(void)
{
    char path[512], options[512];
    unsigned number;
    const char *given = getenv("ASAN_OPTIONS");
    setenv("MYNAKEY_CONFIG", mn_scratch_write("settings", "roles = soft\n"), 1);
    setenv("XDG_CACHE_HOME", mn_scratch_path("cache"), 1);
    setenv("XDG_DATA_HOME", mn_scratch_path("data"), 1);
    /* A process that ends in the midst of something leaves memory behind. */
    snprintf(options, sizeof options, "%s:detect_leaks=0", given ? given : "");
    setenv("ASAN_OPTIONS", options, 1);
    snprintf(path, sizeof path, "%s", mn_scratch_path("soft.pfx"));
    made_pfx(path);
    struct mn_soft_entry entry = made_entry(path);
    ck_assert_int_eq(mn_soft_shelf_add(&entry, &number), MN_OK);
    mn_soft_entry_release(&entry);
}

static void end_by(const char *way)
{
    char host[] = HOST_ENDING, module[] = HOST_MODULE, passphrase[] = MADE_PASSPHRASE, last[32];
    char *argv[] = {host, module, passphrase, last, NULL};
    int status;
    pid_t child;
    snprintf(last, sizeof last, "%s", way);
    ck_assert_int_eq(posix_spawn(&child, host, NULL, NULL, argv, environ), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS, "%s: status %x", way,
                  (unsigned)status);
}

START_TEST(a_host_may_return_from_main_without_finalize)
{
    end_by("return");
}
END_TEST

START_TEST(an_exit_handler_that_comes_first_still_works)
{
    end_by("exit-handler-of-after");
}
END_TEST

START_TEST(an_exit_handler_that_comes_after_openssls_end_is_told_so)
{
    end_by("exit-handler-of-before");
}
END_TEST

START_TEST(a_destructor_may_finalize)
{
    end_by("destructor");
}
END_TEST

START_TEST(a_thread_may_wait_for_an_event_when_its_host_ends)
{
    end_by("waiting");
}
END_TEST

START_TEST(a_host_may_unload_the_module_without_finalize)
{
    end_by("unloaded");
}
END_TEST

START_TEST(pointers_are_good_after_the_module_was_unloaded)
{
    end_by("unloaded-and-called");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("the ends of a host");
    TCase *tcase = tcase_create("ending");
    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_set_timeout(tcase, 60); /* only a wait for ever is a failure */
    tcase_add_test(tcase, a_host_may_return_from_main_without_finalize);
    tcase_add_test(tcase, an_exit_handler_that_comes_first_still_works);
    tcase_add_test(tcase, an_exit_handler_that_comes_after_openssls_end_is_told_so);
    tcase_add_test(tcase, a_destructor_may_finalize);
    tcase_add_test(tcase, a_thread_may_wait_for_an_event_when_its_host_ends);
    tcase_add_test(tcase, a_host_may_unload_the_module_without_finalize);
    tcase_add_test(tcase, pointers_are_good_after_the_module_was_unloaded);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
