/* PKCS#11 3.0, 5.7: object management functions.
 *
 * Objects are the card's and cannot be made, changed or destroyed; session objects there are none.
 * CKA_MODIFIABLE, CKA_COPYABLE and CKA_DESTROYABLE say so, and so do these functions, in one voice:
 * CKR_SESSION_READ_ONLY in a session that may not write at all, otherwise that it is the token or
 * the object that does not allow it. */
#include "cryptoki/call.h"

CK_RV C_CreateObject(CK_SESSION_HANDLE handle, CK_ATTRIBUTE *template, CK_ULONG count,
                     CK_OBJECT_HANDLE *object)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_WRITE);
    if (rv == CKR_OK)
        rv = template && count > 0 && object ? CKR_TOKEN_WRITE_PROTECTED : CKR_ARGUMENTS_BAD;
    return mn_call_end(&call, rv);
}

/* For what is refused to an object that is there. */
static CK_RV refuse(struct mn_call *call, CK_OBJECT_HANDLE object, bool arguments_good)
{
    if (!arguments_good)
        return CKR_ARGUMENTS_BAD;
    CK_RV rv = mn_objects_check(call->slot->objects, mn_slot_is_user(call->slot), object);
    if (rv == CKR_OK)
        rv = call->session->read_write ? CKR_ACTION_PROHIBITED : CKR_SESSION_READ_ONLY;
    return rv;
}

CK_RV C_CopyObject(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *template,
                   CK_ULONG count, CK_OBJECT_HANDLE *copy)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = refuse(&call, object, copy && (template || count == 0));
    return mn_call_end(&call, rv);
}

CK_RV C_DestroyObject(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = refuse(&call, object, true);
    return mn_call_end(&call, rv);
}

CK_RV C_SetAttributeValue(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *template,
                          CK_ULONG count)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = refuse(&call, object, template && count > 0);
    return mn_call_end(&call, rv);
}

CK_RV C_GetObjectSize(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ULONG *size)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK && !size)
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK)
        rv = mn_objects_check(call.slot->objects, mn_slot_is_user(call.slot), object);
    if (rv == CKR_OK)
        *size = CK_UNAVAILABLE_INFORMATION;
    return mn_call_end(&call, rv);
}

CK_RV C_GetAttributeValue(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *template,
                          CK_ULONG count)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK && !mn_template_is_possible(template, count))
        rv = CKR_ARGUMENTS_BAD;
    if (rv == CKR_OK)
        rv = mn_objects_read(call.slot->objects, mn_slot_is_user(call.slot), object, template,
                             count);
    return mn_call_end(&call, rv);
}

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE handle, CK_ATTRIBUTE *template, CK_ULONG count)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_LOOK);
    if (rv == CKR_OK)
        rv = mn_session_search(call.session, call.slot->objects, mn_slot_is_user(call.slot),
                               template, count);
    return mn_call_end(&call, rv);
}

CK_RV C_FindObjects(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE *objects, CK_ULONG max,
                    CK_ULONG *count)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_session_found(call.session, objects, max, count);
    return mn_call_end(&call, rv);
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE handle)
{
    struct mn_call call;
    CK_RV rv = mn_call_session(&call, __func__, handle, MN_ANY);
    if (rv == CKR_OK)
        rv = mn_session_search_end(call.session);
    return mn_call_end(&call, rv);
}
