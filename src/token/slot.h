/* A slot: whatever token is in one place, its sessions and its login.
 *
 * A slot lives as long as the module is initialised. Its lock is held from mn_slot_enter to
 * mn_slot_leave, also while the card works; the fields below it are touched only in between. */
#ifndef MN_TOKEN_SLOT_H
#define MN_TOKEN_SLOT_H

#include "backend/token_place.h"
#include "base/lock.h"
#include "token/handle.h"
#include "token/objects.h"
#include "token/session.h"

struct mn_slot {
    CK_SLOT_ID id;
    struct mn_token_place place;
    bool show_ca;

    struct mn_lock lock;
    struct mn_handle_source handles;
    struct mn_token token;      /* ops is NULL while none is open */
    unsigned long generation;   /* of the place while that token is in it */
    struct mn_objects *objects; /* of the token */
    struct mn_session *sessions;
    bool logged_in;         /* by C_Login; believed only together with the token's own word */
    unsigned free_refusals; /* PINs refused in a row at no cost of a try */
};

/* What place refers to outlives it. Touches no token. MN_E_MEMORY. */
mn_rc mn_slot_new(const struct mn_token_place *place, bool show_ca,
                  const struct mn_lock_hooks *hooks, struct mn_slot **out);

/* Closes its token, and so the key. */
void mn_slot_free(struct mn_slot **slot);

/* Takes the lock and holds what is believed against what is known now, without asking the card: a
 * token whose card has left is closed and its sessions are dead; a login that the card no longer
 * honours is over. */
void mn_slot_enter(struct mn_slot *slot);
void mn_slot_leave(struct mn_slot *slot);

/* Makes sure that the token is open. CKR_TOKEN_NOT_PRESENT, CKR_TOKEN_NOT_RECOGNIZED,
 * CKR_DEVICE_REMOVED, CKR_DEVICE_ERROR, CKR_HOST_MEMORY. */
CK_RV mn_slot_open_token(struct mn_slot *slot);

/* ... and, as far as its card can be asked now, that the card is one that is known. */
CK_RV mn_slot_recognise_token(struct mn_slot *slot);

/* C_OpenSession, its arguments checked. What mn_slot_open_token gives, CKR_SESSION_COUNT. */
CK_RV mn_slot_open_session(struct mn_slot *slot, bool read_write, CK_SESSION_HANDLE *out);

/* The session of that handle; its token is open. CKR_SESSION_HANDLE_INVALID; CKR_DEVICE_REMOVED,
 * once, for one that died with its card. */
CK_RV mn_slot_find_session(struct mn_slot *slot, CK_SESSION_HANDLE handle, struct mn_session **out);

/* Without any session left there is no login either (3.0, 5.6.2). */
void mn_slot_close_session(struct mn_slot *slot, struct mn_session *session);
void mn_slot_close_all_sessions(struct mn_slot *slot);

/* Sessions that are alive: all, or those that may not write. */
CK_ULONG mn_slot_count_sessions(const struct mn_slot *slot, bool read_only);

/* Is the user logged in, this very moment? */
bool mn_slot_is_user(const struct mn_slot *slot);

/* Ends the login in all sessions; the token's own logout is the caller's. For good: the handles of
 * private objects are void and signatures under way are ended. Else, when the card forgot the login
 * by itself, both stay and say CKR_USER_NOT_LOGGED_IN until the next one. */
void mn_slot_end_login(struct mn_slot *slot, bool for_good);

#endif
