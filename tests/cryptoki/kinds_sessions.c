/* Sessions, logging in and out, PINs (3.0, 5.6), for every kind of token. */
#include <string.h>

#include "kinds.h"
#include "runner.h"

static CK_RV is_there(CK_SESSION_HANDLE session)
{
    CK_SESSION_INFO info;
    return p11->C_GetSessionInfo(session, &info);
}

/* PINs that went to the card, wherever they came from. */
static unsigned verified(void)
{
    return cardsim_count_verify(card, CARDSIM_PIN_AUTH) +
           cardsim_count_verify(card, CARDSIM_PIN_SIGN);
}

START_TEST(a_session_is_opened_as_it_is_asked_for)
{
    CK_SESSION_HANDLE session;
    CK_SESSION_INFO info;
    CK_FLAGS all = ~(CK_FLAGS)0;
    kind_begin(_i);
    ck_assert_uint_eq(p11->C_OpenSession(kind->slot, CKF_RW_SESSION, NULL, NULL, &session),
                      CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    ck_assert_uint_eq(p11->C_OpenSession(kind->slot, 0, NULL, NULL, &session),
                      CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    ck_assert_uint_eq(p11->C_OpenSession(kind->slot, all, &session, NULL, &session), CKR_OK);
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_OK);
    ck_assert_uint_eq(info.flags, CKF_SERIAL_SESSION | CKF_RW_SESSION);
    ck_assert_uint_eq(info.slotID, kind->slot);
    ck_assert_uint_eq(info.ulDeviceError, 0);
}
END_TEST

/* The fifth, CKS_RW_SO_FUNCTIONS, nobody reaches: there is no security officer. */
START_TEST(a_session_goes_through_the_four_states_that_there_are)
{
    kind_begin(_i);
    CK_SESSION_HANDLE reader = kind_open(false), writer = kind_open(true);
    ck_assert_uint_eq(kind_state(reader), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(kind_state(writer), CKS_RW_PUBLIC_SESSION);
    ck_assert_uint_eq(login_with(reader, CKU_USER, kind->wrong_pin), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(kind_state(reader), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(login_with(reader, CKU_USER, kind->pin), CKR_OK);
    ck_assert_uint_eq(kind_state(reader), CKS_RO_USER_FUNCTIONS);
    ck_assert_uint_eq(kind_state(writer), CKS_RW_USER_FUNCTIONS);
    ck_assert_uint_eq(kind_state(kind_open(false)), CKS_RO_USER_FUNCTIONS);
    ck_assert_uint_eq(p11->C_Logout(writer), CKR_OK);
    ck_assert_uint_eq(kind_state(reader), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(kind_state(writer), CKS_RW_PUBLIC_SESSION);
}
END_TEST

START_TEST(a_login_is_that_of_its_slot_only)
{
    CK_SESSION_HANDLE of[KINDS];
    kind_begin(_i);
    for (int i = 0; i < KINDS; i++)
        of[i] = open_session(kinds[i].slot, false);
    ck_assert_uint_eq(login_with(of[_i], CKU_USER, kind->pin), CKR_OK);
    for (int i = 0; i < KINDS; i++)
        ck_assert_uint_eq(kind_state(of[i]),
                          i == _i ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(p11->C_CloseAllSessions(kinds[(_i + 1) % KINDS].slot), CKR_OK);
    ck_assert_uint_eq(kind_sign(of[_i]), CKR_OK);
}
END_TEST

START_TEST(with_its_last_session_the_user_is_logged_out)
{
    CK_OBJECT_HANDLE key;
    kind_begin(_i);
    CK_SESSION_HANDLE first = kind_log_in(), second = kind_open(true);
    ck_assert_uint_eq(kind_find(first, CKO_PRIVATE_KEY, &key), 1);
    ck_assert_uint_eq(p11->C_CloseSession(first), CKR_OK);
    ck_assert_uint_eq(kind_state(second), CKS_RW_USER_FUNCTIONS);
    ck_assert_uint_eq(p11->C_CloseSession(second), CKR_OK);
    CK_SESSION_HANDLE third = kind_open(false);
    ck_assert_uint_eq(kind_state(third), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(kind_find(third, CKO_PRIVATE_KEY, &key), 0);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH) && !cardsim_is_open(card, CARDSIM_PIN_SIGN));
}
END_TEST

START_TEST(all_sessions_of_the_slot_are_closed_and_no_others)
{
    CK_SESSION_HANDLE others[KINDS];
    kind_begin(_i);
    CK_SESSION_HANDLE mine[] = {kind_log_in(), kind_open(true), kind_open(false)};
    for (int i = 0; i < KINDS; i++)
        others[i] = i == _i ? 0 : open_session(kinds[i].slot, false);
    ck_assert_uint_eq(p11->C_CloseAllSessions(kind->slot), CKR_OK);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(is_there(mine[i]), CKR_SESSION_HANDLE_INVALID);
    for (int i = 0; i < KINDS; i++)
        ck_assert_uint_eq(is_there(others[i]), i == _i ? CKR_SESSION_HANDLE_INVALID : CKR_OK);
    ck_assert_uint_eq(kind_state(kind_open(false)), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(p11->C_CloseAllSessions(kind->slot), CKR_OK);
    ck_assert_uint_eq(p11->C_CloseAllSessions(kind->slot), CKR_OK); /* none is none too many */
}
END_TEST

START_TEST(the_slot_of_sessions_to_close_need_not_have_been_looked_at)
{
    kind_begin(_i);
    stage_restart("");
    ck_assert_uint_eq(p11->C_CloseAllSessions(kind->slot), CKR_OK);
    stage_restart("");
    ck_assert_uint_eq(p11->C_CloseAllSessions(CURVE_SLOT + 1), CKR_SLOT_ID_INVALID);
}
END_TEST

START_TEST(no_handle_of_a_session_is_given_twice)
{
    CK_SESSION_HANDLE given[100];
    kind_begin(_i);
    for (size_t i = 0; i < 100; i++) {
        given[i] = kind_open(i % 2);
        ck_assert_uint_ne(given[i], CK_INVALID_HANDLE);
        for (size_t j = 0; j < i; j++)
            ck_assert_uint_ne(given[i], given[j]);
        ck_assert_uint_eq(p11->C_CloseSession(given[i]), CKR_OK);
        ck_assert_uint_eq(p11->C_CloseSession(given[i]), CKR_SESSION_HANDLE_INVALID);
    }
}
END_TEST

/* Numbers near a true handle, of the wrong slot, or out of nowhere. */
START_TEST(a_handle_that_is_none_is_no_session)
{
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_open(false);
    CK_SESSION_HANDLE wrong[] = {0,           1,
                                 session + 1, session - 1,
                                 ~session,    session | (CK_ULONG)1 << 63,
                                 -session,    (CK_ULONG)-1,
                                 kind->slot,  session ^ 0xFF};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_uint_eq(is_there(wrong[i]), CKR_SESSION_HANDLE_INVALID);
        ck_assert_uint_eq(login_with(wrong[i], CKU_USER, kind->pin), CKR_SESSION_HANDLE_INVALID);
    }
    ck_assert_uint_eq(is_there(session), CKR_OK);
    ck_assert_uint_eq(verified(), 0);
}
END_TEST

START_TEST(a_removed_token_takes_its_sessions_and_its_login_with_it)
{
    CK_OBJECT_HANDLE key;
    kind_begin(_i);
    CK_SESSION_HANDLE old = kind_log_in(), other = kind_open(true);
    ck_assert_uint_eq(kind_begin_sign(old), CKR_OK);
    kind_remove();
    ck_assert_uint_eq(is_there(old), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(is_there(old), CKR_SESSION_HANDLE_INVALID);
    kind_insert();
    CK_SESSION_HANDLE session = kind_open(false);
    ck_assert_uint_eq(p11->C_Logout(other), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(p11->C_Logout(other), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(is_there(old), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(kind_state(session), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(kind_find(session, CKO_PRIVATE_KEY, &key), 0);
    ck_assert_uint_eq(login_with(session, CKU_USER, kind->pin), CKR_OK);
    ck_assert_uint_eq(kind_sign(session), CKR_OK);
}
END_TEST

/* --- login --- */

START_TEST(a_login_is_refused_for_what_is_wrong_with_it)
{
    CK_BYTE pin[64];
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_open(true);
    memcpy(pin, kind->pin, strlen(kind->pin));
    ck_assert_uint_eq(p11->C_Login(session, CKU_USER, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Login(session, CKU_USER, NULL, 4), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Login(session, 3, pin, 4), CKR_USER_TYPE_INVALID);
    ck_assert_uint_eq(p11->C_Login(session, (CK_ULONG)-1, pin, 4), CKR_USER_TYPE_INVALID);
    ck_assert_uint_eq(p11->C_Login(session, CKU_SO, pin, 4), CKR_USER_TYPE_INVALID);
    ck_assert_uint_eq(p11->C_Login(session, CKU_USER, pin, 256), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(p11->C_Login(session, CKU_USER, pin, (CK_ULONG)-1), CKR_PIN_INCORRECT);
    kind_open(false);
    ck_assert_uint_eq(p11->C_Login(session, CKU_SO, pin, 4), CKR_SESSION_READ_ONLY_EXISTS);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(verified(), 0);
    ck_assert_uint_eq(login_with(session, CKU_USER, kind->pin), CKR_OK);
    ck_assert_uint_eq(login_with(session, CKU_USER, kind->pin), CKR_USER_ALREADY_LOGGED_IN);
    ck_assert_uint_eq(login_with(session, CKU_USER, kind->wrong_pin), CKR_USER_ALREADY_LOGGED_IN);
    ck_assert_uint_eq(verified(), kind->on_card ? 1 : 0);
}
END_TEST

START_TEST(a_user_with_a_name_is_nobody)
{
    CK_BYTE pin[64], name[] = "taro";
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_open(false);
    CK_ULONG len = strlen(kind->pin);
    memcpy(pin, kind->pin, len);
    ck_assert_uint_eq(list_3_0->C_LoginUser(session, CKU_USER, pin, len, name, 4),
                      CKR_USER_TYPE_INVALID);
    ck_assert_uint_eq(list_3_0->C_LoginUser(session, CKU_USER, pin, len, name, (CK_ULONG)-1),
                      CKR_USER_TYPE_INVALID);
    ck_assert_uint_eq(list_3_0->C_LoginUser(session, CKU_USER, pin, len, NULL, 4),
                      CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(verified(), 0);
    ck_assert_uint_eq(list_3_0->C_LoginUser(session, CKU_USER, pin, len, NULL, 0), CKR_OK);
    ck_assert_uint_eq(kind_state(session), CKS_RO_USER_FUNCTIONS);
}
END_TEST

/* 4.9: outside of an operation that asks for it; what is under way goes on. */
START_TEST(a_login_for_one_operation_disturbs_none_that_did_not_ask)
{
    CK_BYTE data[] = "data", signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_open(false);
    ck_assert_uint_eq(login_with(session, CKU_CONTEXT_SPECIFIC, kind->pin),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(login_with(session, CKU_USER, kind->pin), CKR_OK);
    unsigned before = verified();
    ck_assert_uint_eq(login_with(session, CKU_CONTEXT_SPECIFIC, kind->wrong_pin),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(kind_begin_sign(session), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 2), CKR_OK);
    ck_assert_uint_eq(login_with(session, CKU_CONTEXT_SPECIFIC, kind->wrong_pin),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(verified(), before);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OK);
}
END_TEST

START_TEST(a_logout_ends_what_was_private_and_nothing_else)
{
    CK_BYTE data[4] = {0}, out[RSA_SIZE];
    CK_ULONG len = sizeof out, count;
    CK_OBJECT_HANDLE key, again, found[8];
    CK_MECHANISM digest = {CKM_SHA256, NULL, 0};
    CK_ATTRIBUTE id = {CKA_ID, NULL, 0};
    kind_begin(_i);
    CK_SESSION_HANDLE session = kind_log_in();
    ck_assert_uint_eq(kind_find(session, CKO_PRIVATE_KEY, &key), 1);
    ck_assert_uint_eq(kind_begin_sign(session), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestInit(session, &digest), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_OK);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_Digest(session, data, 4, out, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjects(session, found, 8, &count), CKR_OK);
    ck_assert_uint_eq(count, kind->public_objects);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OK);
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, key, &id, 1), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(login_with(session, CKU_USER, kind->pin), CKR_OK);
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, key, &id, 1), CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(kind_find(session, CKO_PRIVATE_KEY, &again), 1);
    ck_assert_uint_ne(key, again);
}
END_TEST

/* --- changing the PIN --- */

static CK_RV set_pin(CK_SESSION_HANDLE session, const char *old_pin, const char *new_pin)
{
    CK_BYTE old_bytes[64], new_bytes[64];
    memcpy(old_bytes, old_pin, strlen(old_pin));
    memcpy(new_bytes, new_pin, strlen(new_pin));
    return p11->C_SetPIN(session, old_bytes, strlen(old_pin), new_bytes, strlen(new_pin));
}

START_TEST(a_pin_is_changed_by_who_knows_it_and_may_write)
{
    CK_BYTE pin[300] = "1234";
    kind_begin(_i);
    CK_SESSION_HANDLE reader = kind_open(false), writer = kind_open(true);
    ck_assert_uint_eq(set_pin(reader, kind->pin, kind->wrong_pin), CKR_SESSION_READ_ONLY);
    ck_assert_uint_eq(p11->C_SetPIN(writer, NULL, 0, pin, 4), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_SetPIN(writer, pin, 4, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(set_pin(writer, kind->pin, ""), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(p11->C_SetPIN(writer, pin, 4, pin, 256), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(p11->C_SetPIN(writer, pin, 4, pin, (CK_ULONG)-1), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(verified(), 0);
    ck_assert_uint_eq(set_pin(writer, kind->wrong_pin, kind->pin), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(kind_state(writer), CKS_RW_PUBLIC_SESSION);
    ck_assert_uint_eq(set_pin(writer, kind->pin, kind->wrong_pin), CKR_OK);
    ck_assert_uint_eq(login_with(reader, CKU_USER, kind->pin), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(reader, CKU_USER, kind->wrong_pin), CKR_OK);
    ck_assert_uint_eq(kind_sign(reader), CKR_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/kinds_sessions");
    TCase *tcase = tcase_create("sessions of every kind");

    stage_attach(tcase);
    kinds_add(tcase, a_session_is_opened_as_it_is_asked_for);
    kinds_add(tcase, a_session_goes_through_the_four_states_that_there_are);
    kinds_add(tcase, a_login_is_that_of_its_slot_only);
    kinds_add(tcase, with_its_last_session_the_user_is_logged_out);
    kinds_add(tcase, all_sessions_of_the_slot_are_closed_and_no_others);
    kinds_add(tcase, the_slot_of_sessions_to_close_need_not_have_been_looked_at);
    kinds_add(tcase, no_handle_of_a_session_is_given_twice);
    kinds_add(tcase, a_handle_that_is_none_is_no_session);
    kinds_add(tcase, a_removed_token_takes_its_sessions_and_its_login_with_it);
    kinds_add(tcase, a_login_is_refused_for_what_is_wrong_with_it);
    kinds_add(tcase, a_user_with_a_name_is_nobody);
    kinds_add(tcase, a_login_for_one_operation_disturbs_none_that_did_not_ask);
    kinds_add(tcase, a_logout_ends_what_was_private_and_nothing_else);
    kinds_add(tcase, a_pin_is_changed_by_who_knows_it_and_may_write);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
