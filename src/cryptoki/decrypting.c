/* PKCS#11 3.0, 5.10: decryption functions. Only software certificates decrypt. */
#include "cryptoki/call.h"

static CK_RV begin(struct mn_call *call, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    const struct mn_attributes *attributes;
    struct mn_operation *op = &call->session->decrypt;
    if (!mechanism)
        return mn_operation_cancel(op);
    if (mn_operation_is_active(op))
        return CKR_OPERATION_ACTIVE;
    CK_RV rv = mn_objects_key(call->slot->objects, mn_slot_is_user(call->slot), key, CKA_DECRYPT,
                              &attributes);
    return rv == CKR_OK ? mn_operation_begin_decrypt(op, &call->slot->token, mechanism) : rv;
}

CK_RV C_DecryptInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = begin(&call, mechanism, key);
    return mn_call_end(&call, rv);
}

/* Without the slot. How long the plaintext is turns out here: where the caller has no room for it,
 * the operation goes on, and so back to its session, unless that has closed or begun another. */
static CK_RV finish(struct mn_call *call, CK_SESSION_HANDLE handle, struct mn_late *late)
{
    mn_call_leave_slot(call);
    CK_RV rv = mn_late_decrypt(late);
    if (!mn_operation_is_active(&late->op))
        return rv;
    CK_RV returned = mn_call_return(call, handle);
    if (returned == CKR_OK && !mn_operation_is_active(&call->session->decrypt)) {
        call->session->decrypt = late->op;
        late->op = (struct mn_operation){0};
    }
    mn_operation_end(&late->op);
    return returned == CKR_OK ? rv : returned;
}

CK_RV C_Decrypt(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *out,
                CK_ULONG *out_len)
{
    struct mn_call call;
    struct mn_late late = {0};
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_decrypt(&call.session->decrypt, &call.slot->token, data, data_len, out,
                                  out_len, &late);
    return mn_call_end(&call, rv == CKR_OK ? finish(&call, handle, &late) : rv);
}

CK_RV C_DecryptUpdate(CK_SESSION_HANDLE handle, CK_BYTE *part, CK_ULONG part_len, CK_BYTE *out,
                      CK_ULONG *out_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    (void)out;
    if (rv == CKR_OK)
        rv = mn_operation_update_cipher(&call.session->decrypt, part, part_len, out_len);
    return mn_call_end(&call, rv);
}

CK_RV C_DecryptFinal(CK_SESSION_HANDLE handle, CK_BYTE *out, CK_ULONG *out_len)
{
    struct mn_call call;
    struct mn_late late = {0};
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_decrypt_final(&call.session->decrypt, &call.slot->token, out, out_len,
                                        &late);
    return mn_call_end(&call, rv == CKR_OK ? finish(&call, handle, &late) : rv);
}
