/* The module begins and ends while other threads are inside of it, or on their way. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cryptoki/module.h"
#include "runner.h"
#include "stage.h"

#define WAITERS 3
#define WORKERS 5
#define ROUNDS  5
#define THREADS 8

/* gcc 12's AddressSanitizer does not: a lock of its malloc that another thread holds stays held in
 * the child. The C library's malloc does, and ThreadSanitizer's. */
#ifdef __SANITIZE_ADDRESS__
#define MALLOC_SURVIVES_FORK false
#else
#define MALLOC_SURVIVES_FORK true
#endif

static void shelve(void)
{
    stage_shelve();
}

/* --- the end --- */

struct worker {
    pthread_t thread;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    atomic_uint turns;
    CK_RV rv; /* the first that was not CKR_OK */
};

static void *sign_until_the_end(void *self)
{
    struct worker *worker = self;
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_BYTE data[] = "data", signature[RSA_SIZE];
    while (worker->rv == CKR_OK) {
        CK_ULONG len = sizeof signature;
        worker->rv = p11->C_SignInit(worker->session, &mechanism, worker->key);
        if (worker->rv == CKR_OK)
            worker->rv = p11->C_Sign(worker->session, data, sizeof data, signature, &len);
        if (worker->rv == CKR_OK)
            atomic_fetch_add_explicit(&worker->turns, 1, memory_order_relaxed);
    }
    return NULL;
}

static void *wait_until_the_end(void *self)
{
    struct worker *worker = self;
    CK_SLOT_ID slot;
    while (worker->rv == CKR_OK)
        worker->rv = p11->C_WaitForSlotEvent(0, &slot, NULL);
    return NULL;
}

static void start_worker(struct worker *worker, void *(*work)(void *worker), CK_SLOT_ID slot,
                         bool log_in_first)
{
    worker->session = log_in_first ? log_in(slot) : open_session(slot, false);
    worker->key = only(worker->session, CKO_PRIVATE_KEY);
    worker->rv = CKR_OK;
    atomic_store(&worker->turns, 0);
    ck_assert_int_eq(pthread_create(&worker->thread, NULL, work, worker), 0);
}

static void until_it_is_busy(struct worker *worker)
{
    while (atomic_load(&worker->turns) == 0)
        usleep(1000);
}

static void end_among_them(void)
{
    static const CK_SLOT_ID slots[WORKERS] = {AUTH_SLOT, SIGN_SLOT, SOFT_SLOT, AUTH_SLOT,
                                              SOFT_SLOT};
    struct worker workers[WORKERS], waiters[WAITERS];
    for (size_t i = 0; i < WAITERS; i++) {
        waiters[i].rv = CKR_OK;
        ck_assert_int_eq(pthread_create(&waiters[i].thread, NULL, wait_until_the_end, &waiters[i]),
                         0);
    }
    for (size_t i = 0; i < WORKERS; i++)
        start_worker(&workers[i], sign_until_the_end, slots[i], i < 3);
    for (size_t i = 0; i < WORKERS; i++)
        until_it_is_busy(&workers[i]);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(workers[i].thread, NULL);
        ck_assert_uint_eq(workers[i].rv, CKR_CRYPTOKI_NOT_INITIALIZED);
    }
    for (size_t i = 0; i < WAITERS; i++) {
        pthread_join(waiters[i].thread, NULL);
        ck_assert_uint_eq(waiters[i].rv, CKR_CRYPTOKI_NOT_INITIALIZED);
    }
}

START_TEST(finalize_ends_those_who_wait_and_those_who_sign)
{
    for (int i = 0; i < ROUNDS; i++) {
        end_among_them();
        ck_assert_uint_eq(cardsim_connections(bench, READER), 0);
        ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
        ck_assert(!cardsim_is_open(card, CARDSIM_PIN_SIGN));
        ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_OK);
    }
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
}
END_TEST

/* --- all at once --- */

struct comer {
    pthread_t thread;
    pthread_barrier_t *barrier;
    CK_RV first, then;
};

static void at_once(void *(*act)(void *comer), struct comer comers[THREADS])
{
    pthread_barrier_t barrier;
    ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, THREADS), 0);
    for (size_t i = 0; i < THREADS; i++) {
        comers[i].barrier = &barrier;
        ck_assert_int_eq(pthread_create(&comers[i].thread, NULL, act, &comers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(comers[i].thread, NULL);
    pthread_barrier_destroy(&barrier);
}

static size_t count(const struct comer comers[THREADS], CK_RV rv)
{
    size_t found = 0;
    for (size_t i = 0; i < THREADS; i++)
        found += comers[i].first == rv;
    return found;
}

static void *finalize(void *self)
{
    struct comer *comer = self;
    pthread_barrier_wait(comer->barrier);
    comer->first = p11->C_Finalize(NULL);
    return NULL;
}

static void *initialize_and_use(void *self)
{
    struct comer *comer = self;
    CK_ULONG slots = 0;
    pthread_barrier_wait(comer->barrier);
    comer->first = p11->C_Initialize(NULL);
    comer->then = p11->C_GetSlotList(CK_TRUE, NULL, &slots);
    return NULL;
}

/* Libraries of one process know nothing of each other, and take "already" for a yes. */
START_TEST(of_many_that_initialize_one_does_and_all_can_go_on)
{
    struct comer comers[THREADS];
    for (int i = 0; i < ROUNDS; i++) {
        at_once(finalize, comers);
        ck_assert_uint_eq(count(comers, CKR_OK), 1);
        ck_assert_uint_eq(count(comers, CKR_CRYPTOKI_NOT_INITIALIZED), THREADS - 1);
        at_once(initialize_and_use, comers);
        ck_assert_uint_eq(count(comers, CKR_OK), 1);
        ck_assert_uint_eq(count(comers, CKR_CRYPTOKI_ALREADY_INITIALIZED), THREADS - 1);
        for (size_t j = 0; j < THREADS; j++)
            ck_assert_uint_eq(comers[j].then, CKR_OK);
    }
}
END_TEST

static void *come_and_go(void *self)
{
    struct comer *comer = self;
    CK_SESSION_HANDLE session;
    CK_SLOT_ID slot;
    comer->first = CKR_OK;
    pthread_barrier_wait(comer->barrier);
    for (int i = 0; i < 30; i++) {
        CK_RV rv = p11->C_Initialize(NULL);
        if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
            comer->first = rv;
        rv = p11->C_OpenSession(i % 2 ? AUTH_SLOT : SOFT_SLOT, CKF_SERIAL_SESSION, NULL, NULL,
                                &session);
        if (rv != CKR_OK && rv != CKR_CRYPTOKI_NOT_INITIALIZED && rv != CKR_SLOT_ID_INVALID)
            comer->first = rv;
        (void)p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL);
        rv = p11->C_Finalize(NULL);
        if (rv != CKR_OK && rv != CKR_CRYPTOKI_NOT_INITIALIZED)
            comer->first = rv;
    }
    return NULL;
}

START_TEST(many_may_begin_and_end_it_as_they_like)
{
    struct comer comers[THREADS];
    at_once(come_and_go, comers);
    ck_assert_uint_eq(count(comers, CKR_OK), THREADS);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
    ck_assert_uint_eq(cardsim_connections(bench, READER), 0);
    ck_assert_uint_eq(p11->C_Initialize(NULL), CKR_OK);
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
}
END_TEST

/* --- a host that forks while its threads work --- */

/* What takes the module's own locks. OpenSSL's are not among them: a child of a host that forked
 * with a thread inside of OpenSSL may find one of those held for ever, whatever a module does, and
 * the simulated card in the child signs with OpenSSL. */
static void *search_until_the_end(void *self)
{
    struct worker *worker = self;
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_TOKEN_INFO info;
    CK_OBJECT_HANDLE key;
    CK_ULONG found;
    while (worker->rv == CKR_OK) {
        worker->rv = p11->C_GetTokenInfo(SOFT_SLOT, &info);
        if (worker->rv == CKR_OK)
            worker->rv = p11->C_FindObjectsInit(worker->session, &template, 1);
        if (worker->rv == CKR_OK)
            worker->rv = p11->C_FindObjects(worker->session, &key, 1, &found);
        if (worker->rv == CKR_OK)
            worker->rv = p11->C_FindObjectsFinal(worker->session);
        if (worker->rv == CKR_OK)
            atomic_fetch_add_explicit(&worker->turns, 1, memory_order_relaxed);
    }
    return NULL;
}

/* The child's world: another bench, for the parent's threads may hold the first one's lock for ever
 * in the child's memory. */
static struct cardsim_bench *childs_bench;
static struct cardsim *childs_card;

static mn_rc open_childs_bench(struct mn_readers *out)
{
    return cardsim_bench_open(childs_bench, out);
}

static void make_childs_bench(void)
{
    ck_assert_int_eq(cardsim_bench_new(&childs_bench), MN_OK);
    ck_assert_int_eq(cardsim_plug(childs_bench, READER), MN_OK);
    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &childs_card), MN_OK);
    cardsim_insert(childs_bench, READER, childs_card);
}

static void free_childs_bench(void)
{
    cardsim_remove(childs_bench, READER);
    cardsim_bench_free(&childs_bench);
    cardsim_free(&childs_card);
}

/* 0; where something went wrong, a number that its line gives and that is never 0. */
static int live_as_child(CK_SESSION_HANDLE inherited)
{
#define MUST(what)                                                                                 \
    do {                                                                                           \
        if (!(what))                                                                               \
            return __LINE__ % 255 + 1;                                                             \
    } while (0)
    CK_SESSION_HANDLE session;
    CK_BYTE pin[] = CARDSIM_AUTH_PIN, data[] = "data", signature[RSA_SIZE];
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_OBJECT_HANDLE key;
    CK_ULONG found = 0, len = sizeof signature;
    MUST(p11->C_Logout(inherited) == CKR_CRYPTOKI_NOT_INITIALIZED);
    mn_module_use_readers(open_childs_bench);
    MUST(p11->C_Initialize(NULL) == CKR_OK);
    MUST(p11->C_Logout(inherited) == CKR_SESSION_HANDLE_INVALID);
    MUST(p11->C_OpenSession(AUTH_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &session) == CKR_OK);
    MUST(p11->C_Login(session, CKU_USER, pin, 4) == CKR_OK);
    MUST(p11->C_FindObjectsInit(session, &template, 1) == CKR_OK);
    MUST(p11->C_FindObjects(session, &key, 1, &found) == CKR_OK && found == 1);
    MUST(p11->C_SignInit(session, &mechanism, key) == CKR_OK);
    MUST(p11->C_Sign(session, data, sizeof data, signature, &len) == CKR_OK);
    MUST(p11->C_Finalize(NULL) == CKR_OK);
    return 0;
#undef MUST
}

static void fork_a_child(CK_SESSION_HANDLE inherited)
{
    int status;
    pid_t child = fork();
    ck_assert_int_ne(child, -1);
    if (child == 0) {
        signal(SIGALRM, SIG_DFL); /* the runner's handler is of no use in a thread that hangs */
        alarm(100);
        _exit(live_as_child(inherited));
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child: %x", (unsigned)status);
}

START_TEST(children_of_a_host_with_busy_threads_begin_anew)
{
    struct worker workers[4];
    make_childs_bench();
    for (size_t i = 0; i < 4; i++)
        start_worker(&workers[i], search_until_the_end, SOFT_SLOT, i == 0);
    for (size_t i = 0; i < 4; i++)
        until_it_is_busy(&workers[i]);
    for (int i = 0; i < 2 * ROUNDS; i++)
        fork_a_child(workers[0].session);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(workers[i].thread, NULL);
        ck_assert_uint_eq(workers[i].rv, CKR_CRYPTOKI_NOT_INITIALIZED);
    }
    free_childs_bench();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threads/ending");
    TCase *tcase = tcase_create("ending");
    stage_attach(tcase);
    tcase_add_checked_fixture(tcase, shelve, NULL);
    tcase_add_test(tcase, finalize_ends_those_who_wait_and_those_who_sign);
    tcase_add_test(tcase, of_many_that_initialize_one_does_and_all_can_go_on);
    tcase_add_test(tcase, many_may_begin_and_end_it_as_they_like);
    if (MALLOC_SURVIVES_FORK)
        tcase_add_test(tcase, children_of_a_host_with_busy_threads_begin_anew);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
