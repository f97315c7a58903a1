/* The lower seam: bytes to a card and back.
 *
 * One transport is one connection to one card in one reader. It is used by one thread at a time;
 * its owner locks. It neither interprets, logs nor repeats a command. PC/SC is one (pcsc.c); the
 * simulated card's plug and the tests' replay are others. */
#ifndef MN_TRANSPORT_TRANSPORT_H
#define MN_TRANSPORT_TRANSPORT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/rc.h"

/* The longest answer: 65536 bytes and a status word (ISO 7816-4, 5.1, extended Le). */
#define MN_ANSWER_MAX (65536 + 2)

struct mn_transport_ops {
    /* Takes the card for one conversation: no other program gets a command in until end.
     * *was_reset tells whether the card lost its state since the last conversation (always true
     * for the first). MN_E_REMOVED, MN_E_BUSY, MN_E_NO_SERVICE, MN_E_COMM. */
    mn_rc (*begin)(void *self, bool *was_reset);

    /* Sends command (an APDU) and puts the answer, status word included, into answer, which has
     * room for *answer_len bytes; *answer_len becomes its length (at least 2).
     * MN_E_REMOVED; MN_E_COMM (also for a reset in the middle: the next begin tells it). */
    mn_rc (*transmit)(void *self, struct mn_span command, uint8_t *answer, size_t *answer_len);

    /* Ends the conversation; the card keeps its state. */
    void (*end)(void *self);

    /* Takes the power from the card and gives it back, inside a conversation, at the second try if
     * need be: the card forgets every verified PIN. The next begin reports a reset. MN_E_REMOVED,
     * MN_E_COMM. */
    mn_rc (*power_cycle)(void *self);

    /* Does the reader say of itself that it carries extended-length APDUs? No I/O with the
     * card. */
    bool (*carries_extended)(void *self);

    /* Lets go of the card as it is and frees self. */
    void (*close)(void *self);
};

/* A zeroed one is "none". */
struct mn_transport {
    const struct mn_transport_ops *ops;
    void *self;
};

/* Calls close if there is anything, and empties *t. */
static inline void mn_transport_close(struct mn_transport *t)
{
    if (t->ops)
        t->ops->close(t->self);
    *t = (struct mn_transport){0};
}

#endif
