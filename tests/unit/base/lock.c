#include "base/lock.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/scratch.h"
#include "runner.h"

#define ROUNDS 50000

static struct mn_lock lock;
static unsigned long shared;

static void *count_up(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        mn_lock(&lock);
        shared++;
        mn_unlock(&lock);
    }
    return NULL;
}

/* A host's mutexes, which know whether they are used well. */
static struct {
    int made, locked, unlocked, destroyed;
    unsigned long answer;
    pthread_mutex_t mutex;
} host = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static unsigned long host_create(void **mutex)
{
    host.made++;
    *mutex = &host;
    return host.answer;
}

static unsigned long host_destroy(void *mutex)
{
    ck_assert_ptr_eq(mutex, &host);
    host.destroyed++;
    return 0;
}

static unsigned long host_lock(void *mutex)
{
    ck_assert_ptr_eq(mutex, &host);
    pthread_mutex_lock(&host.mutex);
    host.locked++;
    return host.answer;
}

static unsigned long host_unlock(void *mutex)
{
    ck_assert_ptr_eq(mutex, &host);
    host.unlocked++;
    pthread_mutex_unlock(&host.mutex);
    return host.answer;
}

static const struct mn_lock_hooks hooks = {host_create, host_destroy, host_lock, host_unlock};

static void two_threads_count_up(void)
{
    pthread_t threads[2];

    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, count_up, NULL), 0);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

START_TEST(a_lock_keeps_threads_apart)
{
    ck_assert_int_eq(mn_lock_init(&lock, NULL), MN_OK);
    two_threads_count_up();
    ck_assert_uint_eq(shared, 2 * ROUNDS);
    mn_lock_free(&lock);
}
END_TEST

START_TEST(a_host_that_insists_on_its_own_mutexes_gets_them_used)
{
    ck_assert_int_eq(mn_lock_init(&lock, &hooks), MN_OK);
    two_threads_count_up();
    mn_lock_free(&lock);
    ck_assert_uint_eq(shared, 2 * ROUNDS);
    ck_assert_int_eq(host.made, 1);
    ck_assert_int_eq(host.locked, 2 * ROUNDS);
    ck_assert_int_eq(host.unlocked, 2 * ROUNDS);
    ck_assert_int_eq(host.destroyed, 1);
}
END_TEST

START_TEST(a_mutex_that_the_host_cannot_make_is_an_error)
{
    host.answer = 2;
    ck_assert_int_eq(mn_lock_init(&lock, &hooks), MN_E_MEMORY);
    ck_assert_int_eq(host.made, 1);
}
END_TEST

START_TEST(a_host_that_cannot_lock_is_told_in_the_log)
{
    const char *path = mn_scratch_path("log");
    char *text;

    ck_assert_int_eq(mn_log_open(MN_LOG_ERROR, path), MN_OK);
    ck_assert_int_eq(mn_lock_init(&lock, &hooks), MN_OK);
    host.answer = 0x30;
    mn_lock(&lock);
    mn_unlock(&lock);
    mn_log_close();
    text = mn_scratch_read(path);
    ck_assert_ptr_nonnull(strstr(text, "mn_lock: a mutex could not be locked: 0x30\n"));
    ck_assert_ptr_nonnull(strstr(text, "mn_unlock: a mutex could not be unlocked: 0x30\n"));
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/lock");
    TCase *tcase = tcase_create("lock");

    mn_scratch_attach(tcase);
    tcase_add_test(tcase, a_lock_keeps_threads_apart);
    tcase_add_test(tcase, a_host_that_insists_on_its_own_mutexes_gets_them_used);
    tcase_add_test(tcase, a_mutex_that_the_host_cannot_make_is_an_error);
    tcase_add_test(tcase, a_host_that_cannot_lock_is_told_in_the_log);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
