/* One slot: its sessions, its login, and what becomes of them when the card goes. */
#include "token/slot.h"

#include <string.h>

#include "crypto/library.h"
#include "runner.h"
#include "standin_readers.h"
#include "token/login.h"
#include "token/slot_info.h"

#define SLOT 3

static struct mn_slot *slot;
static struct standin *token;
static struct mn_session *session;

static void look(void)
{
    standin_look();
}

static void start(enum mn_role role)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    standin_plug(0, "Reader 00 00");
    standin_insert(0);
    look();
    token = standin_role(0, role);
    struct mn_token_place place = standin_place(0, role, SLOT);
    ck_assert_int_eq(mn_slot_new(&place, true, NULL, &slot), MN_OK);
    mn_slot_enter(slot);
}

static void set_up(void)
{
    start(MN_ROLE_AUTH);
}

static void set_up_sign(void)
{
    start(MN_ROLE_SIGN);
}

static void tear_down(void)
{
    mn_slot_leave(slot);
    mn_slot_free(&slot);
    standin_close();
    mn_crypto_close();
}

/* A call's end and the beginning of the next. */
static void next_call(void)
{
    mn_slot_leave(slot);
    mn_slot_enter(slot);
}

static CK_SESSION_HANDLE open_session(bool read_write)
{
    CK_SESSION_HANDLE handle;
    ck_assert_uint_eq(mn_slot_open_session(slot, read_write, &handle), CKR_OK);
    ck_assert_uint_eq(mn_slot_find_session(slot, handle, &session), CKR_OK);
    return handle;
}

static CK_RV find(CK_SESSION_HANDLE handle)
{
    return mn_slot_find_session(slot, handle, &session);
}

static CK_RV log_in_with(CK_USER_TYPE user, const char *pin)
{
    return mn_login(slot, session, user, (const CK_BYTE *)pin, pin ? strlen(pin) : 0);
}

static CK_RV log_in(void)
{
    return log_in_with(CKU_USER, STANDIN_PIN);
}

static size_t search(CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *found)
{
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE all[MN_OBJECTS_MAX];
    CK_ULONG count;
    ck_assert_uint_eq(
        mn_session_search(session, slot->objects, mn_slot_is_user(slot), &template, 1), CKR_OK);
    ck_assert_uint_eq(mn_session_found(session, all, MN_OBJECTS_MAX, &count), CKR_OK);
    ck_assert_uint_eq(mn_session_search_end(session), CKR_OK);
    *found = count > 0 ? all[0] : CK_INVALID_HANDLE;
    return count;
}

static void begin_sign(void)
{
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    ck_assert_uint_eq(mn_operation_begin_sign(&session->sign, &slot->token, &mechanism), CKR_OK);
}

static CK_RV sign(void)
{
    CK_BYTE data[] = "data", signature[STANDIN_SIZE];
    CK_ULONG len = sizeof signature;
    struct mn_late late = {0};
    CK_RV rv =
        mn_operation_sign(&session->sign, &slot->token, data, sizeof data, signature, &len, &late);
    return rv == CKR_OK ? mn_late_sign(&late) : rv;
}

START_TEST(handles_name_their_slot_and_never_come_again)
{
    CK_SESSION_HANDLE first = open_session(false);
    ck_assert_uint_eq(mn_handle_slot(first), SLOT);
    mn_slot_close_session(slot, session);
    ck_assert_uint_eq(find(first), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_ne(open_session(false), first);
    ck_assert_uint_eq(find(first), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(find(0), CKR_SESSION_HANDLE_INVALID);
}
END_TEST

START_TEST(handles_run_out_before_they_repeat)
{
    CK_SESSION_HANDLE handle;
    slot->handles.given = ((CK_ULONG)-1 >> MN_HANDLE_SLOT_BITS) - 1;
    ck_assert_uint_eq(mn_slot_open_session(slot, false, &handle), CKR_OK);
    ck_assert_uint_eq(mn_handle_slot(handle), SLOT);
    ck_assert_uint_eq(mn_slot_open_session(slot, false, &handle), CKR_SESSION_COUNT);
}
END_TEST

START_TEST(sessions_are_counted_truly)
{
    CK_TOKEN_INFO info;
    CK_SESSION_HANDLE reader = open_session(false);
    open_session(true);
    open_session(true);
    ck_assert_uint_eq(mn_slot_token_info(slot, &info), CKR_OK);
    ck_assert_uint_eq(info.ulSessionCount, 3);
    ck_assert_uint_eq(info.ulRwSessionCount, 2);
    ck_assert_uint_eq(find(reader), CKR_OK);
    mn_slot_close_session(slot, session);
    ck_assert_uint_eq(mn_slot_token_info(slot, &info), CKR_OK);
    ck_assert_uint_eq(info.ulSessionCount, 2);
    ck_assert_uint_eq(info.ulRwSessionCount, 2);
}
END_TEST

START_TEST(a_login_is_that_of_all_sessions)
{
    CK_OBJECT_HANDLE key;
    open_session(true);
    ck_assert_uint_eq(log_in(), CKR_OK);
    ck_assert(mn_slot_is_user(slot));
    open_session(false);
    ck_assert_uint_eq(search(CKO_PRIVATE_KEY, &key), 1);
    ck_assert_uint_eq(log_in(), CKR_USER_ALREADY_LOGGED_IN);
    ck_assert_uint_eq(token->logins, 1);
}
END_TEST

START_TEST(a_wrong_pin_is_no_login)
{
    open_session(false);
    ck_assert_uint_eq(log_in_with(CKU_USER, "9999"), CKR_PIN_INCORRECT);
    ck_assert(!mn_slot_is_user(slot));
    ck_assert_uint_eq(log_in_with(CKU_USER, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(token->logins, 1);
}
END_TEST

START_TEST(a_mistyped_pin_is_asked_for_again)
{
    open_session(false);
    ck_assert_uint_eq(log_in_with(CKU_USER, "123"), CKR_PIN_INCORRECT);
    token->login_fails = MN_E_PIN_CHARACTERS;
    ck_assert_uint_eq(log_in(), CKR_PIN_INCORRECT);
    token->login_fails = MN_E_PIN_REPEATED;
    ck_assert_uint_eq(log_in(), CKR_PIN_INCORRECT);
}
END_TEST

START_TEST(a_program_that_repeats_itself_for_ever_is_stopped)
{
    open_session(false);
    token->login_fails = MN_E_PIN_REPEATED;
    for (int i = 0; i < MN_FREE_REFUSALS_MAX; i++)
        ck_assert_uint_eq(log_in(), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(log_in(), CKR_FUNCTION_FAILED);
    token->login_fails = MN_OK;
    ck_assert_uint_eq(log_in(), CKR_OK);
}
END_TEST

START_TEST(a_pin_that_must_not_be_sent_is_locked)
{
    open_session(false);
    token->login_fails = MN_E_PIN_LAST_TRY;
    ck_assert_uint_eq(log_in(), CKR_PIN_LOCKED);
    token->login_fails = MN_E_PIN_BLOCKED;
    ck_assert_uint_eq(log_in(), CKR_PIN_LOCKED);
}
END_TEST

START_TEST(there_is_no_security_officer)
{
    open_session(true);
    ck_assert_uint_eq(log_in_with(CKU_SO, STANDIN_PIN), CKR_USER_TYPE_INVALID);
    ck_assert_uint_eq(log_in_with(17, STANDIN_PIN), CKR_USER_TYPE_INVALID);
    open_session(false);
    ck_assert_uint_eq(log_in_with(CKU_SO, STANDIN_PIN), CKR_SESSION_READ_ONLY_EXISTS);
    ck_assert_uint_eq(token->logins, 0);
}
END_TEST

START_TEST(a_logout_closes_the_key_and_hides_what_is_private)
{
    CK_OBJECT_HANDLE key, after;
    const struct mn_attributes *attributes;
    open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    ck_assert_uint_eq(search(CKO_PRIVATE_KEY, &key), 1);
    begin_sign();
    ck_assert_uint_eq(mn_logout(slot), CKR_OK);
    ck_assert_uint_eq(token->logouts, 1);
    ck_assert_uint_eq(sign(), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(search(CKO_PRIVATE_KEY, &after), 0);
    ck_assert_uint_eq(mn_objects_key(slot->objects, false, key, CKA_SIGN, &attributes),
                      CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(mn_logout(slot), CKR_USER_NOT_LOGGED_IN);
}
END_TEST

START_TEST(a_logout_takes_private_objects_out_of_a_search)
{
    CK_OBJECT_HANDLE found[MN_OBJECTS_MAX];
    CK_ULONG count;
    open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    ck_assert_uint_eq(mn_session_search(session, slot->objects, true, NULL, 0), CKR_OK);
    ck_assert_uint_eq(mn_logout(slot), CKR_OK);
    ck_assert_uint_eq(mn_session_found(session, found, MN_OBJECTS_MAX, &count), CKR_OK);
    ck_assert_uint_eq(count, 1); /* the CA's certificate */
    ck_assert(!mn_objects_is_private(slot->objects, found[0]));
}
END_TEST

START_TEST(the_last_session_takes_the_login_with_it)
{
    open_session(false);
    CK_SESSION_HANDLE last = open_session(true);
    ck_assert_uint_eq(log_in(), CKR_OK);
    mn_slot_close_session(slot, slot->sessions->next);
    ck_assert(mn_slot_is_user(slot));
    ck_assert_uint_eq(find(last), CKR_OK);
    mn_slot_close_session(slot, session);
    ck_assert_uint_eq(token->logouts, 1);
    open_session(true);
    ck_assert(!mn_slot_is_user(slot));
    ck_assert_uint_eq(log_in(), CKR_OK);
    mn_slot_close_all_sessions(slot);
    ck_assert_uint_eq(token->logouts, 2);
    ck_assert(!token->closed);
}
END_TEST

START_TEST(closing_sessions_without_a_login_says_nothing_to_the_token)
{
    open_session(false);
    mn_slot_close_all_sessions(slot);
    mn_slot_close_all_sessions(slot);
    ck_assert_uint_eq(token->logouts, 0);
}
END_TEST

START_TEST(a_session_dies_with_its_card_and_says_so_once)
{
    CK_SESSION_HANDLE old = open_session(false), other = open_session(true);
    ck_assert_uint_eq(log_in(), CKR_OK);
    standin_remove(0);
    look();
    next_call();
    ck_assert(token->closed);
    ck_assert_uint_eq(find(old), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(find(old), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(mn_slot_open_token(slot), CKR_TOKEN_NOT_PRESENT);
    standin_insert(0);
    look();
    next_call();
    ck_assert_uint_eq(find(other), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(find(other), CKR_SESSION_HANDLE_INVALID);
}
END_TEST

START_TEST(nobody_is_logged_in_to_the_next_card)
{
    CK_TOKEN_INFO info;
    CK_SESSION_HANDLE old = open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    standin_remove(0);
    standin_insert(0);
    look();
    next_call();
    CK_SESSION_HANDLE new = open_session(false);
    ck_assert(!mn_slot_is_user(slot));
    ck_assert_uint_eq(mn_slot_token_info(slot, &info), CKR_OK);
    ck_assert_uint_eq(info.ulSessionCount, 1);
    ck_assert_uint_eq(find(old), CKR_DEVICE_REMOVED);
    ck_assert_uint_eq(find(new), CKR_OK);
    ck_assert(!mn_slot_is_user(slot));
}
END_TEST

START_TEST(a_removal_noticed_by_a_command_is_enough)
{
    CK_SESSION_HANDLE old = open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    begin_sign();
    token->sign_fails = MN_E_REMOVED;
    ck_assert_uint_eq(sign(), CKR_DEVICE_REMOVED);
    standin_notice_removal(0);
    next_call();
    ck_assert_uint_eq(find(old), CKR_DEVICE_REMOVED);
}
END_TEST

START_TEST(closing_all_sessions_clears_the_dead_ones_too)
{
    CK_SESSION_HANDLE old = open_session(false);
    standin_remove(0);
    look();
    next_call();
    mn_slot_close_all_sessions(slot);
    ck_assert_uint_eq(find(old), CKR_SESSION_HANDLE_INVALID);
}
END_TEST

static size_t sessions_kept(void)
{
    size_t count = 0;
    for (const struct mn_session *s = slot->sessions; s; s = s->next)
        count++;
    return count;
}

START_TEST(a_program_that_never_closes_a_session_keeps_those_of_one_card_only)
{
    CK_SESSION_HANDLE first = open_session(false), last = first;
    for (int i = 0; i < 1000; i++) {
        standin_remove(0);
        look();
        next_call();
        standin_insert(0);
        look();
        next_call();
        last = open_session(false);
        begin_sign();
    }
    ck_assert_uint_eq(sessions_kept(), 2);
    ck_assert_uint_eq(find(first), CKR_SESSION_HANDLE_INVALID);
    ck_assert_uint_eq(find(last), CKR_OK);
}
END_TEST

START_TEST(a_login_that_the_card_forgot_is_noticed)
{
    CK_OBJECT_HANDLE key, none;
    const struct mn_attributes *attributes;
    CK_SESSION_HANDLE handle = open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    ck_assert_uint_eq(search(CKO_PRIVATE_KEY, &key), 1);
    begin_sign();
    token->open = false; /* another program reset the card */
    next_call();
    ck_assert_uint_eq(find(handle), CKR_OK);
    ck_assert(!mn_slot_is_user(slot));
    ck_assert_uint_eq(sign(), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(mn_objects_key(slot->objects, false, key, CKA_SIGN, &attributes),
                      CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(search(CKO_PRIVATE_KEY, &none), 0);
    ck_assert_uint_eq(mn_logout(slot), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(log_in(), CKR_OK);
    begin_sign();
    ck_assert_uint_eq(sign(), CKR_OK);
    ck_assert_uint_eq(search(CKO_PRIVATE_KEY, &none), 1);
    ck_assert_uint_eq(none, key);
}
END_TEST

START_TEST(a_login_for_one_signature_lasts_for_one)
{
    token->facts.always_authenticate = true;
    open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    begin_sign();
    ck_assert_uint_eq(sign(), CKR_USER_NOT_LOGGED_IN);
    ck_assert_uint_eq(log_in_with(CKU_CONTEXT_SPECIFIC, STANDIN_PIN), CKR_OK);
    ck_assert_uint_eq(sign(), CKR_OK);
    begin_sign();
    ck_assert_uint_eq(sign(), CKR_USER_NOT_LOGGED_IN);
}
END_TEST

START_TEST(a_login_for_a_signature_needs_one_that_asks_for_it)
{
    open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    begin_sign();
    ck_assert_uint_eq(log_in_with(CKU_CONTEXT_SPECIFIC, STANDIN_PIN),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(sign(), CKR_OK);
    token->facts.always_authenticate = true;
    ck_assert_uint_eq(log_in_with(CKU_CONTEXT_SPECIFIC, STANDIN_PIN),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(token->logins, 1);
}
END_TEST

START_TEST(a_wrong_pin_for_a_signature_leaves_it_waiting)
{
    token->facts.always_authenticate = true;
    open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    begin_sign();
    token->login_fails = MN_E_PIN_WRONG;
    ck_assert_uint_eq(log_in_with(CKU_CONTEXT_SPECIFIC, "9999"), CKR_PIN_INCORRECT);
    ck_assert(mn_slot_is_user(slot));
    ck_assert_uint_eq(sign(), CKR_USER_NOT_LOGGED_IN);
    token->login_fails = MN_OK;
    ck_assert_uint_eq(log_in_with(CKU_CONTEXT_SPECIFIC, STANDIN_PIN), CKR_OK);
    ck_assert_uint_eq(sign(), CKR_OK);
}
END_TEST

START_TEST(a_pin_locked_during_a_signature_logs_out)
{
    token->facts.always_authenticate = true;
    open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    begin_sign();
    token->login_fails = MN_E_PIN_BLOCKED;
    ck_assert_uint_eq(log_in_with(CKU_CONTEXT_SPECIFIC, "9999"), CKR_PIN_LOCKED);
    ck_assert(!mn_slot_is_user(slot));
    ck_assert_uint_eq(sign(), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

static CK_RV set_pin(const char *old_pin, const char *new_pin)
{
    return mn_set_pin(slot, (const CK_BYTE *)old_pin, old_pin ? strlen(old_pin) : 0,
                      (const CK_BYTE *)new_pin, new_pin ? strlen(new_pin) : 0);
}

START_TEST(changing_the_pin_tells_exactly_what_was_wrong)
{
    open_session(true);
    ck_assert_uint_eq(set_pin(STANDIN_PIN, "5678"), CKR_OK);
    ck_assert_uint_eq(set_pin(STANDIN_PIN, "567"), CKR_PIN_LEN_RANGE);
    ck_assert_uint_eq(set_pin(STANDIN_PIN, "abcd"), CKR_PIN_INVALID);
    ck_assert_uint_eq(set_pin("9999", "5678"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(set_pin("999", "5678"), CKR_PIN_INCORRECT);
    ck_assert_uint_eq(set_pin(NULL, "5678"), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(set_pin(STANDIN_PIN, NULL), CKR_ARGUMENTS_BAD);
    token->facts.can_set_pin = false;
    ck_assert_uint_eq(set_pin(STANDIN_PIN, "5678"), CKR_FUNCTION_NOT_SUPPORTED);
}
END_TEST

static CK_FLAGS pin_flags(int tries)
{
    CK_TOKEN_INFO info;
    token->tries = tries;
    ck_assert_uint_eq(mn_slot_token_info(slot, &info), CKR_OK);
    return info.flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED |
                         CKF_USER_PIN_INITIALIZED);
}

START_TEST(the_pin_flags_are_the_cards)
{
    CK_FLAGS has_pin = CKF_USER_PIN_INITIALIZED;
    ck_assert_uint_eq(pin_flags(3), has_pin);
    ck_assert_uint_eq(pin_flags(2), has_pin | CKF_USER_PIN_COUNT_LOW);
    ck_assert_uint_eq(pin_flags(1), has_pin | CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
    ck_assert_uint_eq(pin_flags(0), has_pin | CKF_USER_PIN_LOCKED);
    ck_assert_uint_eq(pin_flags(-1), has_pin);
    token->pin_info_fails = MN_E_COMM;
    ck_assert_uint_eq(pin_flags(0), has_pin);
    token->pin_info_fails = MN_E_PIN_UNSET;
    ck_assert_uint_eq(pin_flags(0), 0);
}
END_TEST

START_TEST(a_token_says_what_it_is)
{
    CK_TOKEN_INFO info;
    ck_assert_uint_eq(mn_slot_token_info(slot, &info), CKR_OK);
    ck_assert_mem_eq(info.label, "Stand-in                        ", 32);
    ck_assert_mem_eq(info.manufacturerID, "nobody                          ", 32);
    ck_assert_mem_eq(info.model, "model           ", 16);
    ck_assert_mem_eq(info.serialNumber, "0001            ", 16);
    ck_assert_uint_eq(info.flags & ~CKF_USER_PIN_INITIALIZED,
                      CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED);
    ck_assert_uint_eq(info.ulMaxSessionCount, CK_EFFECTIVELY_INFINITE);
    ck_assert_uint_eq(info.ulMaxRwSessionCount, CK_EFFECTIVELY_INFINITE);
    ck_assert_uint_eq(info.ulMinPinLen, 4);
    ck_assert_uint_eq(info.ulMaxPinLen, 4);
    ck_assert_uint_eq(info.ulFreePrivateMemory, CK_UNAVAILABLE_INFORMATION);
    ck_assert_uint_eq(info.hardwareVersion.major, 1);
    ck_assert_uint_eq(info.firmwareVersion.minor, 4);
    ck_assert_uint_eq(token->identified, 1);
}
END_TEST

START_TEST(a_token_that_cannot_be_identified_says_why)
{
    CK_TOKEN_INFO info;
    token->identify_fails = MN_E_FOREIGN_CARD;
    ck_assert_uint_eq(mn_slot_token_info(slot, &info), CKR_TOKEN_NOT_RECOGNIZED);
    token->identify_fails = MN_E_COMM;
    ck_assert_uint_eq(mn_slot_token_info(slot, &info), CKR_DEVICE_ERROR);
    token->identify_fails = MN_OK;
    token->pin_info_fails = MN_E_REMOVED;
    ck_assert_uint_eq(mn_slot_token_info(slot, &info), CKR_DEVICE_REMOVED);
}
END_TEST

START_TEST(a_card_that_is_none_of_ours_is_not_recognised)
{
    static const struct {
        mn_rc says;
        CK_RV rv;
    } rows[] = {{MN_OK, CKR_OK},
                {MN_E_FOREIGN_CARD, CKR_TOKEN_NOT_RECOGNIZED},
                {MN_E_OLD_CARD, CKR_TOKEN_NOT_RECOGNIZED},
                {MN_E_REMOVED, CKR_DEVICE_REMOVED},
                {MN_E_BUSY, CKR_OK}}; /* it may be one: it cannot be asked now */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        token->identify_fails = rows[i].says;
        ck_assert_uint_eq(mn_slot_recognise_token(slot), rows[i].rv);
    }
}
END_TEST

START_TEST(a_search_is_one_at_a_time)
{
    CK_OBJECT_HANDLE found[MN_OBJECTS_MAX];
    CK_ULONG count;
    open_session(false);
    ck_assert_uint_eq(mn_session_found(session, found, 1, &count), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_session_search_end(session), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_session_search(session, slot->objects, false, NULL, 0), CKR_OK);
    ck_assert_uint_eq(mn_session_search(session, slot->objects, false, NULL, 0),
                      CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(mn_session_found(session, found, 0, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(mn_session_found(session, found, 3, &count), CKR_OK);
    ck_assert_uint_eq(count, 3);
    ck_assert_uint_eq(mn_session_found(session, found, 3, &count), CKR_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(mn_session_found(session, found, 3, &count), CKR_OK);
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(mn_session_found(session, NULL, 3, &count), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(mn_session_found(session, found, 3, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(mn_session_search_end(session), CKR_OK);
    ck_assert_uint_eq(mn_session_search(session, slot->objects, false, NULL, 0), CKR_OK);
}
END_TEST

START_TEST(cancelling_ends_what_is_named_and_nothing_else)
{
    CK_MECHANISM digest = {CKM_SHA256, NULL, 0};
    CK_ULONG count;
    open_session(false);
    ck_assert_uint_eq(log_in(), CKR_OK);
    begin_sign();
    ck_assert_uint_eq(mn_operation_begin_digest(&session->digest, &slot->token, &digest), CKR_OK);
    ck_assert_uint_eq(mn_session_search(session, slot->objects, true, NULL, 0), CKR_OK);
    mn_session_cancel(session, 0);
    mn_session_cancel(session, CKF_SIGN | CKF_ENCRYPT);
    ck_assert(!mn_operation_is_active(&session->sign));
    ck_assert(mn_operation_is_active(&session->digest));
    ck_assert(mn_session_is_busy(session));
    mn_session_cancel(session, CKF_DIGEST);
    ck_assert(!mn_session_is_busy(session));
    ck_assert_uint_eq(mn_session_found(session, NULL, 0, &count), CKR_OK);
    mn_session_cancel(session, CKF_FIND_OBJECTS);
    ck_assert_uint_eq(mn_session_found(session, NULL, 0, &count), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

static TCase *tcase_with(const char *name, void (*start_role)(void))
{
    TCase *tcase = tcase_create(name);
    tcase_add_unchecked_fixture(tcase, standin_make, NULL);
    tcase_add_checked_fixture(tcase, start_role, tear_down);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("token/slot");
    TCase *tcase = tcase_with("authentication", set_up);

    tcase_add_test(tcase, handles_name_their_slot_and_never_come_again);
    tcase_add_test(tcase, handles_run_out_before_they_repeat);
    tcase_add_test(tcase, sessions_are_counted_truly);
    tcase_add_test(tcase, a_login_is_that_of_all_sessions);
    tcase_add_test(tcase, a_wrong_pin_is_no_login);
    tcase_add_test(tcase, a_mistyped_pin_is_asked_for_again);
    tcase_add_test(tcase, a_program_that_repeats_itself_for_ever_is_stopped);
    tcase_add_test(tcase, a_pin_that_must_not_be_sent_is_locked);
    tcase_add_test(tcase, there_is_no_security_officer);
    tcase_add_test(tcase, a_logout_closes_the_key_and_hides_what_is_private);
    tcase_add_test(tcase, the_last_session_takes_the_login_with_it);
    tcase_add_test(tcase, closing_sessions_without_a_login_says_nothing_to_the_token);
    tcase_add_test(tcase, a_session_dies_with_its_card_and_says_so_once);
    tcase_add_test(tcase, nobody_is_logged_in_to_the_next_card);
    tcase_add_test(tcase, a_removal_noticed_by_a_command_is_enough);
    tcase_add_test(tcase, closing_all_sessions_clears_the_dead_ones_too);
    tcase_add_test(tcase, a_program_that_never_closes_a_session_keeps_those_of_one_card_only);
    tcase_add_test(tcase, a_login_that_the_card_forgot_is_noticed);
    tcase_add_test(tcase, a_login_for_one_signature_lasts_for_one);
    tcase_add_test(tcase, a_login_for_a_signature_needs_one_that_asks_for_it);
    tcase_add_test(tcase, a_wrong_pin_for_a_signature_leaves_it_waiting);
    tcase_add_test(tcase, a_pin_locked_during_a_signature_logs_out);
    tcase_add_test(tcase, changing_the_pin_tells_exactly_what_was_wrong);
    tcase_add_test(tcase, the_pin_flags_are_the_cards);
    tcase_add_test(tcase, a_token_says_what_it_is);
    tcase_add_test(tcase, a_token_that_cannot_be_identified_says_why);
    tcase_add_test(tcase, a_card_that_is_none_of_ours_is_not_recognised);
    tcase_add_test(tcase, a_search_is_one_at_a_time);
    tcase_add_test(tcase, cancelling_ends_what_is_named_and_nothing_else);
    suite_add_tcase(suite, tcase);

    tcase = tcase_with("signature", set_up_sign);
    tcase_add_test(tcase, a_logout_takes_private_objects_out_of_a_search);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
