#include "transport/context.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner.h"
#include "transport/winscard_stand_in.h"

/* pcsc-lite's own lock, which it holds while it makes or releases a context. */
static pthread_mutex_t librarys = PTHREAD_MUTEX_INITIALIZER;
static enum mn_winscard_call slow_call;
static sem_t inside, may_go;

static void take_time(enum mn_winscard_call call)
{
    if (call != slow_call)
        return;
    pthread_mutex_lock(&librarys);
    sem_post(&inside);
    sem_wait(&may_go);
    pthread_mutex_unlock(&librarys);
}

static void *make_and_release(void *unused)
{
    long context = 0;
    ck_assert_int_eq(mn_pcsc_context_open(&context), MN_OK);
    mn_pcsc_context_close(&context);
    ck_assert_int_eq(context, 0);
    return unused;
}

/* Lets the slow call go on, once the other thread has had time to fork, or to wait for that. */
static void *let_go_later(void *unused)
{
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    sem_post(&may_go);
    return unused;
}

static bool is_free_in_a_child(void)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ne(child, -1);
    if (child == 0)
        _exit(pthread_mutex_trylock(&librarys) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

START_TEST(a_child_never_finds_the_librarys_lock_held)
{
    static const enum mn_winscard_call calls[] = {MN_ESTABLISH_CONTEXT, MN_RELEASE_CONTEXT};
    pthread_t maker, timer;
    slow_call = calls[_i];
    sem_init(&inside, 0, 0);
    sem_init(&may_go, 0, 0);
    mn_winscard_watch(take_time);
    ck_assert_int_eq(pthread_create(&maker, NULL, make_and_release, NULL), 0);
    sem_wait(&inside);
    ck_assert_int_eq(pthread_create(&timer, NULL, let_go_later, NULL), 0);
    ck_assert(is_free_in_a_child());
    pthread_join(timer, NULL);
    pthread_join(maker, NULL);
    mn_winscard_watch(NULL);
    ck_assert_uint_eq(mn_winscard_contexts(), 0);
}
END_TEST

/* A service that never answers: the fork comes, and so does everything after it. */
START_TEST(a_service_that_does_not_answer_keeps_nobody_from_forking)
{
    int status;
    pthread_t maker;
    slow_call = MN_ESTABLISH_CONTEXT;
    sem_init(&inside, 0, 0);
    sem_init(&may_go, 0, 0);
    mn_winscard_watch(take_time);
    ck_assert_int_eq(pthread_create(&maker, NULL, make_and_release, NULL), 0);
    sem_wait(&inside);
    pid_t child = fork();
    ck_assert_int_ne(child, -1);
    if (child == 0)
        _exit(EXIT_SUCCESS);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    sem_post(&may_go);
    pthread_join(maker, NULL);
    mn_winscard_watch(NULL);
    (void)make_and_release(NULL);
    ck_assert(is_free_in_a_child());
}
END_TEST

START_TEST(a_context_that_cannot_be_made_is_none)
{
    long context = 0;
    mn_winscard_order(MN_ESTABLISH_CONTEXT, SCARD_F_COMM_ERROR);
    ck_assert_int_eq(mn_pcsc_context_open(&context), MN_E_NOT_ALLOWED);
    mn_pcsc_context_close(&context);
    ck_assert_uint_eq(mn_winscard_count(MN_RELEASE_CONTEXT), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("transport/context");
    TCase *tcase = tcase_create("context");
    tcase_set_timeout(tcase, 60); /* only a wait for ever is a failure */
    tcase_add_loop_test(tcase, a_child_never_finds_the_librarys_lock_held, 0, 2);
    tcase_add_test(tcase, a_service_that_does_not_answer_keeps_nobody_from_forking);
    tcase_add_test(tcase, a_context_that_cannot_be_made_is_none);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
