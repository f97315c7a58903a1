/* PKCS#11 3.0, 5.5: slot and token management functions. */
#include "cryptoki/call.h"
#include "token/login.h"
#include "token/mechanism.h"
#include "token/slot_info.h"

#include <string.h>

CK_RV C_GetSlotList(CK_BBOOL token_present, CK_SLOT_ID *list, CK_ULONG *count)
{
    struct mn_call call;
    CK_RV rv = mn_call_module(&call, __func__);
    if (rv == CKR_OK)
        rv = count ? mn_slots_list(call.slots, token_present, list, count) : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}

/* The slot is not entered: what it says of itself does not wait for its card. */
CK_RV C_GetSlotInfo(CK_SLOT_ID id, CK_SLOT_INFO *info)
{
    struct mn_call call;
    const struct mn_slot *slot = NULL;
    CK_RV rv = mn_call_module(&call, __func__);
    if (rv == CKR_OK)
        rv = info ? mn_slots_refresh(call.slots) : CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK) {
        slot = mn_slots_find(call.slots, id);
        rv = slot ? CKR_OK : CKR_SLOT_ID_INVALID;
    }
    if (rv == CKR_OK)
        mn_slot_info(slot, mn_slots_has_token(call.slots, slot), info);
    return mn_call_end(&call, rv);
}

CK_RV C_GetTokenInfo(CK_SLOT_ID id, CK_TOKEN_INFO *info)
{
    struct mn_call call;
    CK_RV rv = mn_call_slot(&call, __func__, id, MN_LOOK);
    if (rv == CKR_OK)
        rv = info ? mn_slot_token_info(call.slot, info) : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}

CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved)
{
    struct mn_call call;
    CK_RV rv = mn_call_module(&call, __func__);
    if (rv == CKR_OK && (!slot || reserved))
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK)
        rv = mn_slots_wait(call.slots, !(flags & CKF_DONT_BLOCK), slot);
    return mn_call_end(&call, rv);
}

static CK_RV list_mechanisms(const struct mn_token *token, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
    CK_MECHANISM_TYPE all[MN_MECHANISMS_MAX];
    size_t len = mn_mechanism_list(token, false, all);
    CK_ULONG room = *count;
    *count = len;
    if (list && room < len)
        return CKR_BUFFER_TOO_SMALL;
    if (list)
        memcpy(list, all, len * sizeof *list);
    return CKR_OK;
}

CK_RV C_GetMechanismList(CK_SLOT_ID id, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
    struct mn_call call;
    CK_RV rv = mn_call_slot(&call, __func__, id, MN_LOOK);
    if (rv == CKR_OK)
        rv = count ? mn_slot_recognise_token(call.slot) : CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK)
        rv = list_mechanisms(&call.slot->token, list, count);
    return mn_call_end(&call, rv);
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
    struct mn_call call;
    const struct mn_mechanism *mechanism = NULL;
    CK_RV rv = mn_call_slot(&call, __func__, id, MN_LOOK);
    if (rv == CKR_OK)
        rv = info ? mn_slot_recognise_token(call.slot) : CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK) {
        mechanism = mn_mechanism_find(&call.slot->token, type);
        rv = mechanism ? CKR_OK : CKR_MECHANISM_INVALID;
    }
    if (rv == CKR_OK)
        mn_mechanism_info(mechanism, call.slot->token.facts, info);
    return mn_call_end(&call, rv);
}

/* What is on the card was put there by its issuer. */
CK_RV C_InitToken(CK_SLOT_ID id, CK_UTF8CHAR *pin, CK_ULONG pin_len, CK_UTF8CHAR *label)
{
    struct mn_call call;
    CK_RV rv = mn_call_slot(&call, __func__, id, MN_LOOK);
    if (rv == CKR_OK && (!label || (!pin && pin_len > 0)))
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK)
        rv = mn_slot_recognise_token(call.slot);
    if (rv == CKR_OK)
        rv = mn_slot_count_sessions(call.slot, false) > 0 ? CKR_SESSION_EXISTS
                                                          : CKR_TOKEN_WRITE_PROTECTED;
    return mn_call_end(&call, rv);
}

/* 5.5.8: for the security officer, who can never be logged in here. */
CK_RV C_InitPIN(CK_SESSION_HANDLE handle, CK_UTF8CHAR *pin, CK_ULONG pin_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_WRITE);
    if (rv == CKR_OK)
        rv = pin || pin_len == 0 ? CKR_USER_NOT_LOGGED_IN : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}

/* With or without a login, for the old PIN is proved in any case. */
CK_RV C_SetPIN(CK_SESSION_HANDLE handle, CK_UTF8CHAR *old_pin, CK_ULONG old_len,
               CK_UTF8CHAR *new_pin, CK_ULONG new_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_WRITE);
    if (rv == CKR_OK)
        rv = mn_set_pin(call.slot, old_pin, old_len, new_pin, new_len);
    return mn_call_end(&call, rv);
}
