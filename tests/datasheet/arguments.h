/* Arguments for a call of Cryptoki: good ones, or now and then one that is not.
 *
 * The numbers behind them are the same on every run. */
#ifndef MN_TESTS_DATASHEET_ARGUMENTS_H
#define MN_TESTS_DATASHEET_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "mynakey/cryptoki.h"

#define CALLER_SESSIONS 8
#define CALLER_OBJECTS  16
#define CALLER_BYTES    512

struct caller {
    uint64_t dice;
    bool sane;                 /* good arguments only */
    CK_SESSION_HANDLE session; /* of this call */
    CK_SESSION_HANDLE sessions[CALLER_SESSIONS];
    CK_SESSION_HANDLE soft; /* of the software certificate */
    CK_OBJECT_HANDLE objects[CALLER_OBJECTS];
    unsigned objects_given;

    /* What arguments point to. */
    CK_BYTE in[CALLER_BYTES], out[CALLER_BYTES];
    CK_ULONG room, number;
    CK_MECHANISM mechanism;
    CK_RSA_PKCS_PSS_PARAMS pss;
    CK_ATTRIBUTE template[3];
    CK_ULONG value;
};

/* From 0 to below. */
unsigned roll(struct caller *caller, unsigned below);

/* Never for good arguments. */
bool now_and_then(struct caller *caller);

CK_SLOT_ID any_slot(struct caller *caller);

/* One of the caller's sessions, opened anew where it is none any more. A good one may write, so
 * that only the function's own reasons count. */
CK_SESSION_HANDLE any_session(struct caller *caller);
CK_SLOT_ID slot_of(CK_SESSION_HANDLE session);

/* A good one is of that class, or 0 where there is none. */
CK_OBJECT_HANDLE any_object(struct caller *caller, CK_OBJECT_CLASS class);

/* Data with their size, and room for an answer. */
CK_BYTE *any_in(struct caller *caller);
CK_BYTE *any_out(struct caller *caller);
CK_ULONG any_size(struct caller *caller);
CK_ULONG any_signature_len(struct caller *caller);
CK_ULONG *any_room(struct caller *caller);

/* For a handle or a count that comes back. */
CK_ULONG *any_number(struct caller *caller);

/* A good one is that. */
CK_MECHANISM *any_mechanism(struct caller *caller, CK_MECHANISM_TYPE good);

/* For searches and for reading: a good one asks for the class. */
CK_ATTRIBUTE *any_template(struct caller *caller);
CK_ULONG any_count(struct caller *caller);

void *any_reserved(struct caller *caller);

/* The PIN of the slot, and one that a good caller has right. They end in NUL. */
CK_UTF8CHAR *right_pin(CK_SLOT_ID slot);
CK_UTF8CHAR *any_pin(struct caller *caller, CK_SESSION_HANDLE session);
CK_ULONG pin_len(const CK_UTF8CHAR *pin);

#endif
