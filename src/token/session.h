/* A session: a search and five operations, independent of one another. */
#ifndef MN_TOKEN_SESSION_H
#define MN_TOKEN_SESSION_H

#include "token/objects.h"
#include "token/operation.h"

struct mn_session {
    struct mn_session *next;
    CK_SESSION_HANDLE handle;
    bool read_write;
    bool dead; /* the card that it was opened with has left */
    struct mn_operation sign, verify, digest, decrypt, encrypt;
    bool searching;
    CK_OBJECT_HANDLE found[MN_OBJECTS_MAX];
    size_t found_len;
};

/* NULL for want of memory. */
struct mn_session *mn_session_new(CK_SESSION_HANDLE handle, bool read_write);

/* Its token has left: nothing of what was under way is kept. */
void mn_session_die(struct mn_session *session);

void mn_session_free(struct mn_session **session);

/* C_FindObjectsInit, C_FindObjects, C_FindObjectsFinal. What is found is found at the beginning. */
CK_RV mn_session_search(struct mn_session *session, struct mn_objects *objects, bool user,
                        const CK_ATTRIBUTE *template, CK_ULONG count);
CK_RV mn_session_found(struct mn_session *session, CK_OBJECT_HANDLE *out, CK_ULONG max,
                       CK_ULONG *count);
CK_RV mn_session_search_end(struct mn_session *session);

/* Is any operation active that has a state? */
bool mn_session_is_busy(const struct mn_session *session);

/* C_SessionCancel: ends what flags name, as far as it is active. */
void mn_session_cancel(struct mn_session *session, CK_FLAGS flags);

/* The login is over: what was found and is private is found no more. */
void mn_session_drop_private(struct mn_session *session, const struct mn_objects *objects);

#endif
