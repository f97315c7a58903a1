/* A software certificate as a program sees it. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/soft_shelf.h"
#include "runner.h"
#include "stage.h"

static const char *pfx;

static void shelve(void)
{
    pfx = stage_shelve();
}

START_TEST(its_slot_stands_behind_those_of_the_readers)
{
    CK_SLOT_ID list[8];
    CK_ULONG count = 8;
    CK_SLOT_INFO info;
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, NULL, &count), CKR_OK);
    count = 8;
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, list, &count), CKR_OK);
    ck_assert_uint_eq(count, 3);
    ck_assert_uint_eq(list[2], SOFT_SLOT);
    ck_assert_uint_eq(p11->C_GetSlotInfo(SOFT_SLOT, &info), CKR_OK);
    ck_assert_uint_eq(info.flags, CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE);
    ck_assert_mem_eq(info.slotDescription, "Software certificate (1) ", 25);
}
END_TEST

START_TEST(a_new_one_comes_with_the_next_look_at_the_list)
{
    CK_ULONG count;
    CK_TOKEN_INFO info;
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    shelve();
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 3);
    ck_assert_uint_eq(p11->C_GetTokenInfo(SOFT_SLOT, &info), CKR_OK);
    ck_assert_mem_eq(info.label, "Software ", 9);
    ck_assert_mem_eq(info.manufacturerID, "mynakey ", 8);
    ck_assert_uint_eq(info.flags, CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED |
                                      CKF_USER_PIN_INITIALIZED);
}
END_TEST

START_TEST(alone_it_needs_no_reader)
{
    CK_ULONG count = 8;
    CK_SLOT_ID list[8];
    stage_restart("roles = soft\n");
    cardsim_bench_service(bench, false);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_TRUE, list, &count), CKR_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(list[0], SOFT_SLOT);
    CK_SLOT_ID id;
    ck_assert_uint_eq(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_NO_EVENT);
    ck_assert_uint_eq(sign_something(log_in(SOFT_SLOT)), CKR_OK);
}
END_TEST

static void *wait_for_event(void *rv)
{
    CK_SLOT_ID id;
    *(CK_RV *)rv = p11->C_WaitForSlotEvent(0, &id, NULL);
    return NULL;
}

START_TEST(whoever_waits_for_events_is_woken_by_the_end)
{
    pthread_t thread;
    CK_RV rv = CKR_OK;
    stage_restart("roles = soft\n");
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_event, &rv), 0);
    usleep(20000); /* most likely it waits by now; the outcome is the same if not */
    ck_assert_uint_eq(p11->C_Finalize(NULL), CKR_OK);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(rv, CKR_CRYPTOKI_NOT_INITIALIZED);
}
END_TEST

START_TEST(its_certificates_are_seen_before_login)
{
    CK_SESSION_HANDLE session = open_session(SOFT_SLOT, false);
    CK_OBJECT_HANDLE found[8];
    CK_BYTE value[4096];
    ck_assert_uint_eq(find_class(session, CKO_CERTIFICATE, found), 2);
    ck_assert_uint_gt(read_value(session, found[0], CKA_VALUE, value), 500);
    ck_assert_uint_eq(read_value(session, found[0], CKA_ID, value), 20);
    ck_assert_uint_eq(find_class(session, CKO_PUBLIC_KEY, NULL), 1);
    ck_assert_uint_eq(find_class(session, CKO_PRIVATE_KEY, NULL), 0);
}
END_TEST

START_TEST(the_passphrase_is_the_pin)
{
    CK_SESSION_HANDLE session = open_session(SOFT_SLOT, false);
    for (int i = 0; i < 8; i++) /* slowed down, never locked */
        ck_assert_uint_eq(login_with(session, CKU_USER, "wrong horse"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(session, CKU_USER, SOFT_PASSPHRASE), CKR_OK);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_OK);
    ck_assert_uint_eq(find_class(session, CKO_PRIVATE_KEY, NULL), 0);
}
END_TEST

/* What one side makes, the other takes back. */
START_TEST(what_the_public_key_encrypts_the_private_key_decrypts)
{
    CK_RSA_PKCS_OAEP_PARAMS oaep = {CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, NULL, 0};
    CK_MECHANISM mechanisms[] = {{CKM_RSA_PKCS, NULL, 0}, {CKM_RSA_PKCS_OAEP, &oaep, sizeof oaep}};
    CK_SESSION_HANDLE session = log_in(SOFT_SLOT);
    for (size_t i = 0; i < 2; i++) {
        CK_BYTE message[] = "a key for the message", encrypted[RSA_SIZE], out[RSA_SIZE];
        CK_ULONG len = sizeof encrypted;
        ck_assert_uint_eq(
            p11->C_EncryptInit(session, &mechanisms[i], only(session, CKO_PUBLIC_KEY)), CKR_OK);
        ck_assert_uint_eq(p11->C_Encrypt(session, message, sizeof message, encrypted, &len),
                          CKR_OK);
        ck_assert_uint_eq(
            p11->C_DecryptInit(session, &mechanisms[i], only(session, CKO_PRIVATE_KEY)), CKR_OK);
        len = sizeof message - 1;
        ck_assert_uint_eq(p11->C_Decrypt(session, encrypted, RSA_SIZE, out, &len),
                          CKR_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(len, sizeof message);
        ck_assert_uint_eq(p11->C_Decrypt(session, encrypted, RSA_SIZE, out, &len), CKR_OK);
        ck_assert_uint_eq(len, sizeof message);
        ck_assert_mem_eq(out, message, sizeof message);
        ck_assert_uint_eq(p11->C_Decrypt(session, encrypted, RSA_SIZE, out, &len),
                          CKR_OPERATION_NOT_INITIALIZED);
    }
}
END_TEST

START_TEST(a_logout_ends_what_the_key_was_to_do)
{
    CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
    CK_BYTE data[RSA_SIZE] = {0};
    CK_ULONG len = sizeof data;
    CK_SESSION_HANDLE session = log_in(SOFT_SLOT);
    ck_assert_uint_eq(p11->C_DecryptInit(session, &mechanism, only(session, CKO_PRIVATE_KEY)),
                      CKR_OK);
    ck_assert_uint_eq(begin_sign(session), CKR_OK);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_OK);
    ck_assert_uint_eq(p11->C_Decrypt(session, data, sizeof data, data, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_Sign(session, data, 1, data, &len), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(without_its_file_there_is_no_token)
{
    char away[600];
    CK_SLOT_INFO info;
    CK_SESSION_INFO session_info;
    CK_SESSION_HANDLE session = log_in(SOFT_SLOT);
    snprintf(away, sizeof away, "%s.away", pfx);
    ck_assert_int_eq(rename(pfx, away), 0);
    ck_assert_uint_eq(p11->C_GetSlotInfo(SOFT_SLOT, &info), CKR_OK);
    ck_assert_uint_eq(info.flags & CKF_TOKEN_PRESENT, 0);
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &session_info), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(p11->C_OpenSession(SOFT_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &session),
                      CKR_TOKEN_NOT_PRESENT);
    ck_assert_int_eq(rename(away, pfx), 0);
    ck_assert_uint_eq(sign_something(log_in(SOFT_SLOT)), CKR_OK);
}
END_TEST

START_TEST(what_was_removed_leaves_its_slot_empty)
{
    CK_ULONG count;
    CK_SESSION_INFO info;
    CK_SESSION_HANDLE session = log_in(SOFT_SLOT);
    ck_assert_int_eq(mn_soft_shelf_remove(1), MN_OK);
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(access(pfx, R_OK), 0);
}
END_TEST

static CK_RV set_pin(CK_SESSION_HANDLE session, const char *old, const char *new)
{
    CK_BYTE a[64], b[64];
    memcpy(a, old, strlen(old));
    memcpy(b, new, strlen(new));
    return p11->C_SetPIN(session, a, strlen(old), b, strlen(new));
}

START_TEST(a_new_pin_is_a_new_passphrase)
{
    char old[600];
    CK_SESSION_HANDLE session = open_session(SOFT_SLOT, true);
    ck_assert_uint_eq(set_pin(session, "wrong", "battery staple"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(set_pin(session, SOFT_PASSPHRASE, ""), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(set_pin(session, SOFT_PASSPHRASE, "battery staple"), CKR_OK);
    ck_assert_uint_eq(login_with(session, CKU_USER, SOFT_PASSPHRASE), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(session, CKU_USER, "battery staple"), CKR_OK);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
    snprintf(old, sizeof old, "%s.old", pfx);
    ck_assert_int_ne(access(old, F_OK), 0);
}
END_TEST

struct worker {
    CK_SESSION_HANDLE session;
    unsigned failed;
};

static void *sign_often(void *self)
{
    struct worker *worker = self;
    for (int i = 0; i < 20; i++)
        if (sign_something(worker->session) != CKR_OK)
            worker->failed++;
    return NULL;
}

/* The sanitizers look on. */
START_TEST(threads_sign_side_by_side)
{
    pthread_t threads[4];
    struct worker workers[4] = {{log_in(SOFT_SLOT), 0}};
    for (size_t i = 1; i < 4; i++)
        workers[i].session = open_session(SOFT_SLOT, false);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, sign_often, &workers[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(workers[i].failed, 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/soft");
    TCase *bare = tcase_create("an empty shelf");
    stage_attach(bare);
    tcase_add_test(bare, a_new_one_comes_with_the_next_look_at_the_list);
    suite_add_tcase(suite, bare);

    TCase *tcase = tcase_create("soft");
    stage_attach(tcase);
    tcase_add_checked_fixture(tcase, shelve, NULL);
    tcase_add_test(tcase, its_slot_stands_behind_those_of_the_readers);
    tcase_add_test(tcase, alone_it_needs_no_reader);
    tcase_add_test(tcase, whoever_waits_for_events_is_woken_by_the_end);
    tcase_add_test(tcase, its_certificates_are_seen_before_login);
    tcase_add_test(tcase, the_passphrase_is_the_pin);
    tcase_add_test(tcase, what_the_public_key_encrypts_the_private_key_decrypts);
    tcase_add_test(tcase, a_logout_ends_what_the_key_was_to_do);
    tcase_add_test(tcase, without_its_file_there_is_no_token);
    tcase_add_test(tcase, what_was_removed_leaves_its_slot_empty);
    tcase_add_test(tcase, a_new_pin_is_a_new_passphrase);
    tcase_add_test(tcase, threads_sign_side_by_side);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
