/* Cards that leave, fail or lie; threads; other programs. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"
#include "stage.h"

static CK_RV sign_with(const char *fault)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_int_eq(cardsim_fault(card, fault), MN_OK);
    return sign_something(session);
}

START_TEST(a_card_that_leaves_during_a_signature_is_removed)
{
    CK_SESSION_INFO info;
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_int_eq(cardsim_fault(card, "1:removed"), MN_OK);
    ck_assert_uint_eq(sign_something(session), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
}
END_TEST

START_TEST(a_card_that_answers_nonsense_is_in_error)
{
    ck_assert_uint_eq(sign_with("1:garbage:7"), CKR_DEVICE_ERROR);
}
END_TEST

START_TEST(a_signature_of_the_wrong_length_is_none)
{
    ck_assert_uint_eq(sign_with("1:overlong:1"), CKR_DEVICE_ERROR);
}
END_TEST

START_TEST(an_error_passes)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_int_eq(cardsim_fault(card, "1:garbage:7"), MN_OK);
    ck_assert_uint_eq(sign_something(session), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
}
END_TEST

/* Out and in again before the service looked. */
START_TEST(a_card_that_slipped_is_in_error_once_and_its_login_over)
{
    CK_SLOT_ID slot;
    CK_SESSION_INFO info;
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
    cardsim_slip(bench, READER, card);
    ck_assert_uint_eq(sign_something(session), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_OK);
    ck_assert_uint_eq(info.state, CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_OK);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
    ck_assert_uint_eq(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 2);
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 3);
}
END_TEST

START_TEST(a_card_that_slipped_in_for_another_is_another_token)
{
    struct cardsim *other = NULL;
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_int_eq(cardsim_new("fresh", CARDSIM_PKI, &other), MN_OK);
    ck_assert_int_eq(cardsim_set(other, "serial", "0000000000000042"), MN_OK);
    cardsim_slip(bench, READER, other);
    ck_assert_uint_eq(sign_something(session), CKR_DEVICE_ERROR);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(cardsim_count_verify(other, CARDSIM_PIN_AUTH), 0);
    ck_assert_uint_eq(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_OK);
    ck_assert_uint_eq(p11->C_CloseSession(session), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
    ck_assert_uint_eq(cardsim_count_verify(other, CARDSIM_PIN_AUTH), 1);
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    cardsim_remove(bench, READER);
    cardsim_free(&other);
}
END_TEST

START_TEST(another_programs_card_is_busy_and_comes_back)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    cardsim_reader_hold(bench, READER, true);
    ck_assert_uint_eq(sign_something(session), CKR_DEVICE_ERROR);
    cardsim_reader_hold(bench, READER, false);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
}
END_TEST

START_TEST(another_program_may_use_the_card_in_between)
{
    static const CK_BYTE common[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    for (int i = 0; i < 3; i++) {
        cardsim_other_selects(bench, READER, mn_span(common, sizeof common));
        ck_assert_uint_eq(sign_something(session), CKR_OK);
    }
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 3);
}
END_TEST

START_TEST(without_a_service_there_is_no_slot_and_no_harm)
{
    CK_ULONG count;
    cardsim_bench_service(bench, false);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    cardsim_bench_service(bench, true);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
}
END_TEST

START_TEST(a_mute_card_is_no_token)
{
    CK_ULONG count;
    stage_exchange("mute");
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
}
END_TEST

#define THREADS 4
#define TURNS   5

struct worker {
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key, public_key;
    CK_RV rv;
};

static CK_RV sign_and_verify(const struct worker *w)
{
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_BYTE data[] = "data", signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    CK_RV rv = p11->C_SignInit(w->session, &mechanism, w->key);
    if (rv == CKR_OK)
        rv = p11->C_Sign(w->session, data, sizeof data, signature, &len);
    if (rv == CKR_OK)
        rv = p11->C_VerifyInit(w->session, &mechanism, w->public_key);
    if (rv == CKR_OK)
        rv = p11->C_Verify(w->session, data, sizeof data, signature, len);
    return rv;
}

static void *work(void *worker)
{
    struct worker *w = worker;
    for (int i = 0; i < TURNS && w->rv == CKR_OK; i++)
        w->rv = sign_and_verify(w);
    return NULL;
}

START_TEST(threads_share_a_card_and_disturb_no_other)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CK_SLOT_ID slot = i % 2 ? SIGN_SLOT : AUTH_SLOT;
        workers[i].session = i < 2 ? log_in(slot) : open_session(slot, false);
        workers[i].key = only(workers[i].session, CKO_PRIVATE_KEY);
        workers[i].public_key = only(workers[i].session, CKO_PUBLIC_KEY);
        workers[i].rv = CKR_OK;
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(workers[i].rv, CKR_OK);
    }
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 1);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SIGN), 1);
}
END_TEST

/* Another program is in the midst of a conversation with the card. */
static void hold_card(struct mn_readers *program, struct mn_transport *connection)
{
    bool was_reset;
    ck_assert_int_eq(cardsim_bench_open(bench, program), MN_OK);
    ck_assert_int_eq(program->ops->connect(program->self, READER, connection), MN_OK);
    ck_assert_int_eq(connection->ops->begin(connection->self, &was_reset), MN_OK);
}

static void let_card_go(struct mn_readers *program, struct mn_transport *connection)
{
    connection->ops->end(connection->self);
    connection->ops->close(connection->self);
    program->ops->close(program->self);
}

static void *sign_once(void *worker)
{
    struct worker *w = worker;
    w->rv = sign_and_verify(w);
    return NULL;
}

/* What needs no card, in a session of another slot: of that same card even. */
static void work_without_the_card(CK_SESSION_HANDLE session)
{
    CK_BYTE digest[32], data[] = "data";
    CK_MECHANISM mechanism = {CKM_SHA256, NULL, 0};
    CK_SESSION_INFO session_info;
    CK_SLOT_INFO slot_info;
    CK_ULONG len = sizeof digest;
    ck_assert_uint_eq(p11->C_DigestInit(session, &mechanism), CKR_OK);
    ck_assert_uint_eq(p11->C_Digest(session, data, sizeof data, digest, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_GenerateRandom(session, digest, len), CKR_OK);
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &session_info), CKR_OK);
    ck_assert_uint_eq(p11->C_GetSlotInfo(AUTH_SLOT, &slot_info), CKR_OK);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, NULL, &len), CKR_OK);
    ck_assert_uint_eq(len, 2);
    ck_assert_uint_eq(p11->C_CloseSession(open_session(SIGN_SLOT, true)), CKR_OK);
}

START_TEST(a_signature_that_waits_for_its_card_keeps_no_other_slot_waiting)
{
    pthread_t thread;
    struct mn_readers program;
    struct mn_transport connection;
    CK_SESSION_HANDLE other = open_session(SIGN_SLOT, false), session = log_in(AUTH_SLOT);
    struct worker w = {session, only(session, CKO_PRIVATE_KEY), only(session, CKO_PUBLIC_KEY),
                       CKR_GENERAL_ERROR};
    CK_ULONG count;
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    hold_card(&program, &connection);
    ck_assert_int_eq(pthread_create(&thread, NULL, sign_once, &w), 0);
    usleep(20000); /* most likely it waits by now; the outcome is the same if not */
    work_without_the_card(other);
    let_card_go(&program, &connection);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(w.rv, CKR_OK);
}
END_TEST

static void *use_one_session(void *session)
{
    CK_BYTE digest[32], data[] = "data";
    CK_MECHANISM mechanism = {CKM_SHA256, NULL, 0};
    for (int i = 0; i < 200; i++) {
        CK_ULONG len = sizeof digest;
        (void)p11->C_DigestInit(*(CK_SESSION_HANDLE *)session, &mechanism);
        (void)p11->C_DigestUpdate(*(CK_SESSION_HANDLE *)session, data, sizeof data);
        (void)p11->C_DigestFinal(*(CK_SESSION_HANDLE *)session, digest, &len);
    }
    return NULL;
}

/* They spoil each other's digests, which is their affair; nothing else may be spoilt. */
START_TEST(threads_that_share_a_session_do_no_harm)
{
    pthread_t threads[THREADS];
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use_one_session, &session), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
}
END_TEST

static void *come_and_go(void *unused)
{
    for (int i = 0; i < 10; i++) {
        cardsim_remove(bench, READER);
        cardsim_insert(bench, READER, card);
    }
    return unused;
}

START_TEST(a_card_may_come_and_go_under_working_threads)
{
    pthread_t thread;
    CK_SESSION_HANDLE session;
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    ck_assert_int_eq(pthread_create(&thread, NULL, come_and_go, NULL), 0);
    for (int i = 0; i < 50; i++) {
        if (p11->C_OpenSession(AUTH_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK)
            continue;
        if (p11->C_FindObjectsInit(session, &template, 1) == CKR_OK)
            (void)p11->C_FindObjectsFinal(session);
        (void)p11->C_CloseSession(session);
    }
    pthread_join(thread, NULL);
    ck_assert_uint_eq(p11->C_CloseAllSessions(AUTH_SLOT), CKR_OK);
    ck_assert_uint_eq(sign_something(log_in(AUTH_SLOT)), CKR_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/trouble");
    TCase *tcase = tcase_create("trouble");

    stage_attach(tcase);
    tcase_add_test(tcase, a_card_that_leaves_during_a_signature_is_removed);
    tcase_add_test(tcase, a_card_that_answers_nonsense_is_in_error);
    tcase_add_test(tcase, a_signature_of_the_wrong_length_is_none);
    tcase_add_test(tcase, an_error_passes);
    tcase_add_test(tcase, a_card_that_slipped_is_in_error_once_and_its_login_over);
    tcase_add_test(tcase, a_card_that_slipped_in_for_another_is_another_token);
    tcase_add_test(tcase, another_programs_card_is_busy_and_comes_back);
    tcase_add_test(tcase, another_program_may_use_the_card_in_between);
    tcase_add_test(tcase, without_a_service_there_is_no_slot_and_no_harm);
    tcase_add_test(tcase, a_mute_card_is_no_token);
    tcase_add_test(tcase, threads_share_a_card_and_disturb_no_other);
    tcase_add_test(tcase, a_signature_that_waits_for_its_card_keeps_no_other_slot_waiting);
    tcase_add_test(tcase, threads_that_share_a_session_do_no_harm);
    tcase_add_test(tcase, a_card_may_come_and_go_under_working_threads);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
