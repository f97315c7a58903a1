/* Signing, verifying, digesting, random numbers (3.0, 5.12 to 5.19), for every kind of token. */
#include <pthread.h>
#include <string.h>

#include "kinds.h"
#include "runner.h"

static CK_BYTE data[RSA_SIZE], signature[RSA_SIZE + 1], out[RSA_SIZE];
static CK_ULONG len;
static CK_SESSION_HANDLE session;
static CK_OBJECT_HANDLE key, public_key;

static CK_MECHANISM mechanism(CK_MECHANISM_TYPE type)
{
    return (CK_MECHANISM){type, NULL, 0};
}

/* A session with login, and the keys. */
static void begin(int turn)
{
    kind_begin(turn);
    session = kind_log_in();
    key = only(session, CKO_PRIVATE_KEY);
    public_key = only(session, CKO_PUBLIC_KEY);
    len = sizeof signature;
}

static CK_RV sign_init(CK_MECHANISM_TYPE type)
{
    CK_MECHANISM m = mechanism(type);
    len = sizeof signature;
    return p11->C_SignInit(session, &m, key);
}

static CK_RV verify_init(CK_MECHANISM_TYPE type)
{
    CK_MECHANISM m = mechanism(type);
    return p11->C_VerifyInit(session, &m, public_key);
}

/* What is wrong first, is what is told: handle, use, login, mechanism, parameter. */
START_TEST(a_key_is_checked_in_the_order_of_the_datasheet)
{
    CK_OBJECT_HANDLE certificate;
    begin(_i);
    CK_MECHANISM good = mechanism(kind->hashes_and_signs), unknown = mechanism(CKM_AES_CBC);
    CK_MECHANISM other_kind = mechanism(kind->signs == CKM_ECDSA ? CKM_RSA_PKCS : CKM_ECDSA);
    CK_MECHANISM hash = mechanism(CKM_SHA256), bad = {kind->hashes_and_signs, data, 1};
    ck_assert_uint_ge(kind_find(session, CKO_CERTIFICATE, &certificate), 1);
    ck_assert_uint_eq(p11->C_SignInit(session, &unknown, 0), CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &unknown, certificate), CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &unknown, public_key),
                      CKR_KEY_FUNCTION_NOT_PERMITTED);
    ck_assert_uint_eq(p11->C_VerifyInit(session, &unknown, key), CKR_KEY_FUNCTION_NOT_PERMITTED);
    ck_assert_uint_eq(p11->C_SignInit(session, &unknown, key), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &other_kind, key), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_VerifyInit(session, &other_kind, public_key), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &hash, key), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_DigestInit(session, &good), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &bad, key), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &good, key), CKR_OK);
    ck_assert_uint_eq(p11->C_SignInit(session, &unknown, 0), CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(p11->C_Sign(session, data, 1, signature, &len), CKR_OK);
}
END_TEST

START_TEST(a_signature_is_asked_for_its_size_and_ends_with_any_other_answer)
{
    begin(_i);
    CK_ULONG size = kind->signature_len;
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    cardsim_clear_counts(card);
    for (CK_ULONG room = 0; room < size; room += size / 2) {
        len = 0;
        ck_assert_uint_eq(p11->C_Sign(session, data, 9, NULL, &len), CKR_OK);
        ck_assert_uint_eq(len, size);
        len = room;
        ck_assert_uint_eq(p11->C_Sign(session, data, 9, signature, &len), CKR_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(len, size);
    }
    len = size - 1;
    ck_assert_uint_eq(p11->C_Sign(session, data, 9, signature, &len), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(cardsim_count(card), 0);
    ck_assert_uint_eq(p11->C_Sign(session, data, 9, signature, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 9, signature, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, NULL, 9, signature, &len), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Sign(session, data, 9, signature, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 9, signature, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 9), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(the_last_part_is_asked_for_its_size_too)
{
    begin(_i);
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 5), CKR_OK);
    cardsim_clear_counts(card);
    ck_assert_uint_eq(p11->C_SignFinal(session, NULL, &len), CKR_OK);
    ck_assert_uint_eq(len, kind->signature_len);
    len--;
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(cardsim_count(card), 0);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data + 5, 4), CKR_OK);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(verify_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 9, signature, len), CKR_OK);
}
END_TEST

START_TEST(parts_and_the_whole_do_not_mix)
{
    begin(_i);
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 1, signature, &len), CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, NULL, 1), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OK); /* the empty message */
    ck_assert_uint_eq(verify_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_VerifyFinal(session, signature, len), CKR_OK);
    ck_assert_uint_eq(verify_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_VerifyUpdate(session, data, 1), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 1, signature, len), CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(p11->C_VerifyFinal(session, signature, len), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(data_are_as_long_as_the_mechanism_takes_them)
{
    begin(_i);
    CK_ULONG most = kind->data_max;
    CK_ULONG too_long[] = {most + 1, (CK_ULONG)-1, (CK_ULONG)1 << 63};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(sign_init(kind->signs), CKR_OK);
        ck_assert_uint_eq(p11->C_Sign(session, data, too_long[i], signature, &len),
                          CKR_DATA_LEN_RANGE);
        ck_assert_uint_eq(p11->C_Sign(session, data, 1, signature, &len),
                          CKR_OPERATION_NOT_INITIALIZED);
        ck_assert_uint_eq(sign_init(kind->signs), CKR_OK);
        ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OK);
        ck_assert_uint_eq(p11->C_SignUpdate(session, data, too_long[i] - 1), CKR_DATA_LEN_RANGE);
        ck_assert_uint_eq(verify_init(kind->signs), CKR_OK);
        ck_assert_uint_eq(p11->C_Verify(session, data, too_long[i], signature, 1),
                          CKR_DATA_LEN_RANGE);
    }
    ck_assert_uint_eq(sign_init(kind->signs), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, most, signature, &len), CKR_OK);
    ck_assert_uint_eq(verify_init(kind->signs), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, most, signature, len), CKR_OK);
}
END_TEST

/* More than any memory holds: what a length of -1 looks like. */
START_TEST(lengths_that_cannot_be_are_no_data)
{
    CK_ULONG lengths[] = {(CK_ULONG)-1, (CK_ULONG)1 << 63};
    begin(_i);
    CK_MECHANISM sha256 = mechanism(CKM_SHA256);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
        ck_assert_uint_eq(p11->C_Sign(session, data, lengths[i], signature, &len),
                          CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
        ck_assert_uint_eq(p11->C_SignUpdate(session, data, lengths[i]), CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(verify_init(kind->hashes_and_signs), CKR_OK);
        ck_assert_uint_eq(p11->C_Verify(session, data, 1, signature, lengths[i]),
                          CKR_SIGNATURE_LEN_RANGE);
        ck_assert_uint_eq(p11->C_DigestInit(session, &sha256), CKR_OK);
        ck_assert_uint_eq(p11->C_DigestUpdate(session, data, lengths[i]), CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(p11->C_DigestInit(session, &sha256), CKR_OK);
        len = sizeof signature;
        ck_assert_uint_eq(p11->C_Digest(session, data, lengths[i], out, &len), CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(p11->C_GenerateRandom(session, out, lengths[i]), CKR_ARGUMENTS_BAD);
        ck_assert_uint_eq(p11->C_SeedRandom(session, out, lengths[i]), CKR_ARGUMENTS_BAD);
    }
    ck_assert_uint_eq(kind_sign(session), CKR_OK);
}
END_TEST

START_TEST(a_signature_that_is_wrong_is_told_from_one_that_is_none)
{
    begin(_i);
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 10, signature, &len), CKR_OK);
    CK_ULONG wrong[] = {0, 1, len - 1, len + 1};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(verify_init(kind->hashes_and_signs), CKR_OK);
        ck_assert_uint_eq(p11->C_Verify(session, data, 10, signature, wrong[i]),
                          CKR_SIGNATURE_LEN_RANGE);
    }
    for (CK_ULONG i = 0; i < len; i += len / 4) {
        signature[i] ^= 1;
        ck_assert_uint_eq(verify_init(kind->hashes_and_signs), CKR_OK);
        ck_assert_uint_eq(p11->C_Verify(session, data, 10, signature, len), CKR_SIGNATURE_INVALID);
        signature[i] ^= 1;
    }
    ck_assert_uint_eq(verify_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 10, signature, len), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 10, signature, len),
                      CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(operations_go_side_by_side_and_are_cancelled_one_by_one)
{
    CK_OBJECT_HANDLE found[8];
    CK_ULONG count, state_len = sizeof out;
    begin(_i);
    CK_MECHANISM sha256 = mechanism(CKM_SHA256);
    ck_assert_uint_eq(sign_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(verify_init(kind->hashes_and_signs), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestInit(session, &sha256), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_GetOperationState(session, out, &state_len), CKR_STATE_UNSAVEABLE);
    ck_assert_uint_eq(p11->C_SignInit(session, NULL, key), CKR_OK); /* 3.0: cancels */
    ck_assert_uint_eq(p11->C_SignInit(session, NULL, key), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_DigestUpdate(session, data, 1), CKR_OK);
    ck_assert_uint_eq(list_3_0->C_SessionCancel(session, CKF_VERIFY | CKF_DECRYPT), CKR_OK);
    ck_assert_uint_eq(p11->C_VerifyUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_FindObjects(session, found, 8, &count), CKR_OK);
    ck_assert_uint_eq(count, kind->objects);
    ck_assert_uint_eq(list_3_0->C_SessionCancel(session, ~(CK_FLAGS)0), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_GetOperationState(session, out, &state_len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_DigestInit(session, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_VerifyInit(session, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_DecryptInit(session, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_EncryptInit(session, NULL, 0), CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(a_digest_is_asked_for_its_size_and_ends_with_any_other_answer)
{
    begin(_i);
    CK_MECHANISM sha256 = mechanism(CKM_SHA256);
    ck_assert_uint_eq(p11->C_DigestInit(session, &sha256), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestInit(session, &sha256), CKR_OPERATION_ACTIVE);
    for (CK_ULONG room = 0; room < 32; room++) {
        len = room;
        ck_assert_uint_eq(p11->C_Digest(session, data, 3, room ? out : NULL, &len),
                          room ? CKR_BUFFER_TOO_SMALL : CKR_OK);
        ck_assert_uint_eq(len, 32);
        len = room;
        ck_assert_uint_eq(p11->C_DigestFinal(session, out, &len), CKR_BUFFER_TOO_SMALL);
    }
    ck_assert_uint_eq(p11->C_DigestFinal(session, out, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestFinal(session, out, &len), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_DigestInit(session, &sha256), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestUpdate(session, data, 1), CKR_OK);
    ck_assert_uint_eq(p11->C_Digest(session, data, 1, out, &len), CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(p11->C_DigestUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

/* --- random numbers --- */

#define THREADS 4

static void *draw(void *session_of_thread)
{
    CK_BYTE bytes[64];
    for (int i = 0; i < 50; i++)
        if (p11->C_GenerateRandom(*(CK_SESSION_HANDLE *)session_of_thread, bytes, 64) != CKR_OK)
            return NULL;
    return session_of_thread;
}

START_TEST(random_numbers_are_drawn_by_all_threads_at_once)
{
    pthread_t threads[THREADS];
    CK_SESSION_HANDLE sessions[THREADS];
    CK_BYTE first[32] = {0}, second[32] = {0};
    void *result;
    begin(_i);
    for (int i = 0; i < THREADS; i++)
        sessions[i] = kind_open(false);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, draw, &sessions[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &result);
        ck_assert_ptr_eq(result, &sessions[i]);
    }
    ck_assert_uint_eq(p11->C_SeedRandom(session, data, 20), CKR_OK);
    ck_assert_uint_eq(p11->C_SeedRandom(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_GenerateRandom(session, first, 32), CKR_OK);
    ck_assert_uint_eq(p11->C_SeedRandom(session, data, 20), CKR_OK);
    ck_assert_uint_eq(p11->C_GenerateRandom(session, second, 32), CKR_OK);
    ck_assert_mem_ne(first, second, 32); /* the same seed makes nothing come again */
    ck_assert_uint_eq(p11->C_GenerateRandom(session, NULL, 0), CKR_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/kinds_crypto");
    TCase *tcase = tcase_create("operations of every kind");

    stage_attach(tcase);
    kinds_add(tcase, a_key_is_checked_in_the_order_of_the_datasheet);
    kinds_add(tcase, a_signature_is_asked_for_its_size_and_ends_with_any_other_answer);
    kinds_add(tcase, the_last_part_is_asked_for_its_size_too);
    kinds_add(tcase, parts_and_the_whole_do_not_mix);
    kinds_add(tcase, data_are_as_long_as_the_mechanism_takes_them);
    kinds_add(tcase, lengths_that_cannot_be_are_no_data);
    kinds_add(tcase, a_signature_that_is_wrong_is_told_from_one_that_is_none);
    kinds_add(tcase, operations_go_side_by_side_and_are_cancelled_one_by_one);
    kinds_add(tcase, a_digest_is_asked_for_its_size_and_ends_with_any_other_answer);
    kinds_add(tcase, random_numbers_are_drawn_by_all_threads_at_once);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
