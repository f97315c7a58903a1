/* One call of a Cryptoki function, from its prologue to its epilogue.
 *
 * Every function begins with one of the mn_call_... below, and which one it is says what it needs:
 * an initialised module, a slot, or a session. It ends with mn_call_end, whatever happened. In
 * between it has its slot for itself, unless it leaves it before. */
#ifndef MN_CRYPTOKI_CALL_H
#define MN_CRYPTOKI_CALL_H

#include "token/slots.h"

struct mn_call {
    const char *name;           /* of the function, for the log */
    struct mn_slots *slots;     /* NULL: not let in */
    struct mn_slot *slot;       /* entered; or NULL */
    struct mn_session *session; /* or NULL */
};

enum mn_policy {
    MN_ANY = 0,
    MN_LOOK = 1, /* look first whether the card is still there: no card command */
    MN_WRITE = 2 /* a read/write session is needed, else CKR_SESSION_READ_ONLY */
};

/* The module is initialised. */
CK_RV mn_call_module(struct mn_call *call, const char *name);

/* ... and there is such a slot. CKR_SLOT_ID_INVALID. */
CK_RV mn_call_slot(struct mn_call *call, const char *name, CK_SLOT_ID id, unsigned policy);

/* ... and there is such a session, so the slot's token is open. CKR_SESSION_HANDLE_INVALID,
 * CKR_DEVICE_REMOVED. policy is the sum of what is wanted. */
CK_RV mn_call_session(struct mn_call *call, const char *name, CK_SESSION_HANDLE handle,
                      unsigned policy);

/* Leaves the slot before the end: for work that needs neither slot nor session. */
void mn_call_leave_slot(struct mn_call *call);

/* Goes back to the session of that handle after that. As mn_call_session. */
CK_RV mn_call_return(struct mn_call *call, CK_SESSION_HANDLE handle);

/* Leaves the slot and the module, and returns rv. */
CK_RV mn_call_end(struct mn_call *call, CK_RV rv);

#endif
