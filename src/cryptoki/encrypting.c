/* PKCS#11 3.0, 5.8: encryption functions, for the public key of a certificate that decrypts. */
#include "cryptoki/call.h"

static CK_RV begin(struct mn_call *call, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    const struct mn_attributes *attributes;
    struct mn_operation *op = &call->session->encrypt;
    if (!mechanism)
        return mn_operation_cancel(op);
    if (mn_operation_is_active(op))
        return CKR_OPERATION_ACTIVE;
    CK_RV rv = mn_objects_key(call->slot->objects, mn_slot_is_user(call->slot), key, CKA_ENCRYPT,
                              &attributes);
    return rv == CKR_OK ? mn_operation_begin_encrypt(op, &call->slot->token, mechanism, attributes)
                        : rv;
}

CK_RV C_EncryptInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = begin(&call, mechanism, key);
    return mn_call_end(&call, rv);
}

CK_RV C_Encrypt(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *out,
                CK_ULONG *out_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_encrypt(&call.session->encrypt, data, data_len, out, out_len);
    return mn_call_end(&call, rv);
}

CK_RV C_EncryptUpdate(CK_SESSION_HANDLE handle, CK_BYTE *part, CK_ULONG part_len, CK_BYTE *out,
                      CK_ULONG *out_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    (void)out;
    if (rv == CKR_OK)
        rv = mn_operation_update_cipher(&call.session->encrypt, part, part_len, out_len);
    return mn_call_end(&call, rv);
}

CK_RV C_EncryptFinal(CK_SESSION_HANDLE handle, CK_BYTE *out, CK_ULONG *out_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_encrypt_final(&call.session->encrypt, out, out_len);
    return mn_call_end(&call, rv);
}
