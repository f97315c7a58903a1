/* PKCS#11 3.0, 5.13: signing functions. */
#include "cryptoki/call.h"

static CK_RV begin(struct mn_call *call, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    const struct mn_attributes *attributes;
    struct mn_operation *op = &call->session->sign;
    if (!mechanism)
        return mn_operation_cancel(op);
    if (mn_operation_is_active(op))
        return CKR_OPERATION_ACTIVE;
    CK_RV rv = mn_objects_key(call->slot->objects, mn_slot_is_user(call->slot), key, CKA_SIGN,
                              &attributes);
    return rv == CKR_OK ? mn_operation_begin_sign(op, &call->slot->token, mechanism) : rv;
}

CK_RV C_SignInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = begin(&call, mechanism, key);
    return mn_call_end(&call, rv);
}

CK_RV C_Sign(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *signature,
             CK_ULONG *signature_len)
{
    struct mn_call call;
    struct mn_late late = {0};
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_sign(&call.session->sign, &call.slot->token, data, data_len, signature,
                               signature_len, &late);
    mn_call_leave_slot(&call);
    return mn_call_end(&call, rv == CKR_OK ? mn_late_sign(&late) : rv);
}

CK_RV C_SignUpdate(CK_SESSION_HANDLE handle, CK_BYTE *part, CK_ULONG part_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_update(&call.session->sign, part, part_len);
    return mn_call_end(&call, rv);
}

CK_RV C_SignFinal(CK_SESSION_HANDLE handle, CK_BYTE *signature, CK_ULONG *signature_len)
{
    struct mn_call call;
    struct mn_late late = {0};
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_sign_final(&call.session->sign, &call.slot->token, signature,
                                     signature_len, &late);
    mn_call_leave_slot(&call);
    return mn_call_end(&call, rv == CKR_OK ? mn_late_sign(&late) : rv);
}
