/* Slots and tokens (3.0, 5.5). */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"
#include "stage.h"

static CK_SLOT_ID list[8];

static CK_ULONG list_slots(CK_BBOOL with_token)
{
    CK_ULONG count, room = 8;
    ck_assert_uint_eq(p11->C_GetSlotList(with_token, NULL, &count), CKR_OK);
    ck_assert_uint_eq(p11->C_GetSlotList(with_token, list, &room), CKR_OK);
    ck_assert_uint_eq(room, count);
    return count;
}

static CK_FLAGS slot_flags(CK_SLOT_ID slot)
{
    CK_SLOT_INFO info;
    ck_assert_uint_eq(p11->C_GetSlotInfo(slot, &info), CKR_OK);
    return info.flags;
}

static CK_RV token_info(CK_SLOT_ID slot)
{
    CK_TOKEN_INFO info;
    return p11->C_GetTokenInfo(slot, &info);
}

static CK_FLAGS token_flags(CK_SLOT_ID slot)
{
    CK_TOKEN_INFO info;
    ck_assert_uint_eq(p11->C_GetTokenInfo(slot, &info), CKR_OK);
    return info.flags;
}

START_TEST(a_card_is_two_tokens)
{
    CK_TOKEN_INFO auth, sign;
    ck_assert_uint_eq(list_slots(CK_TRUE), 2);
    ck_assert_uint_eq(list[0], AUTH_SLOT);
    ck_assert_uint_eq(list[1], SIGN_SLOT);
    ck_assert_uint_eq(p11->C_GetTokenInfo(AUTH_SLOT, &auth), CKR_OK);
    ck_assert_uint_eq(p11->C_GetTokenInfo(SIGN_SLOT, &sign), CKR_OK);
    ck_assert_mem_eq(auth.label, "JPKI Authentication             ", 32);
    ck_assert_mem_eq(sign.label, "JPKI Signature                  ", 32);
    ck_assert_mem_eq(auth.serialNumber, sign.serialNumber, 16);
    ck_assert_ptr_null(memchr(&auth, '\0', 32 + 32 + 16 + 16));
    ck_assert_uint_eq(auth.ulMaxPinLen, 4);
    ck_assert_uint_eq(sign.ulMinPinLen, 6);
    ck_assert_uint_eq(sign.ulMaxPinLen, 16);
}
END_TEST

START_TEST(the_list_of_slots_is_asked_for_twice)
{
    CK_ULONG count = 1;
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, list, &count), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, list, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(list_slots(CK_FALSE), 2);
}
END_TEST

START_TEST(the_set_of_slots_changes_only_when_asked_for_its_size)
{
    CK_ULONG count = 8;
    ck_assert_uint_eq(list_slots(CK_FALSE), 2);
    ck_assert_int_eq(cardsim_plug(bench, "Another 01 00"), MN_OK);
    ck_assert_uint_eq(p11->C_GetSlotList(CK_FALSE, list, &count), CKR_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(list_slots(CK_FALSE), 4);
    cardsim_unplug(bench, "Another 01 00");
    ck_assert_uint_eq(list_slots(CK_FALSE), 2);
    ck_assert_int_eq(cardsim_plug(bench, "Another 01 00"), MN_OK);
    ck_assert_uint_eq(list_slots(CK_FALSE), 4);
    ck_assert_uint_eq(list[2], 3);
}
END_TEST

START_TEST(a_slot_shows_live_whether_a_token_is_in_it)
{
    CK_FLAGS always = CKF_REMOVABLE_DEVICE | CKF_HW_SLOT;
    ck_assert_uint_eq(slot_flags(AUTH_SLOT), always | CKF_TOKEN_PRESENT);
    cardsim_remove(bench, READER);
    ck_assert_uint_eq(slot_flags(AUTH_SLOT), always);
    ck_assert_uint_eq(list_slots(CK_TRUE), 0);
    ck_assert_uint_eq(list_slots(CK_FALSE), 2);
    cardsim_insert(bench, READER, card);
    ck_assert_uint_eq(slot_flags(AUTH_SLOT), always | CKF_TOKEN_PRESENT);
    ck_assert_uint_eq(list_slots(CK_TRUE), 2);
}
END_TEST

START_TEST(slots_are_described_distinctly)
{
    CK_SLOT_INFO auth, sign;
    ck_assert_uint_eq(p11->C_GetSlotInfo(AUTH_SLOT, &auth), CKR_OK);
    ck_assert_uint_eq(p11->C_GetSlotInfo(SIGN_SLOT, &sign), CKR_OK);
    ck_assert_mem_eq(auth.slotDescription, READER, strlen(READER));
    ck_assert_mem_ne(auth.slotDescription, sign.slotDescription, 64);
    ck_assert_int_eq(auth.slotDescription[63], ' ');
}
END_TEST

START_TEST(a_slot_that_is_none_is_refused)
{
    CK_SLOT_INFO info;
    CK_SESSION_HANDLE session;
    CK_ULONG count;
    ck_assert_uint_eq(p11->C_GetSlotInfo(0, &info), CKR_SLOT_ID_INVALID);
    ck_assert_uint_eq(token_info(99), CKR_SLOT_ID_INVALID);
    ck_assert_uint_eq(p11->C_GetMechanismList(99, NULL, &count), CKR_SLOT_ID_INVALID);
    ck_assert_uint_eq(p11->C_OpenSession(99, CKF_SERIAL_SESSION, NULL, NULL, &session),
                      CKR_SLOT_ID_INVALID);
    ck_assert_uint_eq(p11->C_CloseAllSessions(99), CKR_SLOT_ID_INVALID);
}
END_TEST

START_TEST(an_empty_reader_has_no_token)
{
    CK_SESSION_HANDLE session;
    CK_ULONG count;
    cardsim_remove(bench, READER);
    ck_assert_uint_eq(token_info(AUTH_SLOT), CKR_TOKEN_NOT_PRESENT);
    ck_assert_uint_eq(p11->C_GetMechanismList(AUTH_SLOT, NULL, &count), CKR_TOKEN_NOT_PRESENT);
    ck_assert_uint_eq(p11->C_OpenSession(AUTH_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &session),
                      CKR_TOKEN_NOT_PRESENT);
}
END_TEST

static void not_recognised(const char *persona)
{
    stage_exchange(persona);
    ck_assert_uint_eq(list_slots(CK_TRUE), 0);
    ck_assert_uint_eq(slot_flags(AUTH_SLOT) & CKF_TOKEN_PRESENT, 0);
    ck_assert_uint_eq(token_info(AUTH_SLOT), CKR_TOKEN_NOT_RECOGNIZED);
    ck_assert_uint_eq(token_info(SIGN_SLOT), CKR_TOKEN_NOT_RECOGNIZED);
}

START_TEST(a_foreign_card_is_not_recognised)
{
    not_recognised("foreign");
    not_recognised("juki");
}
END_TEST

START_TEST(a_foreign_card_is_not_recognised_either_when_nobody_asked_before)
{
    stage_exchange("foreign");
    ck_assert_uint_eq(token_info(AUTH_SLOT), CKR_TOKEN_NOT_RECOGNIZED);
}
END_TEST

START_TEST(what_is_counted_is_counted_truly)
{
    CK_TOKEN_INFO info;
    open_session(AUTH_SLOT, true);
    open_session(AUTH_SLOT, false);
    open_session(SIGN_SLOT, false);
    ck_assert_uint_eq(p11->C_GetTokenInfo(AUTH_SLOT, &info), CKR_OK);
    ck_assert_uint_eq(info.ulSessionCount, 2);
    ck_assert_uint_eq(info.ulRwSessionCount, 1);
    ck_assert_uint_eq(info.ulMaxSessionCount, CK_EFFECTIVELY_INFINITE);
    ck_assert_uint_eq(info.ulMaxRwSessionCount, CK_EFFECTIVELY_INFINITE);
    ck_assert_uint_eq(info.ulTotalPublicMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(info.ulFreePublicMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(info.ulTotalPrivateMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(info.ulFreePrivateMemory, CK_UNAVAILABLE_INFORMATION);
}
END_TEST

START_TEST(the_token_is_ready_to_use_and_wants_a_login)
{
    ck_assert_uint_eq(token_flags(AUTH_SLOT), CKF_RNG | CKF_LOGIN_REQUIRED |
                                                  CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED);
}
END_TEST

START_TEST(the_pin_flags_follow_the_card_and_each_its_own_pin)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    ck_assert_uint_eq(token_flags(SIGN_SLOT) & CKF_USER_PIN_COUNT_LOW, 0);
    ck_assert_uint_eq(login_with(session, CKU_USER, "9999"), CKR_PIN_INCORRECT);
    ck_assert(token_flags(AUTH_SLOT) & CKF_USER_PIN_COUNT_LOW);
    ck_assert_uint_eq(token_flags(AUTH_SLOT) & CKF_USER_PIN_FINAL_TRY, 0);
    ck_assert_uint_eq(login_with(session, CKU_USER, "9998"), CKR_PIN_INCORRECT);
    ck_assert(token_flags(AUTH_SLOT) & CKF_USER_PIN_FINAL_TRY);
    ck_assert_uint_eq(token_flags(SIGN_SLOT) & CKF_USER_PIN_COUNT_LOW, 0);
    stage_exchange("auth-blocked");
    ck_assert(token_flags(AUTH_SLOT) & CKF_USER_PIN_LOCKED);
    ck_assert_uint_eq(token_flags(SIGN_SLOT) & CKF_USER_PIN_LOCKED, 0);
}
END_TEST

START_TEST(asking_costs_no_try_and_no_login)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    for (int i = 0; i < 5; i++) {
        token_flags(AUTH_SLOT);
        token_flags(SIGN_SLOT);
        ck_assert_uint_eq(list_slots(CK_TRUE), 2);
    }
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_AUTH), 3);
    ck_assert_uint_eq(cardsim_tries(card, CARDSIM_PIN_SIGN), 5);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 1);
    ck_assert(cardsim_is_open(card, CARDSIM_PIN_AUTH));
    ck_assert_uint_eq(sign_something(session), CKR_OK);
}
END_TEST

START_TEST(asking_again_costs_no_command)
{
    token_flags(AUTH_SLOT);
    token_flags(SIGN_SLOT);
    ck_assert_uint_eq(list_slots(CK_TRUE), 2);
    cardsim_clear_counts(card);
    for (int i = 0; i < 5; i++) {
        token_flags(AUTH_SLOT);
        token_flags(SIGN_SLOT);
        slot_flags(AUTH_SLOT);
        ck_assert_uint_eq(list_slots(CK_TRUE), 2);
    }
    ck_assert_uint_eq(cardsim_count(card), 0);
}
END_TEST

START_TEST(a_childs_card_has_no_signing_pin_and_says_so)
{
    stage_exchange("no-sign-certificate");
    ck_assert(token_flags(AUTH_SLOT) & CKF_USER_PIN_INITIALIZED);
    ck_assert_uint_eq(token_info(SIGN_SLOT), CKR_OK);
}
END_TEST

START_TEST(a_card_without_the_signing_pin_does_not_show_one)
{
    cardsim_remove(bench, READER);
    ck_assert_int_eq(cardsim_set(card, "sign_pin", "absent"), MN_OK);
    cardsim_insert(bench, READER, card);
    ck_assert_uint_eq(token_flags(SIGN_SLOT), CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED);
    ck_assert(token_flags(AUTH_SLOT) & CKF_USER_PIN_INITIALIZED);
    ck_assert_uint_eq(login_with(open_session(SIGN_SLOT, false), CKU_USER, CARDSIM_SIGN_PIN),
                      CKR_USER_PIN_NOT_INITIALIZED);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_SIGN), 0);
}
END_TEST

static CK_RV event(CK_SLOT_ID *slot)
{
    return p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, slot, NULL);
}

START_TEST(every_event_is_told_once)
{
    CK_SLOT_ID slot;
    ck_assert_uint_eq(event(&slot), CKR_NO_EVENT);
    cardsim_remove(bench, READER);
    ck_assert_uint_eq(event(&slot), CKR_OK);
    ck_assert_uint_eq(slot, AUTH_SLOT);
    ck_assert_uint_eq(event(&slot), CKR_OK);
    ck_assert_uint_eq(slot, SIGN_SLOT);
    ck_assert_uint_eq(event(&slot), CKR_NO_EVENT);
    cardsim_insert(bench, READER, card);
    ck_assert_uint_eq(event(&slot), CKR_OK);
    ck_assert_uint_eq(event(&slot), CKR_OK);
    ck_assert_uint_eq(event(&slot), CKR_NO_EVENT);
    ck_assert_uint_eq(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, &slot), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL), CKR_ARGUMENTS_BAD);
}
END_TEST

static void *wait_for_event(void *slot)
{
    CK_RV rv = p11->C_WaitForSlotEvent(0, slot, NULL);
    return rv == CKR_OK ? slot : NULL;
}

START_TEST(a_thread_waits_until_a_card_comes)
{
    pthread_t thread;
    CK_SLOT_ID slot = 0;
    void *got;
    cardsim_remove(bench, READER);
    ck_assert_uint_eq(event(&slot), CKR_NO_EVENT);
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_event, &slot), 0);
    usleep(10000); /* whether it waits by now or not, the result is the same */
    cardsim_insert(bench, READER, card);
    pthread_join(thread, &got);
    ck_assert_ptr_eq(got, &slot);
    ck_assert_uint_eq(slot, AUTH_SLOT);
}
END_TEST

START_TEST(every_listed_mechanism_has_its_information)
{
    CK_MECHANISM_TYPE types[32];
    CK_MECHANISM_INFO info;
    CK_ULONG count, room = 1;
    ck_assert_uint_eq(p11->C_GetMechanismList(SIGN_SLOT, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 13);
    ck_assert_uint_eq(p11->C_GetMechanismList(SIGN_SLOT, types, &room), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(room, 13);
    ck_assert_uint_eq(p11->C_GetMechanismList(SIGN_SLOT, types, &room), CKR_OK);
    for (CK_ULONG i = 0; i < room; i++) {
        ck_assert_uint_eq(p11->C_GetMechanismInfo(SIGN_SLOT, types[i], &info), CKR_OK);
        ck_assert(info.flags == CKF_DIGEST ||
                  (info.flags == (CKF_HW | CKF_SIGN | CKF_VERIFY) && info.ulMinKeySize == 2048 &&
                   info.ulMaxKeySize == 2048));
    }
    ck_assert_uint_eq(p11->C_GetMechanismInfo(SIGN_SLOT, CKM_AES_CBC, &info),
                      CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_GetMechanismInfo(SIGN_SLOT, CKM_RSA_PKCS, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_GetMechanismList(SIGN_SLOT, types, NULL), CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(a_card_without_pss_does_not_list_it)
{
    CK_MECHANISM_INFO info;
    CK_ULONG count;
    stage_exchange("no-pss");
    ck_assert_uint_eq(p11->C_GetMechanismList(AUTH_SLOT, NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 11);
    ck_assert_uint_eq(p11->C_GetMechanismInfo(AUTH_SLOT, CKM_RSA_PKCS_PSS, &info),
                      CKR_MECHANISM_INVALID);
}
END_TEST

START_TEST(the_token_cannot_be_initialised)
{
    CK_UTF8CHAR pin[] = "12345678", label[32];
    memset(label, ' ', sizeof label);
    ck_assert_uint_eq(p11->C_InitToken(AUTH_SLOT, pin, 8, label), CKR_TOKEN_WRITE_PROTECTED);
    ck_assert_uint_eq(p11->C_InitToken(AUTH_SLOT, pin, 8, NULL), CKR_ARGUMENTS_BAD);
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, true);
    ck_assert_uint_eq(p11->C_InitToken(AUTH_SLOT, pin, 8, label), CKR_SESSION_EXISTS);
    ck_assert_uint_eq(p11->C_InitPIN(session, pin, 4), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(p11->C_InitPIN(open_session(AUTH_SLOT, false), pin, 4),
                      CKR_SESSION_READ_ONLY);
    ck_assert_uint_eq(cardsim_count_verify(card, CARDSIM_PIN_AUTH), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/slots_tokens");
    TCase *tcase = tcase_create("slots_tokens");

    stage_attach(tcase);
    tcase_add_test(tcase, a_card_is_two_tokens);
    tcase_add_test(tcase, the_list_of_slots_is_asked_for_twice);
    tcase_add_test(tcase, the_set_of_slots_changes_only_when_asked_for_its_size);
    tcase_add_test(tcase, a_slot_shows_live_whether_a_token_is_in_it);
    tcase_add_test(tcase, slots_are_described_distinctly);
    tcase_add_test(tcase, a_slot_that_is_none_is_refused);
    tcase_add_test(tcase, an_empty_reader_has_no_token);
    tcase_add_test(tcase, a_foreign_card_is_not_recognised);
    tcase_add_test(tcase, a_foreign_card_is_not_recognised_either_when_nobody_asked_before);
    tcase_add_test(tcase, what_is_counted_is_counted_truly);
    tcase_add_test(tcase, the_token_is_ready_to_use_and_wants_a_login);
    tcase_add_test(tcase, the_pin_flags_follow_the_card_and_each_its_own_pin);
    tcase_add_test(tcase, asking_costs_no_try_and_no_login);
    tcase_add_test(tcase, asking_again_costs_no_command);
    tcase_add_test(tcase, a_childs_card_has_no_signing_pin_and_says_so);
    tcase_add_test(tcase, a_card_without_the_signing_pin_does_not_show_one);
    tcase_add_test(tcase, every_event_is_told_once);
    tcase_add_test(tcase, a_thread_waits_until_a_card_comes);
    tcase_add_test(tcase, every_listed_mechanism_has_its_information);
    tcase_add_test(tcase, a_card_without_pss_does_not_list_it);
    tcase_add_test(tcase, the_token_cannot_be_initialised);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
