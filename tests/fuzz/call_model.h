/* What the module has to believe after the calls that were made: sessions, logins, operations. */
#ifndef MN_TESTS_FUZZ_CALL_MODEL_H
#define MN_TESTS_FUZZ_CALL_MODEL_H

#include "call_arguments.h"
#include "soft_shelf.h"

#define MODEL_SESSIONS 8
#define MODEL_OBJECTS  16

/* An operation of a session. */
struct model_operation {
    bool active;
    CK_MECHANISM mechanism; /* its parameter, where it is one of PSS, is in pss */
    CK_RSA_PKCS_PSS_PARAMS pss;
    struct mn_bytes data; /* what was given to it */
};

struct model_session {
    CK_SESSION_HANDLE handle;
    CK_SLOT_ID slot;
    bool alive, read_write, searching;
    struct model_operation sign, verify, digest, encrypt, decrypt;
};

struct model {
    struct model_session sessions[MODEL_SESSIONS];
    bool logged_in[SHELF_SLOTS];
    CK_OBJECT_HANDLE objects[MODEL_OBJECTS]; /* that were found, of either slot */
    unsigned objects_given;
};
extern struct model model;

/* Nothing is open any more. */
void model_clear(void);

/* One of the handles that were given out, still good or not, or another number; *session is the
 * session of that handle, or NULL. */
CK_SESSION_HANDLE model_any_session(struct fuzz_input *input, struct model_session **session);

CK_OBJECT_HANDLE model_any_object(struct fuzz_input *input);

/* rv of a call in that session: a handle is refused where, and only where, it is none. */
CK_RV model_session_answered(const struct model_session *session, CK_RV rv);

/* The call opened one: in place of any other, which the caller has closed if it was open. */
void model_session_opens(struct model_session *session, CK_SESSION_HANDLE handle, CK_SLOT_ID slot,
                         bool read_write);
void model_session_closes(struct model_session *session);
void model_slot_closes(CK_SLOT_ID slot);

bool *model_logged_in(CK_SLOT_ID slot);
void model_logs_out(CK_SLOT_ID slot);

/* ...Init answered rv, with that mechanism or none. */
void model_operation_begins(struct model_operation *op, const CK_MECHANISM *mechanism, CK_RV rv);

/* ...Update answered rv to those data. */
void model_operation_goes_on(struct model_operation *op, struct argument_data data, CK_RV rv);

/* What would have ended it answered rv; room is NULL where nothing comes out. Is it over? */
bool model_operation_ends(struct model_operation *op, const struct argument_room *room, CK_RV rv);

#endif
