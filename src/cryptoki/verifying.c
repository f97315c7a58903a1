/* PKCS#11 3.0, 5.15: functions for verifying signatures. They never touch the card. */
#include "cryptoki/call.h"

static CK_RV begin(struct mn_call *call, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    const struct mn_attributes *attributes;
    struct mn_operation *op = &call->session->verify;
    if (!mechanism)
        return mn_operation_cancel(op);
    if (mn_operation_is_active(op))
        return CKR_OPERATION_ACTIVE;
    CK_RV rv = mn_objects_key(call->slot->objects, mn_slot_is_user(call->slot), key, CKA_VERIFY,
                              &attributes);
    return rv == CKR_OK ? mn_operation_begin_verify(op, &call->slot->token, mechanism, attributes)
                        : rv;
}

CK_RV C_VerifyInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = begin(&call, mechanism, key);
    return mn_call_end(&call, rv);
}

CK_RV C_Verify(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *signature,
               CK_ULONG signature_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_verify(&call.session->verify, data, data_len, signature, signature_len);
    return mn_call_end(&call, rv);
}

CK_RV C_VerifyUpdate(CK_SESSION_HANDLE handle, CK_BYTE *part, CK_ULONG part_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_update(&call.session->verify, part, part_len);
    return mn_call_end(&call, rv);
}

CK_RV C_VerifyFinal(CK_SESSION_HANDLE handle, CK_BYTE *signature, CK_ULONG signature_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_verify_final(&call.session->verify, signature, signature_len);
    return mn_call_end(&call, rv);
}
