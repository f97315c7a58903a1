/* All slots: one for each place where a token can be, in the order of their ids.
 *
 * A slot's id is its place's and is never given to another; the slot stays until the module is
 * finalized, also while its reader is unplugged. The lock in here is held for moments
 * only, never while a card works. All functions may be called by any thread. */
#ifndef MN_TOKEN_SLOTS_H
#define MN_TOKEN_SLOTS_H

#include "backend/token_places.h"
#include "token/slot.h"

struct mn_slots;

/* Takes over the source of readers, leaving *source empty, but does not look at them before
 * somebody asks: many programs load every module there is and never use it, and none of them should
 * start a PC/SC service. settings say which places are offered; they and hooks (may be NULL)
 * outlive it. MN_E_MEMORY: then what is left in *source is still the caller's. */
mn_rc mn_slots_open(struct mn_readers *source, const struct mn_settings *settings,
                    const struct mn_lock_hooks *hooks, struct mn_slots **out);

/* Nobody uses them any more. Closes all tokens. */
void mn_slots_close(struct mn_slots **slots);

/* In a forked child: lets go of them without a word to card, reader or service, and without a lock,
 * for the thread that holds it may not exist here. What they occupy is left as it is. */
void mn_slots_abandon(struct mn_slots **slots);

/* Looks which places are there and what is in them; no card command. */
CK_RV mn_slots_refresh(struct mn_slots *slots);

/* The slot of that id, or NULL. It stays valid. */
struct mn_slot *mn_slots_find(struct mn_slots *slots, CK_SLOT_ID id);

/* Is there a token in the slot? Asks a card that nobody has asked yet what it is. */
bool mn_slots_has_token(struct mn_slots *slots, const struct mn_slot *slot);

/* C_GetSlotList (3.0, 5.5.1): the set changes only when list is NULL. */
CK_RV mn_slots_list(struct mn_slots *slots, bool with_token, CK_SLOT_ID *list, CK_ULONG *count);

/* C_WaitForSlotEvent: a slot whose place or token came or left since it was last told of. While it
 * blocks it holds no lock. CKR_NO_EVENT; CKR_CRYPTOKI_NOT_INITIALIZED after mn_slots_cancel. */
CK_RV mn_slots_wait(struct mn_slots *slots, bool block, CK_SLOT_ID *out);

/* Wakes those that wait now. One that is just about to is not seen: repeat until all are gone. */
void mn_slots_cancel(struct mn_slots *slots);

#endif
