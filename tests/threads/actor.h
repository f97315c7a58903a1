/* One thread of a crowd: a program of its own accord, which does what a random number says to the
 * three tokens of the stage and notes every answer.
 *
 * Actors share nothing but the module and, without any order, the handles of some sessions: a lock
 * of the test's own would hide what is to be found. What was noted is judged after they have ended.
 */
#ifndef MN_TESTS_THREADS_ACTOR_H
#define MN_TESTS_THREADS_ACTOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "mynakey/cryptoki.h"

#define ACTOR_SESSIONS 4
#define ACTOR_ANSWERS  4096

struct actor_answer {
    const char *function;
    CK_RV rv;
};

struct actor {
    unsigned seed; /* fixed: what it does is the same in each run, only the others' turns are not */
    unsigned turns;
    bool logs_in;    /* and out, and closes all sessions of a slot: one of a crowd does */
    bool untroubled; /* the card stays in its reader: what follows a login has to work */
    pthread_t thread;
    struct {
        CK_SLOT_ID slot;
        CK_SESSION_HANDLE handle; /* 0: none */
    } sessions[ACTOR_SESSIONS];
    struct actor_answer answers[ACTOR_ANSWERS];
    unsigned answered, signatures, digests, logins;
    atomic_uint taken;   /* turns so far: others may look, and nothing is ordered by it */
    char complaint[200]; /* "": nothing that it was given was wrong */
};

/* Reads the public keys that signatures are held against; and lets them go. */
void actor_prepare(void);
void actor_release(void);

/* In a thread: lives for that many turns. Returns NULL. */
void *actor_live(void *actor);

#endif
