#include "scenario.h"

#include <string.h>

#include "run.h"
#include "steps.h"

#define NEW_PIN "5678"

/* What the person believes the PIN to be. */
static const char *auth_pin = CARDSIM_AUTH_PIN;

static bool ok(CK_RV rv)
{
    return rv == CKR_OK;
}

static bool log_in_to(CK_SLOT_ID slot, const char *pin, CK_SESSION_HANDLE *session)
{
    return step_open_session(slot, 0, session) && ok(step_log_in(*session, slot, pin));
}

static bool nothing(void)
{
    return true;
}

static bool list(void)
{
    CK_SESSION_HANDLE auth, sign;
    CK_MECHANISM_TYPE mechanisms[64];
    CK_ULONG count = 64;
    return ok(CALL(C_GetMechanismList, AUTH_SLOT, mechanisms, &count)) &&
           step_open_session(AUTH_SLOT, 0, &auth) && step_open_session(SIGN_SLOT, 0, &sign) &&
           step_read_certificates(auth) && step_read_certificates(sign);
}

static bool log_in_and_out(void)
{
    CK_SESSION_HANDLE session;
    return log_in_to(AUTH_SLOT, auth_pin, &session) && ok(CALL(C_Logout, session));
}

static bool sign_twice(void)
{
    CK_SESSION_HANDLE session;
    return log_in_to(AUTH_SLOT, auth_pin, &session) && step_sign_at_once(session, AUTH_SLOT) &&
           step_sign_at_once(session, AUTH_SLOT);
}

static bool sign_with_the_signing_key(void)
{
    CK_SESSION_HANDLE session;
    return log_in_to(SIGN_SLOT, CARDSIM_SIGN_PIN, &session) && step_read_certificates(session) &&
           step_sign_in_parts(session, SIGN_SLOT) && ok(CALL(C_CloseSession, session));
}

/* --- PINs --- */

static const char *other_auth_pin(void)
{
    return strcmp(auth_pin, NEW_PIN) == 0 ? CARDSIM_AUTH_PIN : NEW_PIN;
}

/* Who does not know whether a change came about tries the PIN that was, then the one that should
 * be. */
static bool change_pin(void)
{
    CK_SESSION_HANDLE session;
    if (!step_open_session(AUTH_SLOT, CKF_RW_SESSION, &session))
        return false;
    CK_RV rv = step_log_in(session, AUTH_SLOT, auth_pin);
    if (rv == CKR_PIN_INCORRECT) {
        auth_pin = other_auth_pin();
        rv = step_log_in(session, AUTH_SLOT, auth_pin);
    }
    if (!ok(rv) || !ok(step_change_pin(session, AUTH_SLOT, auth_pin, other_auth_pin())))
        return false;
    auth_pin = other_auth_pin();
    return true;
}

/* The old one mistyped, and the same again. */
static bool change_pin_in_vain(void)
{
    CK_SESSION_HANDLE session;
    if (!step_open_session(AUTH_SLOT, CKF_RW_SESSION, &session))
        return false;
    CK_RV first = step_change_pin(session, AUTH_SLOT, "9999", NEW_PIN);
    CK_RV second = step_change_pin(session, AUTH_SLOT, "9999", NEW_PIN);
    return first == CKR_PIN_INCORRECT && second == CKR_PIN_INCORRECT &&
           ok(step_log_in(session, AUTH_SLOT, auth_pin));
}

/* As programs do that keep what was typed: again and again the same. */
static bool refused(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const char *pin)
{
    CK_RV first = step_log_in(session, slot, pin), second = step_log_in(session, slot, pin);
    return first == CKR_PIN_INCORRECT && second == CKR_PIN_INCORRECT;
}

static bool type_a_wrong_pin(void)
{
    CK_SESSION_HANDLE session;
    return step_open_session(AUTH_SLOT, 0, &session) && refused(session, AUTH_SLOT, "9999") &&
           ok(step_log_in(session, AUTH_SLOT, auth_pin));
}

/* The last try is kept back, even from the right PIN. */
static bool type_two_wrong_pins(void)
{
    CK_SESSION_HANDLE session;
    if (!step_open_session(AUTH_SLOT, 0, &session))
        return false;
    bool both = refused(session, AUTH_SLOT, "9999");
    both = step_log_in(session, AUTH_SLOT, "0000") == CKR_PIN_INCORRECT && both;
    return step_log_in(session, AUTH_SLOT, auth_pin) == CKR_PIN_LOCKED && both;
}

/* What `mynakey pin verify` is for, from another program. */
static bool restore_tries_and_log_in(void)
{
    if (cardsim_tries(card, CARDSIM_PIN_AUTH) == 1) {
        cardsim_set_tries(card, CARDSIM_PIN_AUTH, ledger_full[CARDSIM_PIN_AUTH]);
        stage_new_stay();
    }
    return log_in_and_out();
}

static bool type_wrong_passwords(void)
{
    CK_SESSION_HANDLE session;
    if (!step_open_session(SIGN_SLOT, 0, &session))
        return false;
    bool all = refused(session, SIGN_SLOT, "WRONG1");
    all = refused(session, SIGN_SLOT, "WRONG22") && all;
    all = refused(session, SIGN_SLOT, "WRONG333") && all;
    return ok(step_log_in(session, SIGN_SLOT, CARDSIM_SIGN_PIN)) && all;
}

/* --- events and ends --- */

/* Sleeps until the news, which come once the module sleeps; at the latest when it is back. */
static bool await(void (*news)(void))
{
    CK_SLOT_ID slot;
    stage_set_news(news);
    bool woken = ok(CALL(C_WaitForSlotEvent, 0, &slot, NULL));
    (void)stage_tell_news();
    for (int i = 0; i < 4 && ok(CALL(C_WaitForSlotEvent, CKF_DONT_BLOCK, &slot, NULL)); i++) {
    }
    return woken;
}

static bool await_events(void)
{
    bool gone = await(stage_unplug);
    return await(stage_plug) && gone && step_look_at_slots();
}

/* Who was told that it is closed must find it closed; but a service can keep the card out of reach,
 * and then it is as open as it was. */
static bool is_closed(enum cardsim_pin pin)
{
    bool closed = !cardsim_is_open(card, pin);
    if (!closed && !stage_has_service)
        run_complain("the key of %s is still open", cardsim_pin_name(pin));
    return closed;
}

static bool close_all(void)
{
    CK_SESSION_HANDLE auth, sign;
    return log_in_to(AUTH_SLOT, auth_pin, &auth) && log_in_to(SIGN_SLOT, CARDSIM_SIGN_PIN, &sign) &&
           ok(CALL(C_CloseSession, auth)) && is_closed(CARDSIM_PIN_AUTH) &&
           ok(CALL(C_CloseAllSessions, SIGN_SLOT)) && is_closed(CARDSIM_PIN_SIGN);
}

static bool finalize(void)
{
    CK_SESSION_HANDLE auth, sign;
    return log_in_to(AUTH_SLOT, auth_pin, &auth) && log_in_to(SIGN_SLOT, CARDSIM_SIGN_PIN, &sign) &&
           step_finalize() && is_closed(CARDSIM_PIN_AUTH) && is_closed(CARDSIM_PIN_SIGN) &&
           step_initialize();
}

const struct scenario scenarios[] = {
    {.name = "start", .act = nothing, .again = list},
    {.name = "list", .act = list},
    {.name = "login", .act = log_in_and_out},
    {.name = "sign", .act = sign_twice},
    {.name = "sign in parts with the signing key", .act = sign_with_the_signing_key},
    {.name = "change the PIN", .act = change_pin},
    {.name = "change the PIN, the old one wrong",
     .act = change_pin_in_vain,
     .again = change_pin,
     .wrong = {1, 0}},
    {.name = "wait for an event", .act = await_events},
    {.name = "close", .act = close_all},
    {.name = "finalize", .act = finalize},
    {.name = "type a wrong PIN twice",
     .act = type_a_wrong_pin,
     .again = log_in_and_out,
     .wrong = {1, 0}},
    {.name = "type two wrong PINs",
     .act = type_two_wrong_pins,
     .again = restore_tries_and_log_in,
     .wrong = {2, 0}},
    {.name = "type three wrong passwords twice",
     .act = type_wrong_passwords,
     .again = sign_with_the_signing_key,
     .wrong = {0, 3}},
};

const unsigned scenarios_len = sizeof scenarios / sizeof scenarios[0];
