/* PKCS#11 3.0, 5.12: message digesting functions. They never touch the card. */
#include "cryptoki/call.h"

static CK_RV begin(struct mn_call *call, const CK_MECHANISM *mechanism)
{
    struct mn_operation *op = &call->session->digest;
    if (!mechanism)
        return mn_operation_cancel(op);
    if (mn_operation_is_active(op))
        return CKR_OPERATION_ACTIVE;
    return mn_operation_begin_digest(op, &call->slot->token, mechanism);
}

CK_RV C_DigestInit(CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = begin(&call, mechanism);
    return mn_call_end(&call, rv);
}

CK_RV C_Digest(CK_SESSION_HANDLE handle, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *digest,
               CK_ULONG *digest_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_digest(&call.session->digest, data, data_len, digest, digest_len);
    return mn_call_end(&call, rv);
}

CK_RV C_DigestUpdate(CK_SESSION_HANDLE handle, CK_BYTE *part, CK_ULONG part_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_update(&call.session->digest, part, part_len);
    return mn_call_end(&call, rv);
}

CK_RV C_DigestFinal(CK_SESSION_HANDLE handle, CK_BYTE *digest, CK_ULONG *digest_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_operation_digest_final(&call.session->digest, digest, digest_len);
    return mn_call_end(&call, rv);
}
