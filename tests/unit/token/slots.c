/* All slots: their ids, the list, events, and threads. */
#include "token/slots.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "crypto/library.h"
#include "runner.h"
#include "standin_readers.h"
#include "token/login.h"
#include "token/slot_info.h"

static struct mn_settings settings;
static struct mn_slots *slots;
static CK_SLOT_ID list[16];
static CK_ULONG count;

static void open_slots(void)
{
    struct mn_readers source = {0};
    ck_assert_int_eq(mn_slots_open(&source, &settings, NULL, &slots), MN_OK);
    ck_assert_ptr_null(mn_slots_find(slots, 1)); /* nobody has looked yet */
    ck_assert_uint_eq(mn_slots_refresh(slots), CKR_OK);
}

static void set_up(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    mn_settings_default(&settings);
    standin_plug(0, "First 00 00");
    standin_plug(1, "Second 01 00");
    open_slots();
}

static void tear_down(void)
{
    mn_slots_close(&slots);
    mn_crypto_close();
}

/* C_GetSlotList as programs call it: first for the number. */
static size_t list_slots(bool with_token)
{
    ck_assert_uint_eq(mn_slots_list(slots, with_token, NULL, &count), CKR_OK);
    size_t expected = count;
    count = sizeof list / sizeof list[0];
    ck_assert_uint_eq(mn_slots_list(slots, with_token, list, &count), CKR_OK);
    ck_assert_uint_eq(count, expected);
    return count;
}

START_TEST(a_reader_gives_a_slot_for_each_role)
{
    CK_SLOT_INFO info[2];
    ck_assert_uint_eq(list_slots(false), 4);
    for (size_t i = 0; i < 2; i++) {
        struct mn_slot *slot = mn_slots_find(slots, list[i]);
        ck_assert_ptr_nonnull(slot);
        mn_slot_info(slot, false, &info[i]);
        ck_assert_uint_eq(info[i].flags, CKF_REMOVABLE_DEVICE | CKF_HW_SLOT);
    }
    ck_assert_mem_eq(info[0].slotDescription, "First 00 00 (authentication)     ", 32);
    ck_assert_mem_eq(info[1].slotDescription, "First 00 00 (signature)          ", 32);
}
END_TEST

START_TEST(ids_begin_at_one_and_no_other_is_a_slot)
{
    ck_assert_uint_eq(list_slots(false), 4);
    for (CK_SLOT_ID id = 1; id <= 4; id++)
        ck_assert_uint_eq(list[id - 1], id);
    ck_assert_ptr_null(mn_slots_find(slots, 0));
    ck_assert_ptr_null(mn_slots_find(slots, 5));
    ck_assert_ptr_null(mn_slots_find(slots, (CK_SLOT_ID)-1));
}
END_TEST

START_TEST(only_the_roles_that_are_wanted_are_offered)
{
    CK_SLOT_INFO info;
    mn_slots_close(&slots);
    settings.offer_auth = false;
    standin_plug(0, "");
    open_slots();
    ck_assert_uint_eq(list_slots(false), 2);
    mn_slot_info(mn_slots_find(slots, list[0]), true, &info);
    ck_assert_mem_eq(info.slotDescription, "First 00 00 (signature) ", 24);
    ck_assert(info.flags & CKF_TOKEN_PRESENT);
}
END_TEST

START_TEST(the_list_can_be_narrowed_to_slots_with_a_token)
{
    ck_assert_uint_eq(list_slots(true), 0);
    standin_insert(1);
    ck_assert_uint_eq(list_slots(true), 2);
    ck_assert_uint_eq(list[0], 3);
    ck_assert_uint_eq(list[1], 4);
    standin_remove(1);
    ck_assert_uint_eq(list_slots(true), 0);
    ck_assert_uint_eq(list_slots(false), 4);
}
END_TEST

START_TEST(a_foreign_card_is_no_token)
{
    standin_set_verdict(0, MN_E_FOREIGN_CARD);
    standin_insert(0);
    ck_assert_uint_eq(list_slots(true), 0);
    ck_assert(!mn_slots_has_token(slots, mn_slots_find(slots, 1)));
    struct mn_slot *slot = mn_slots_find(slots, 1);
    mn_slot_enter(slot);
    ck_assert_uint_eq(mn_slot_open_token(slot), CKR_TOKEN_NOT_RECOGNIZED);
    mn_slot_leave(slot);
}
END_TEST

START_TEST(a_card_is_asked_once_what_it_is)
{
    standin_insert(0);
    for (int i = 0; i < 3; i++)
        ck_assert_uint_eq(list_slots(true), 2);
    ck_assert_uint_eq(standin_recognised(0), 2); /* once for each role */
    standin_remove(0);
    standin_insert(0);
    ck_assert_uint_eq(list_slots(true), 2);
    ck_assert_uint_eq(standin_recognised(0), 4);
}
END_TEST

START_TEST(a_card_that_could_not_be_asked_is_asked_again)
{
    standin_set_verdict(0, MN_E_BUSY);
    standin_insert(0);
    ck_assert_uint_eq(list_slots(true), 0);
    standin_set_verdict(0, MN_OK);
    ck_assert_uint_eq(list_slots(true), 2);
}
END_TEST

START_TEST(the_set_of_slots_changes_only_when_asked_for_its_size)
{
    ck_assert_uint_eq(list_slots(false), 4);
    standin_plug(2, "Third 02 00");
    standin_unplug(0);
    count = 16;
    ck_assert_uint_eq(mn_slots_list(slots, false, list, &count), CKR_OK);
    ck_assert_uint_eq(count, 4);
    ck_assert_uint_eq(list[0], 1);
    ck_assert_uint_eq(list_slots(false), 4);
    ck_assert_uint_eq(list[0], 3);
    ck_assert_uint_eq(list[3], 6);
}
END_TEST

START_TEST(a_list_that_is_too_small_is_told_the_number)
{
    count = 3;
    list[0] = 77;
    ck_assert_uint_eq(mn_slots_list(slots, false, list, &count), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(count, 4);
    ck_assert_uint_eq(list[0], 77);
}
END_TEST

START_TEST(a_reader_that_comes_back_has_its_ids_again)
{
    CK_SLOT_INFO info;
    standin_unplug(0);
    ck_assert_uint_eq(list_slots(false), 2);
    ck_assert_uint_eq(list[0], 3);
    mn_slot_info(mn_slots_find(slots, 1), false, &info);
    ck_assert_mem_eq(info.slotDescription, "First", 5);
    standin_plug(0, "");
    ck_assert_uint_eq(list_slots(false), 4);
    ck_assert_uint_eq(list[0], 1);
}
END_TEST

START_TEST(what_the_first_look_finds_is_no_event)
{
    CK_SLOT_ID id;
    mn_slots_close(&slots);
    standin_plug(0, "");
    standin_insert(0);
    struct mn_readers source = {0};
    ck_assert_int_eq(mn_slots_open(&source, &settings, NULL, &slots), MN_OK);
    ck_assert_uint_eq(mn_slots_wait(slots, false, &id), CKR_NO_EVENT);
}
END_TEST

/* Both slots of a reader have the event, once. */
static void expect_events(CK_SLOT_ID first)
{
    CK_SLOT_ID id = 0;
    ck_assert_uint_eq(mn_slots_wait(slots, false, &id), CKR_OK);
    ck_assert_uint_eq(id, first);
    ck_assert_uint_eq(mn_slots_wait(slots, true, &id), CKR_OK);
    ck_assert_uint_eq(id, first + 1);
    ck_assert_uint_eq(mn_slots_wait(slots, false, &id), CKR_NO_EVENT);
}

START_TEST(every_coming_and_going_is_told_once)
{
    standin_insert(1);
    expect_events(3);
    standin_remove(1);
    expect_events(3);
    standin_unplug(0);
    expect_events(1);
    standin_plug(2, "Third 02 00");
    expect_events(5);
}
END_TEST

START_TEST(an_event_that_others_saw_first_is_told_all_the_same)
{
    standin_insert(1);
    ck_assert_uint_eq(list_slots(true), 2);
    ck_assert_uint_eq(mn_slots_refresh(slots), CKR_OK);
    expect_events(3);
}
END_TEST

START_TEST(a_card_that_was_exchanged_unseen_is_an_event)
{
    standin_insert(0);
    expect_events(1);
    standin_remove(0);
    standin_insert(0);
    expect_events(1);
}
END_TEST

static CK_RV waited;

static void *wait_for_event(void *id)
{
    waited = mn_slots_wait(slots, true, id);
    return NULL;
}

/* Somebody sleeps in the stand-in, or the test's time runs out. */
static void until_awaited(void)
{
    while (!standin_is_awaited())
        usleep(1000);
}

START_TEST(a_waiting_thread_is_woken_by_a_card)
{
    pthread_t thread;
    CK_SLOT_ID id = 0;
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_event, &id), 0);
    until_awaited();
    standin_insert(1);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(waited, CKR_OK);
    ck_assert_uint_eq(id, 3);
}
END_TEST

START_TEST(a_waiting_thread_is_woken_by_the_end)
{
    pthread_t thread;
    CK_SLOT_ID id = 0;
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_event, &id), 0);
    until_awaited();
    mn_slots_cancel(slots);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(waited, CKR_CRYPTOKI_NOT_INITIALIZED);
}
END_TEST

static CK_SESSION_HANDLE open_session(struct mn_slot *slot)
{
    struct mn_session *session;
    CK_SESSION_HANDLE handle;
    mn_slot_enter(slot);
    ck_assert_uint_eq(mn_slot_open_session(slot, false, &handle), CKR_OK);
    ck_assert_uint_eq(mn_slot_find_session(slot, handle, &session), CKR_OK);
    ck_assert_uint_eq(mn_login(slot, session, CKU_USER, (const CK_BYTE *)STANDIN_PIN, 4), CKR_OK);
    mn_slot_leave(slot);
    return handle;
}

struct signer {
    struct mn_slot *slot;
    CK_SESSION_HANDLE session;
    CK_RV rv;
};

static void sign_in(struct signer *signer)
{
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_BYTE signature[STANDIN_SIZE];
    CK_ULONG len = sizeof signature;
    struct mn_session *session;
    struct mn_late late = {0};
    mn_slot_enter(signer->slot);
    signer->rv = mn_slot_find_session(signer->slot, signer->session, &session);
    if (signer->rv == CKR_OK)
        signer->rv = mn_operation_begin_sign(&session->sign, &signer->slot->token, &mechanism);
    if (signer->rv == CKR_OK)
        signer->rv = mn_operation_sign(&session->sign, &signer->slot->token, (const CK_BYTE *)"x",
                                       1, signature, &len, &late);
    mn_slot_leave(signer->slot);
    if (signer->rv == CKR_OK)
        signer->rv = mn_late_sign(&late);
}

static void *sign_thread(void *signer)
{
    sign_in(signer);
    return NULL;
}

static pthread_barrier_t at_work, released;

static void work_until_released(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&at_work);
    pthread_barrier_wait(&released);
}

/* The slow slot's signature does not end before the other slot's work is done: were they to wait
 * for each other, this test would never end. */
START_TEST(a_slot_at_work_keeps_no_other_waiting)
{
    pthread_t thread;
    CK_SLOT_INFO info;
    standin_insert(0);
    standin_insert(1);
    ck_assert_uint_eq(list_slots(true), 4);
    struct signer slow = {.slot = mn_slots_find(slots, 1)};
    struct signer quick = {.slot = mn_slots_find(slots, 3)};
    slow.session = open_session(slow.slot);
    quick.session = open_session(quick.slot);
    pthread_barrier_init(&at_work, NULL, 2);
    pthread_barrier_init(&released, NULL, 2);
    standin_role(0, MN_ROLE_AUTH)->while_signing = work_until_released;
    ck_assert_int_eq(pthread_create(&thread, NULL, sign_thread, &slow), 0);
    pthread_barrier_wait(&at_work);

    sign_in(&quick);
    ck_assert_uint_eq(quick.rv, CKR_OK);
    ck_assert_uint_eq(list_slots(true), 4);
    mn_slot_info(slow.slot, mn_slots_has_token(slots, slow.slot), &info);
    ck_assert(info.flags & CKF_TOKEN_PRESENT);
    CK_SLOT_ID id;
    (void)mn_slots_wait(slots, false, &id);

    pthread_barrier_wait(&released);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(slow.rv, CKR_OK);
    pthread_barrier_destroy(&at_work);
    pthread_barrier_destroy(&released);
}
END_TEST

static void *close_and_open(void *slot)
{
    for (int i = 0; i < 200; i++) {
        mn_slot_enter(slot);
        mn_slot_close_all_sessions(slot);
        mn_slot_leave(slot);
        open_session(slot);
    }
    return NULL;
}

/* A session that another thread closes is either there or not: nothing in between. (The sanitizers
 * look on.) */
START_TEST(a_session_closed_by_another_thread_is_gone_cleanly)
{
    pthread_t thread;
    standin_insert(0);
    ck_assert_uint_eq(mn_slots_refresh(slots), CKR_OK);
    struct signer signer = {.slot = mn_slots_find(slots, 1)};
    signer.session = open_session(signer.slot);
    ck_assert_int_eq(pthread_create(&thread, NULL, close_and_open, signer.slot), 0);
    do {
        sign_in(&signer);
    } while (signer.rv == CKR_OK);
    ck_assert_uint_eq(signer.rv, CKR_SESSION_HANDLE_INVALID);
    pthread_join(thread, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token/slots");
    TCase *tcase = tcase_create("slots");

    tcase_add_unchecked_fixture(tcase, standin_make, NULL);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_reader_gives_a_slot_for_each_role);
    tcase_add_test(tcase, ids_begin_at_one_and_no_other_is_a_slot);
    tcase_add_test(tcase, only_the_roles_that_are_wanted_are_offered);
    tcase_add_test(tcase, the_list_can_be_narrowed_to_slots_with_a_token);
    tcase_add_test(tcase, a_foreign_card_is_no_token);
    tcase_add_test(tcase, a_card_is_asked_once_what_it_is);
    tcase_add_test(tcase, a_card_that_could_not_be_asked_is_asked_again);
    tcase_add_test(tcase, the_set_of_slots_changes_only_when_asked_for_its_size);
    tcase_add_test(tcase, a_list_that_is_too_small_is_told_the_number);
    tcase_add_test(tcase, a_reader_that_comes_back_has_its_ids_again);
    tcase_add_test(tcase, what_the_first_look_finds_is_no_event);
    tcase_add_test(tcase, every_coming_and_going_is_told_once);
    tcase_add_test(tcase, an_event_that_others_saw_first_is_told_all_the_same);
    tcase_add_test(tcase, a_card_that_was_exchanged_unseen_is_an_event);
    tcase_add_test(tcase, a_waiting_thread_is_woken_by_a_card);
    tcase_add_test(tcase, a_waiting_thread_is_woken_by_the_end);
    tcase_add_test(tcase, a_slot_at_work_keeps_no_other_waiting);
    tcase_add_test(tcase, a_session_closed_by_another_thread_is_gone_cleanly);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
