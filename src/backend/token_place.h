/* A place where a token can be: a role of whatever card is in a reader, or what stands at a number
 * of the shelf of software certificates.
 *
 * The token room makes a slot of each and knows nothing else of where tokens come from. A place
 * lives as long as the token places it was found in, also while there is nothing in it. */
#ifndef MN_BACKEND_TOKEN_PLACE_H
#define MN_BACKEND_TOKEN_PLACE_H

#include <stdbool.h>

#include "backend/token_ops.h"

/* As of the last refresh. */
struct mn_token_place_state {
    bool connected; /* the place itself is there: the reader is plugged in, the shelf has it */
    bool occupied;  /* something is in it, a token or not */
    unsigned long generation; /* changes whenever what is in it came, left or was exchanged */
};

struct mn_token_place_ops {
    /* No I/O; any thread. */
    void (*state)(void *self, struct mn_token_place_state *out);

    /* Is what is in it a token? The first call may ask a card; the answer is remembered until the
     * generation changes. MN_E_NO_READER, MN_E_NO_CARD, MN_E_FOREIGN_CARD, MN_E_OLD_CARD, the
     * transport's codes; MN_E_DAMAGED and its like where a software certificate cannot be used. */
    mn_rc (*recognise)(void *self);

    /* The token that is in it. It asks the token nothing: where what is there is known to be no
     * token, that is the answer, else the token's own calls find out and give the same codes.
     * *generation is the token's: once it differs from the state's, every call of the token gives
     * MN_E_REMOVED. The caller closes the token; at most one is open in a place. Codes as above,
     * MN_E_MEMORY. */
    mn_rc (*open)(void *self, struct mn_token *out, unsigned long *generation);
};

/* Copies are as good as the original. The strings live as long as the place. */
struct mn_token_place {
    const struct mn_token_place_ops *ops;
    void *self;
    unsigned id;      /* 1 to MN_TOKEN_PLACE_ID_MAX; no other place ever has it */
    const char *name; /* of the reader, UTF-8 */
    const char *use;  /* what tells it from others of that name: "authentication", "3" */
    bool is_hardware;
};

#define MN_TOKEN_PLACE_ID_MAX 255

/* Places of software certificates have their number on the shelf added to this: programs remember
 * slots by their ids, so these do not depend on readers. Places of cards have ids up to this. */
#define MN_TOKEN_PLACE_SOFT 128

static inline void mn_token_place_state(const struct mn_token_place *place,
                                        struct mn_token_place_state *out)
{
    place->ops->state(place->self, out);
}

#endif
