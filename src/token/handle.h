/* Handles of sessions and objects: a number that never comes again, and the slot it belongs to.
 *
 * The slot is in the lowest eight bits. A handle leads to its slot without any table, so nothing
 * can change between finding a session and taking its slot's lock; and no handle of one slot can be
 * taken for another's. */
#ifndef MN_TOKEN_HANDLE_H
#define MN_TOKEN_HANDLE_H

#include "mynakey/cryptoki.h"

#define MN_HANDLE_SLOT_BITS 8
#define MN_SLOT_ID_MAX      ((1UL << MN_HANDLE_SLOT_BITS) - 1)

struct mn_handle_source {
    CK_SLOT_ID slot; /* 1 to MN_SLOT_ID_MAX */
    CK_ULONG given;  /* how many were given out */
};

/* A new handle; CK_INVALID_HANDLE when all are used up (after 16 million, where CK_ULONG has 32
 * bits). */
static inline CK_ULONG mn_handle_new(struct mn_handle_source *from)
{
    if (from->given >= (CK_ULONG)-1 >> MN_HANDLE_SLOT_BITS)
        return CK_INVALID_HANDLE;
    return ++from->given << MN_HANDLE_SLOT_BITS | from->slot;
}

/* The slot that gave it out; for any number that a caller may come with. */
static inline CK_SLOT_ID mn_handle_slot(CK_ULONG handle)
{
    return handle & MN_SLOT_ID_MAX;
}

#endif
