#include "cryptoki/call.h"

#include "base/log.h"
#include "cryptoki/module.h"

CK_RV mn_call_module(struct mn_call *call, const char *name)
{
    *call = (struct mn_call){.name = name};
    return mn_module_enter(&call->slots);
}

CK_RV mn_call_slot(struct mn_call *call, const char *name, CK_SLOT_ID id, unsigned policy)
{
    CK_RV rv = mn_call_module(call, name);
    if (rv == CKR_OK && policy & MN_LOOK)
        rv = mn_slots_refresh(call->slots);
    if (rv != CKR_OK)
        return rv;
    struct mn_slot *slot = mn_slots_find(call->slots, id);
    if (!slot)
        return CKR_SLOT_ID_INVALID;
    mn_slot_enter(slot);
    call->slot = slot;
    return CKR_OK;
}

CK_RV mn_call_session(struct mn_call *call, const char *name, CK_SESSION_HANDLE handle,
                      unsigned policy)
{
    CK_RV rv = mn_call_slot(call, name, mn_handle_slot(handle), policy);
    if (rv == CKR_SLOT_ID_INVALID)
        return CKR_SESSION_HANDLE_INVALID;
    if (rv == CKR_OK)
        rv = mn_slot_find_session(call->slot, handle, &call->session);
    if (rv == CKR_OK && policy & MN_WRITE && !call->session->read_write)
        rv = CKR_SESSION_READ_ONLY;
    return rv;
}

void mn_call_leave_slot(struct mn_call *call)
{
    if (call->slot)
        mn_slot_leave(call->slot);
    call->slot = NULL;
    call->session = NULL;
}

CK_RV mn_call_return(struct mn_call *call, CK_SESSION_HANDLE handle)
{
    struct mn_slot *slot = mn_slots_find(call->slots, mn_handle_slot(handle));
    if (!slot)
        return CKR_SESSION_HANDLE_INVALID;
    mn_slot_enter(slot);
    call->slot = slot;
    return mn_slot_find_session(slot, handle, &call->session);
}

CK_RV mn_call_end(struct mn_call *call, CK_RV rv)
{
    mn_call_leave_slot(call);
    mn_log_line(MN_LOG_DEBUG, "cryptoki", call->name, "0x%lx", rv);
    if (call->slots)
        mn_module_leave();
    return rv;
}
