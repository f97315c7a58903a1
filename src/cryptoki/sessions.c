/* PKCS#11 3.0, 5.6: session management functions. */
#include "cryptoki/call.h"
#include "token/login.h"

CK_RV C_OpenSession(CK_SLOT_ID id, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                    CK_SESSION_HANDLE *session)
{
    struct mn_call call;
    CK_RV rv = mn_call_slot(&call, __func__, id, MN_LOOK);
    (void)application; /* for the callback, which has nothing to tell: */
    (void)notify;      /* CKN_SURRENDER belongs to functions that take long by themselves */
    if (rv == CKR_OK && !session)
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK && !(flags & CKF_SERIAL_SESSION))
        rv = CKR_SESSION_PARALLEL_NOT_SUPPORTED;
    if (rv == CKR_OK)
        rv = mn_slot_open_session(call.slot, flags & CKF_RW_SESSION, session);
    return mn_call_end(&call, rv);
}

CK_RV C_CloseSession(CK_SESSION_HANDLE handle)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        mn_slot_close_session(call.slot, call.session);
    return mn_call_end(&call, rv);
}

CK_RV C_CloseAllSessions(CK_SLOT_ID id)
{
    struct mn_call call;
    /* Nothing may have looked yet, and the slot is there nevertheless. */
    CK_RV rv = mn_call_slot(&call, __func__, id, MN_LOOK);
    if (rv == CKR_OK)
        mn_slot_close_all_sessions(call.slot);
    return mn_call_end(&call, rv);
}

static CK_STATE state(bool read_write, bool user)
{
    if (read_write)
        return user ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION;
    return user ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION;
}

CK_RV C_GetSessionInfo(CK_SESSION_HANDLE handle, CK_SESSION_INFO *info)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_LOOK);
    if (rv == CKR_OK && !info)
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK) {
        bool read_write = call.session->read_write;
        *info = (CK_SESSION_INFO){.slotID = call.slot->id,
                                  .state = state(read_write, mn_slot_is_user(call.slot)),
                                  .flags = CKF_SERIAL_SESSION | (read_write ? CKF_RW_SESSION : 0)};
    }
    return mn_call_end(&call, rv);
}

CK_RV C_SessionCancel(CK_SESSION_HANDLE handle, CK_FLAGS flags)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        mn_session_cancel(call.session, flags);
    return mn_call_end(&call, rv);
}

/* No state is ever given out ... */
CK_RV C_GetOperationState(CK_SESSION_HANDLE handle, CK_BYTE *operation_state, CK_ULONG *len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    (void)operation_state;
    if (rv == CKR_OK && !len)
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK)
        rv =
            mn_session_is_busy(call.session) ? CKR_STATE_UNSAVEABLE : CKR_OPERATION_NOT_INITIALIZED;
    return mn_call_end(&call, rv);
}

/* ... so none that comes back is one. */
CK_RV C_SetOperationState(CK_SESSION_HANDLE handle, CK_BYTE *operation_state, CK_ULONG len,
                          CK_OBJECT_HANDLE encryption_key, CK_OBJECT_HANDLE authentication_key)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    (void)len;
    (void)encryption_key;
    (void)authentication_key;
    if (rv == CKR_OK)
        rv = operation_state ? CKR_SAVED_STATE_INVALID : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}

CK_RV C_Login(CK_SESSION_HANDLE handle, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG pin_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_LOOK);
    if (rv == CKR_OK)
        rv = mn_login(call.slot, call.session, user, pin, pin_len);
    return mn_call_end(&call, rv);
}

/* The card knows its owner by the PIN alone: nobody here has a name. */
CK_RV C_LoginUser(CK_SESSION_HANDLE handle, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG pin_len,
                  CK_UTF8CHAR *name, CK_ULONG name_len)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_LOOK);
    if (rv == CKR_OK && !name && name_len > 0)
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK)
        rv = name_len == 0 ? mn_login(call.slot, call.session, user, pin, pin_len)
                           : CKR_USER_TYPE_INVALID;
    return mn_call_end(&call, rv);
}

CK_RV C_Logout(CK_SESSION_HANDLE handle)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_logout(call.slot);
    return mn_call_end(&call, rv);
}
