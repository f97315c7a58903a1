/* Sessions, logging in and out, PINs (3.0, 5.6). */
#include <string.h>

#include "runner.h"
#include "stage.h"

static CK_STATE state_of(CK_SESSION_HANDLE session)
{
    CK_SESSION_INFO info;
    ck_assert_uint_eq(p11->C_GetSessionInfo(session, &info), CKR_OK);
    return info.state;
}

static CK_RV check(CK_SESSION_HANDLE session)
{
    CK_SESSION_INFO info;
    return p11->C_GetSessionInfo(session, &info);
}

START_TEST(a_session_must_be_serial)
{
    CK_SESSION_HANDLE session;
    ck_assert_uint_eq(p11->C_OpenSession(AUTH_SLOT, CKF_RW_SESSION, NULL, NULL, &session),
                      CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    ck_assert_uint_eq(p11->C_OpenSession(AUTH_SLOT, CKF_SERIAL_SESSION, NULL, NULL, NULL),
                      CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(a_session_says_what_state_it_is_in)
{
    CK_SESSION_INFO info;
    CK_SESSION_HANDLE reader = open_session(AUTH_SLOT, false);
    CK_SESSION_HANDLE writer = open_session(AUTH_SLOT, true);
    ck_assert_uint_eq(state_of(reader), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(state_of(writer), CKS_RW_PUBLIC_SESSION);
    ck_assert_uint_eq(login_with(reader, CKU_USER, CARDSIM_AUTH_PIN), CKR_OK);
    ck_assert_uint_eq(state_of(reader), CKS_RO_USER_FUNCTIONS);
    ck_assert_uint_eq(state_of(writer), CKS_RW_USER_FUNCTIONS);
    ck_assert_uint_eq(p11->C_GetSessionInfo(writer, &info), CKR_OK);
    ck_assert_uint_eq(info.slotID, AUTH_SLOT);
    ck_assert_uint_eq(info.flags, CKF_SERIAL_SESSION | CKF_RW_SESSION);
    ck_assert_uint_eq(info.ulDeviceError, 0);
    ck_assert_uint_eq(p11->C_GetSessionInfo(reader, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Logout(writer), CKR_OK);
    ck_assert_uint_eq(state_of(reader), CKS_RO_PUBLIC_SESSION);
}
END_TEST

START_TEST(a_login_is_shared_on_its_slot_and_on_no_other)
{
    CK_SESSION_HANDLE before = open_session(AUTH_SLOT, false);
    CK_SESSION_HANDLE other = open_session(SIGN_SLOT, false);
    log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_something(before), CKR_OK);
    ck_assert_uint_eq(sign_something(open_session(AUTH_SLOT, true)), CKR_OK);
    ck_assert_uint_eq(state_of(other), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(find_class(other, CKO_PRIVATE_KEY, NULL), 0);
    ck_assert_uint_eq(sign_something(log_in(SIGN_SLOT)), CKR_OK);
    ck_assert_uint_eq(sign_something(before), CKR_OK);
}
END_TEST

START_TEST(the_last_session_takes_the_login_with_it)
{
    CK_SESSION_HANDLE first = log_in(AUTH_SLOT), second = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(p11->C_CloseSession(first), CKR_OK);
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    ck_assert_uint_eq(p11->C_CloseSession(second), CKR_OK);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
    ck_assert_uint_eq(state_of(open_session(AUTH_SLOT, false)), CKS_RO_PUBLIC_SESSION);
}
END_TEST

START_TEST(all_sessions_of_a_slot_are_closed_and_none_of_another)
{
    CK_SESSION_HANDLE first = log_in(AUTH_SLOT), second = open_session(AUTH_SLOT, true);
    CK_SESSION_HANDLE other = open_session(SIGN_SLOT, false);
    ck_assert_uint_eq(p11->C_CloseAllSessions(AUTH_SLOT), CKR_OK);
    ck_assert_uint_eq(check(first), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(check(second), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(check(other), CKR_OK);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
    CK_SESSION_HANDLE third = open_session(AUTH_SLOT, false);
    ck_assert(third != first && third != second);
}
END_TEST

START_TEST(a_closed_session_is_closed)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(p11->C_CloseSession(session), CKR_OK);
    ck_assert_uint_eq(p11->C_CloseSession(session), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_CloseSession(CK_INVALID_HANDLE), CKR_SESSION_HANDLE_INVALID);
}
END_TEST

START_TEST(a_session_ends_with_its_card)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT), other = open_session(AUTH_SLOT, true);
    cardsim_remove(bench, READER);
    ck_assert_uint_eq(check(session), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(check(session), CKR_SESSION_HANDLE_INVALID);
    cardsim_insert(bench, READER, card);
    ck_assert_uint_eq(check(other), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(check(other), CKR_SESSION_HANDLE_INVALID);
}
END_TEST

START_TEST(the_login_of_one_card_is_not_that_of_the_next)
{
    log_in(AUTH_SLOT);
    cardsim_remove(bench, READER);
    cardsim_insert(bench, READER, card);
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(state_of(session), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(find_class(session, CKO_PRIVATE_KEY, NULL), 0);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_OK);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 2);
}
END_TEST

START_TEST(a_card_swapped_unseen_is_another_card)
{
    CK_SESSION_HANDLE session = log_in(SIGN_SLOT);
    stage_exchange("fresh");
    ck_assert_uint_eq(state_of(open_session(SIGN_SLOT, false)), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(check(session), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SIGN), 0);
}
END_TEST

START_TEST(a_signing_login_lost_by_a_reset_is_noticed)
{
    CK_SESSION_HANDLE session = log_in(SIGN_SLOT);
    CK_BYTE data[] = "data", signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    ck_assert_uint_eq(begin_sign(session), CKR_OK);
    cardsim_other_unpowers(bench, READER);
    ck_assert_uint_eq(p11->C_Sign(session, data, sizeof data, signature, &len),
                      CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(state_of(session), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_SIGN_PIN), CKR_OK);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
}
END_TEST

START_TEST(an_authentication_login_outlives_a_reset_by_another_program)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
    cardsim_other_unpowers(bench, READER);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 3);
}
END_TEST

START_TEST(without_a_kept_pin_that_login_is_lost_too)
{
    stage_restart("keep-auth-pin = no\n");
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_BYTE data[] = "data", signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY);
    cardsim_other_unpowers(bench, READER);
    ck_assert_uint_eq(p11->C_SignInit(session, &mechanism, key), CKR_OK); /* nobody knows yet */
    ck_assert_uint_eq(p11->C_Sign(session, data, sizeof data, signature, &len),
                      CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(p11->C_SignInit(session, &mechanism, key), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_OK);
    ck_assert_uint_eq(p11->C_SignInit(session, &mechanism, key), CKR_OK);
}
END_TEST

START_TEST(a_second_login_is_one_too_many)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_USER_ALREADY_LOGGED_IN);
    ck_assert_uint_eq(login_with(session, CKU_USER, "9999"), CKR_USER_ALREADY_LOGGED_IN);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 1);
}
END_TEST

START_TEST(a_pin_the_card_cannot_have_is_not_sent)
{
    CK_SESSION_HANDLE auth = open_session(AUTH_SLOT, false);
    CK_SESSION_HANDLE sign = open_session(SIGN_SLOT, false);
    ck_assert_uint_eq(login_with(auth, CKU_USER, ""), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(auth, CKU_USER, "123"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(auth, CKU_USER, "12a4"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(auth, CKU_USER, CARDSIM_SIGN_PIN), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(sign, CKU_USER, CARDSIM_AUTH_PIN), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(sign, CKU_USER, "TEST Sign:ABC123"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 0);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SIGN), 0);
}
END_TEST

START_TEST(a_wrong_pin_costs_one_try_however_often_it_is_given)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    for (int i = 0; i < 10; i++)
        ck_assert_uint_eq(login_with(session, CKU_USER, "9999"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 2);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 1);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_OK);
}
END_TEST

START_TEST(the_last_try_is_kept_back)
{
    stage_exchange("last-try-auth");
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_PIN_LOCKED);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 0);
    stage_exchange("auth-blocked");
    session = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_PIN_LOCKED);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 0);
}
END_TEST

START_TEST(a_pin_is_needed_for_there_is_no_pin_pad)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(p11->C_Login(session, CKU_USER, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_Login(session, CKU_USER, NULL, 4), CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(there_is_no_security_officer_and_no_other_user)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, true);
    ck_assert_uint_eq(login_with(session, CKU_SO, "12345678"), CKR_USER_TYPE_INVALID);
    ck_assert_uint_eq(login_with(session, 9, "1234"), CKR_USER_TYPE_INVALID);
    open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(login_with(session, CKU_SO, "12345678"), CKR_SESSION_READ_ONLY_EXISTS);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 0);
}
END_TEST

START_TEST(a_user_without_a_name_is_the_user)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    CK_BYTE pin[] = CARDSIM_AUTH_PIN, name[] = "taro";
    ck_assert_uint_eq(p11->C_LoginUser(session, CKU_USER, pin, 4, name, 4), CKR_USER_TYPE_INVALID);
    ck_assert_uint_eq(p11->C_LoginUser(session, CKU_USER, pin, 4, NULL, 4), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 0);
    ck_assert_uint_eq(p11->C_LoginUser(session, CKU_USER, pin, 4, NULL, 0), CKR_OK);
    ck_assert_uint_eq(sign_something(session), CKR_OK);
}
END_TEST

START_TEST(a_login_for_one_signature_needs_a_key_that_wants_it)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_BYTE data[] = "data", signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    ck_assert_uint_eq(login_with(session, CKU_CONTEXT_SPECIFIC, CARDSIM_AUTH_PIN),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(begin_sign(session), CKR_OK);
    ck_assert_uint_eq(login_with(session, CKU_CONTEXT_SPECIFIC, CARDSIM_AUTH_PIN),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_Sign(session, data, 4, signature, &len), CKR_OK);
}
END_TEST

START_TEST(a_signing_key_can_be_made_to_ask_each_time)
{
    stage_restart("sign-always-authenticate = yes\n");
    CK_SESSION_HANDLE session = log_in(SIGN_SLOT);
    CK_BYTE data[] = "data", signature[RSA_SIZE];
    CK_BBOOL always = CK_FALSE;
    CK_ULONG len = sizeof signature;
    CK_ATTRIBUTE template = {CKA_ALWAYS_AUTHENTICATE, &always, sizeof always};
    ck_assert_uint_eq(
        p11->C_GetAttributeValue(session, only(session, CKO_PRIVATE_KEY), &template, 1), CKR_OK);
    ck_assert_uint_eq(always, CK_TRUE);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(begin_sign(session), CKR_OK);
        ck_assert_uint_eq(p11->C_Sign(session, data, 4, NULL, &len), CKR_OK);
        ck_assert_uint_eq(p11->C_Sign(session, data, 4, signature, &len), CKR_USER_NOT_LOGGED_IN);
        ck_assert_uint_eq(login_with(session, CKU_CONTEXT_SPECIFIC, CARDSIM_SIGN_PIN), CKR_OK);
        ck_assert_uint_eq(p11->C_Sign(session, data, 4, signature, &len), CKR_OK);
    }
}
END_TEST

START_TEST(a_logout_ends_all_that_was_private)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_BYTE data[] = "data", signature[RSA_SIZE], id;
    CK_ULONG len = sizeof signature;
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY);
    CK_ATTRIBUTE template = {CKA_ID, &id, 1};
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE search = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE found;
    CK_ULONG count;
    ck_assert_uint_eq(begin_sign(session), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, &search, 1), CKR_OK);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_OK);
    ck_assert(!cardsim_is_open(card, CARDSIM_PIN_AUTH));
    ck_assert_uint_eq(p11->C_Sign(session, data, 4, signature, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_FindObjects(session, &found, 1, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, key, &template, 1),
                      CKR_OBJECT_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(login_with(session, CKU_USER, CARDSIM_AUTH_PIN), CKR_OK);
    ck_assert_uint_eq(p11->C_SignInit(session, &mechanism, key), CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_GetAttributeValue(session, key, &template, 1),
                      CKR_OBJECT_HANDLE_INVALID);
}
END_TEST

static CK_RV set_pin(CK_SESSION_HANDLE session, const char *old_pin, const char *new_pin)
{
    CK_BYTE old_bytes[32], new_bytes[32];
    memcpy(old_bytes, old_pin, strlen(old_pin));
    memcpy(new_bytes, new_pin, strlen(new_pin));
    return p11->C_SetPIN(session, old_bytes, strlen(old_pin), new_bytes, strlen(new_pin));
}

START_TEST(a_pin_is_changed_in_a_session_that_may_write)
{
    CK_SESSION_HANDLE writer = open_session(AUTH_SLOT, true);
    ck_assert_uint_eq(set_pin(open_session(AUTH_SLOT, false), CARDSIM_AUTH_PIN, "5678"),
                      CKR_SESSION_READ_ONLY);
    ck_assert_uint_eq(set_pin(writer, CARDSIM_AUTH_PIN, "5678"), CKR_OK);
    ck_assert_uint_eq(login_with(writer, CKU_USER, CARDSIM_AUTH_PIN), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(login_with(writer, CKU_USER, "5678"), CKR_OK);
    ck_assert_uint_eq(sign_something(writer), CKR_OK);
    ck_assert_uint_eq(set_pin(writer, "5678", CARDSIM_AUTH_PIN), CKR_OK); /* logged in as well */
    ck_assert_uint_eq(sign_something(writer), CKR_OK);
}
END_TEST

START_TEST(a_new_pin_is_checked_before_the_card_is_asked)
{
    CK_SESSION_HANDLE auth = open_session(AUTH_SLOT, true), sign = open_session(SIGN_SLOT, true);
    CK_BYTE pin[] = CARDSIM_AUTH_PIN;
    ck_assert_uint_eq(set_pin(auth, CARDSIM_AUTH_PIN, "56789"), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(set_pin(auth, CARDSIM_AUTH_PIN, "567x"), CKR_PIN_INVALID);
    ck_assert_uint_eq(set_pin(sign, CARDSIM_SIGN_PIN, "ABC"), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(set_pin(sign, CARDSIM_SIGN_PIN, "ABC-123"), CKR_PIN_INVALID);
    ck_assert_uint_eq(set_pin(auth, "123", "5678"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(set_pin(sign, "ABC-123", "DEF456"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(p11->C_SetPIN(auth, NULL, 0, pin, 4), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_SetPIN(auth, pin, 4, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 0);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SIGN), 0);
    ck_assert_uint_eq(set_pin(auth, "9999", "5678"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 2);
}
END_TEST

START_TEST(operations_are_cancelled_by_name)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_MECHANISM digest = {CKM_SHA256, NULL, 0};
    CK_BYTE data[] = "data";
    ck_assert_uint_eq(begin_sign(session), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestInit(session, &digest), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_SessionCancel(session, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_SessionCancel(session, CKF_SIGN | CKF_ENCRYPT | CKF_FIND_OBJECTS),
                      CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_DigestUpdate(session, data, 1), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(the_state_of_an_operation_is_not_given_out)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    CK_MECHANISM digest = {CKM_SHA256, NULL, 0};
    CK_BYTE saved[16];
    CK_ULONG len = sizeof saved;
    ck_assert_uint_eq(p11->C_GetOperationState(session, saved, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_DigestInit(session, &digest), CKR_OK);
    ck_assert_uint_eq(p11->C_GetOperationState(session, NULL, &len), CKR_STATE_UNSAVEABLE);
    ck_assert_uint_eq(p11->C_GetOperationState(session, saved, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_DigestUpdate(session, saved, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_SetOperationState(session, saved, 16, 0, 0), CKR_SAVED_STATE_INVALID);
    ck_assert_uint_eq(p11->C_SetOperationState(session, NULL, 16, 0, 0), CKR_ARGUMENTS_BAD);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/sessions");
    TCase *tcase = tcase_create("sessions");

    stage_attach(tcase);
    tcase_add_test(tcase, a_session_must_be_serial);
    tcase_add_test(tcase, a_session_says_what_state_it_is_in);
    tcase_add_test(tcase, a_login_is_shared_on_its_slot_and_on_no_other);
    tcase_add_test(tcase, the_last_session_takes_the_login_with_it);
    tcase_add_test(tcase, all_sessions_of_a_slot_are_closed_and_none_of_another);
    tcase_add_test(tcase, a_closed_session_is_closed);
    tcase_add_test(tcase, a_session_ends_with_its_card);
    tcase_add_test(tcase, the_login_of_one_card_is_not_that_of_the_next);
    tcase_add_test(tcase, a_card_swapped_unseen_is_another_card);
    tcase_add_test(tcase, a_signing_login_lost_by_a_reset_is_noticed);
    tcase_add_test(tcase, an_authentication_login_outlives_a_reset_by_another_program);
    tcase_add_test(tcase, without_a_kept_pin_that_login_is_lost_too);
    tcase_add_test(tcase, a_second_login_is_one_too_many);
    tcase_add_test(tcase, a_pin_the_card_cannot_have_is_not_sent);
    tcase_add_test(tcase, a_wrong_pin_costs_one_try_however_often_it_is_given);
    tcase_add_test(tcase, the_last_try_is_kept_back);
    tcase_add_test(tcase, a_pin_is_needed_for_there_is_no_pin_pad);
    tcase_add_test(tcase, there_is_no_security_officer_and_no_other_user);
    tcase_add_test(tcase, a_user_without_a_name_is_the_user);
    tcase_add_test(tcase, a_login_for_one_signature_needs_a_key_that_wants_it);
    tcase_add_test(tcase, a_signing_key_can_be_made_to_ask_each_time);
    tcase_add_test(tcase, a_logout_ends_all_that_was_private);
    tcase_add_test(tcase, a_pin_is_changed_in_a_session_that_may_write);
    tcase_add_test(tcase, a_new_pin_is_checked_before_the_card_is_asked);
    tcase_add_test(tcase, operations_are_cancelled_by_name);
    tcase_add_test(tcase, the_state_of_an_operation_is_not_given_out);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
