#include "steps.h"

#include <string.h>

#include "ledger.h"
#include "page.h"
#include "run.h"

#define PIN_MAX 16

static bool initialized;

CK_RV step_noted(const char *function, CK_RV rv)
{
    in_module = false;
    if (rv != CKR_OK && !page_allows(function, rv))
        run_complain("%s answers %s, which the datasheet does not allow it", function,
                     page_name("CKR_", rv));
    ledger_check();
    return rv;
}

static bool ok(CK_RV rv)
{
    return rv == CKR_OK;
}

bool step_initialize(void)
{
    initialized = ok(CALL(C_Initialize, NULL));
    return initialized;
}

bool step_finalize(void)
{
    initialized = !ok(CALL(C_Finalize, NULL));
    return !initialized;
}

bool step_is_initialized(void)
{
    return initialized;
}

bool step_start(void)
{
    CK_ULONG count;
    if (!ok(CALL(C_GetSlotList, CK_FALSE, NULL, &count)))
        return false;
    CK_RV auth = CALL(C_CloseAllSessions, AUTH_SLOT), sign = CALL(C_CloseAllSessions, SIGN_SLOT);
    return ok(auth) && ok(sign) && step_look_at_slots();
}

bool step_look_at_slots(void)
{
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO token_info;
    if (!ok(CALL(C_GetSlotList, CK_TRUE, slots, &count)))
        return false;
    for (CK_ULONG i = 0; i < count; i++)
        if (!ok(CALL(C_GetSlotInfo, slots[i], &slot_info)) ||
            !ok(CALL(C_GetTokenInfo, slots[i], &token_info)))
            return false;
    return count == 2;
}

/* --- sessions and PINs --- */

bool step_open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_SESSION_HANDLE *session)
{
    return ok(CALL(C_OpenSession, slot, CKF_SERIAL_SESSION | flags, NULL, NULL, session));
}

static CK_ULONG type(CK_SLOT_ID slot, const char *pin, CK_BYTE bytes[PIN_MAX])
{
    size_t len = strlen(pin);
    stage_must(len <= PIN_MAX, "a PIN as long as that");
    memcpy(bytes, pin, len);
    ledger_type(slot == AUTH_SLOT ? CARDSIM_PIN_AUTH : CARDSIM_PIN_SIGN, pin);
    return len;
}

CK_RV step_log_in(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const char *pin)
{
    CK_BYTE bytes[PIN_MAX];
    CK_ULONG len = type(slot, pin, bytes);
    return CALL(C_Login, session, CKU_USER, bytes, len);
}

CK_RV step_change_pin(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const char *before,
                      const char *after)
{
    CK_BYTE old_bytes[PIN_MAX], new_bytes[PIN_MAX];
    CK_ULONG old_len = type(slot, before, old_bytes), new_len = strlen(after);
    memcpy(new_bytes, after, new_len);
    return CALL(C_SetPIN, session, old_bytes, old_len, new_bytes, new_len);
}

/* --- objects --- */

static bool find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *found,
                 CK_ULONG *count)
{
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    if (!ok(CALL(C_FindObjectsInit, session, &template, 1)))
        return false;
    bool good = ok(CALL(C_FindObjects, session, found, 8, count));
    return ok(CALL(C_FindObjectsFinal, session)) && good;
}

bool step_read_certificates(CK_SESSION_HANDLE session)
{
    CK_OBJECT_HANDLE found[8];
    CK_ULONG count = 0;
    if (!find(session, CKO_CERTIFICATE, found, &count) || count == 0)
        return false;
    for (CK_ULONG i = 0; i < count; i++) {
        CK_BYTE value[4096];
        CK_ATTRIBUTE attribute = {CKA_VALUE, value, sizeof value};
        if (!ok(CALL(C_GetAttributeValue, session, found[i], &attribute, 1)))
            return false;
    }
    return true;
}

/* --- signatures --- */

static const CK_BYTE text[] = "what is signed, in parts or at once";

static bool begin_signature(CK_SESSION_HANDLE session)
{
    CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
    CK_OBJECT_HANDLE found[8];
    CK_ULONG count = 0;
    return find(session, CKO_PRIVATE_KEY, found, &count) && count == 1 &&
           ok(CALL(C_SignInit, session, &mechanism, found[0]));
}

static bool accept(CK_SLOT_ID slot, const CK_BYTE *signature, CK_ULONG len)
{
    bool right = len == RSA_SIZE && stage_is_signature(slot, text, sizeof text, signature);
    if (!right)
        run_complain("a signature that is none was given out as one");
    return right;
}

bool step_sign_at_once(CK_SESSION_HANDLE session, CK_SLOT_ID slot)
{
    CK_BYTE data[sizeof text], signature[RSA_SIZE];
    CK_ULONG len = sizeof signature;
    memcpy(data, text, sizeof text);
    return begin_signature(session) &&
           ok(CALL(C_Sign, session, data, sizeof data, signature, &len)) &&
           accept(slot, signature, len);
}

bool step_sign_in_parts(CK_SESSION_HANDLE session, CK_SLOT_ID slot)
{
    CK_BYTE data[sizeof text], signature[RSA_SIZE];
    CK_ULONG len = 0;
    memcpy(data, text, sizeof text);
    if (!begin_signature(session) || !ok(CALL(C_SignUpdate, session, data, 10)) ||
        !ok(CALL(C_SignUpdate, session, data + 10, sizeof data - 10)) ||
        !ok(CALL(C_SignFinal, session, NULL, &len)) || len != RSA_SIZE)
        return false;
    return ok(CALL(C_SignFinal, session, signature, &len)) && accept(slot, signature, len);
}
