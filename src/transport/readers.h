/* Readers: which are there, whether a card is in each, how to reach it, and when that changes.
 *
 * The same seam as transport.h, one step earlier: PC/SC (readers.c) is one source of readers, the
 * simulated card's plug another. list and connect may be called by any thread; wait by any number
 * of threads beside them. */
#ifndef MN_TRANSPORT_READERS_H
#define MN_TRANSPORT_READERS_H

#include <stdbool.h>
#include <stddef.h>

#include "transport/transport.h"

#define MN_READER_NAME_MAX 128 /* bytes with the NUL; pcsc-lite's MAX_READERNAME */

struct mn_reader_state {
    char name[MN_READER_NAME_MAX];
    bool present;        /* a card is in it, and it is not mute */
    unsigned long count; /* differs whenever a card has come or gone since it was last asked */
};

struct mn_reader_list {
    struct mn_reader_state *at;
    size_t len;
    mn_rc trouble; /* why there are none, where it is not for want of readers; else MN_OK */
};

struct mn_readers_ops {
    /* All readers connected now, in the service's order, in *out (which the caller frees with
     * mn_reader_list_free). Never sends a card command. No service and no reader both give an
     * empty list and MN_OK: neither is a fault of the caller's, and trouble tells them apart:
     * MN_E_NO_SERVICE, MN_E_NOT_ALLOWED, MN_E_COMM. MN_E_MEMORY. */
    mn_rc (*list)(void *self, struct mn_reader_list *out);

    /* A connection to the card in the reader of that name, shared with other programs. Powers the
     * card if need be, sends it nothing. MN_E_NO_READER, MN_E_NO_CARD, MN_E_BUSY,
     * MN_E_NO_SERVICE, MN_E_NOT_ALLOWED, MN_E_COMM, MN_E_MEMORY. */
    mn_rc (*connect)(void *self, const char *reader, struct mn_transport *out);

    /* Sleeps until the readers differ from known, or timeout_ms has passed (MN_E_TIMEOUT), or
     * cancel was called since (MN_E_CANCELLED). It may return MN_OK too early, never too late: the
     * caller lists again. */
    mn_rc (*wait)(void *self, const struct mn_reader_list *known, unsigned timeout_ms);

    /* Wakes every thread that is in wait; a later wait sleeps again. One that is just falling
     * asleep may be missed, and is told when its time is over: who cannot wait for that repeats it
     * until nobody waits. */
    void (*cancel)(void *self);

    /* Nobody waits any more and all connections are closed. In a process that forked from the one
     * that opened it, close must not be called: the connection is the parent's. */
    void (*close)(void *self);
};

struct mn_readers {
    const struct mn_readers_ops *ops;
    void *self;
};

/* The readers of the PC/SC service. Succeeds without a service: it may start later.
 * MN_E_MEMORY. */
mn_rc mn_pcsc_readers_open(struct mn_readers *out);

void mn_reader_list_free(struct mn_reader_list *list);

#endif
