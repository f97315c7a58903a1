#include "token/login.h"

#include "token/rv.h"

static CK_RV offer_pin(struct mn_slot *slot, const CK_BYTE *pin, CK_ULONG len)
{
    if (!pin)
        return CKR_ARGUMENTS_BAD; /* there is no protected path: 5.6.8 */
    mn_rc rc = slot->token.ops->login(slot->token.self, mn_span(pin, len));
    bool was_free = rc == MN_E_PIN_LENGTH || rc == MN_E_PIN_CHARACTERS || rc == MN_E_PIN_REPEATED;
    slot->free_refusals = was_free ? slot->free_refusals + 1 : 0;
    return slot->free_refusals > MN_FREE_REFUSALS_MAX ? CKR_FUNCTION_FAILED : mn_rv(rc);
}

static CK_RV login_user(struct mn_slot *slot, const CK_BYTE *pin, CK_ULONG len)
{
    if (mn_slot_is_user(slot))
        return CKR_USER_ALREADY_LOGGED_IN;
    CK_RV rv = offer_pin(slot, pin, len);
    slot->logged_in = rv == CKR_OK;
    return rv;
}

/* 4.9: the login for one use of a key that wants it each time. */
static CK_RV login_for_operation(struct mn_slot *slot, struct mn_session *session,
                                 const CK_BYTE *pin, CK_ULONG len)
{
    if (!slot->token.facts->always_authenticate || !mn_operation_is_active(&session->sign))
        return CKR_OPERATION_NOT_INITIALIZED;
    if (!mn_slot_is_user(slot))
        return CKR_USER_NOT_LOGGED_IN;
    CK_RV rv = offer_pin(slot, pin, len);
    if (rv == CKR_OK)
        session->sign.authenticated = true;
    if (rv == CKR_PIN_LOCKED)
        (void)mn_logout(slot);
    return rv;
}

CK_RV mn_login(struct mn_slot *slot, struct mn_session *session, CK_USER_TYPE type,
               const CK_BYTE *pin, CK_ULONG len)
{
    switch (type) {
    case CKU_USER:
        return login_user(slot, pin, len);
    case CKU_CONTEXT_SPECIFIC:
        return login_for_operation(slot, session, pin, len);
    case CKU_SO: /* the card's security officer sits in the municipal office */
        if (mn_slot_count_sessions(slot, true) > 0)
            return CKR_SESSION_READ_ONLY_EXISTS;
        return CKR_USER_TYPE_INVALID;
    default:
        return CKR_USER_TYPE_INVALID;
    }
}

CK_RV mn_logout(struct mn_slot *slot)
{
    if (!slot->logged_in)
        return CKR_USER_NOT_LOGGED_IN;
    slot->token.ops->logout(slot->token.self);
    mn_slot_end_login(slot, true);
    return CKR_OK;
}

CK_RV mn_set_pin(struct mn_slot *slot, const CK_BYTE *old_pin, CK_ULONG old_len,
                 const CK_BYTE *new_pin, CK_ULONG new_len)
{
    const struct mn_token *token = &slot->token;
    if (!old_pin || !new_pin)
        return CKR_ARGUMENTS_BAD;
    if (!token->facts->can_set_pin || !token->ops->set_pin)
        return CKR_FUNCTION_NOT_SUPPORTED;
    return mn_rv(
        token->ops->set_pin(token->self, mn_span(old_pin, old_len), mn_span(new_pin, new_len)));
}
