/* Which PINs the card has refused, so that none is sent twice (docs/pin-safety.md, rule 4).
 *
 * Keyed hashes, the key made anew for each card inserted. Nothing is written to disk. */
#ifndef MN_BACKEND_PIN_MEMORY_H
#define MN_BACKEND_PIN_MEMORY_H

#include <stdbool.h>

#include "base/bytes.h"
#include "card/profile.h"
#include "crypto/keyed_hash.h"

/* More refusals than any PIN of this card has tries. */
#define MN_PIN_MEMORY_ROOM 16

/* Zeroed: empty. */
struct mn_pin_memory {
    bool keyed;
    uint8_t key[MN_KEYED_HASH_BYTES];
    uint8_t refused[MN_PIN_MEMORY_ROOM][MN_KEYED_HASH_BYTES];
    size_t len, next;
    int told;      /* tries left as the last refusal told; 0: no refusal since a PIN was right */
    bool in_doubt; /* a PIN went out and the answer was lost */
    uint8_t doubted[MN_KEYED_HASH_BYTES];
    int doubted_at; /* tries left before it went out */
};

/* Was this PIN (as the card would get it, folded) refused before? *known. If its answer was lost
 * instead, *refuse_below becomes the tries left before it went out: fewer now mean that it was
 * refused. MN_E_CRYPTO: then the caller must not send it. */
mn_rc mn_pin_memory_ask(struct mn_pin_memory *m, struct mn_span pin, bool *known,
                        int *refuse_below);

/* Remembers a refused PIN, and the tries left after it where they are known (else negative); the
 * oldest makes room. */
mn_rc mn_pin_memory_refused(struct mn_pin_memory *m, struct mn_span pin, int after);

/* Remembers a PIN whose answer was lost, sent with that many tries left. */
mn_rc mn_pin_memory_lost(struct mn_pin_memory *m, struct mn_span pin, int tries);

/* The tries left were read, and no PIN went out since the one in doubt. Fewer than before that one
 * mean that it was refused. As many mean that the doubt is over: it was not judged, or it was
 * right, and must not be taken for wrong when another PIN costs a try. */
void mn_pin_memory_settle(struct mn_pin_memory *m, int tries);

/* The card took this PIN: if another was in doubt, that one was wrong. */
void mn_pin_memory_accepted(struct mn_pin_memory *m, struct mn_span pin);

/* Forgets all and wipes the key: the PIN was changed. */
void mn_pin_memory_clear(struct mn_pin_memory *m);

/* A memory outlives its token as long as the card stays in its reader: programs initialise the
 * module anew for each login, or fork and do so in the child. put leaves a copy on a shelf, in
 * place of the last one of that reader and PIN (an empty one takes its own away; the oldest there
 * makes room); get copies it to *m where the card count is the same too, else empties *m.
 * Thread-safe. */
void mn_pin_memory_put(const char *reader, unsigned long count, enum mn_pin id,
                       const struct mn_pin_memory *m);
void mn_pin_memory_get(const char *reader, unsigned long count, enum mn_pin id,
                       struct mn_pin_memory *m);

/* In a forked child, before anything else here: the thread that held the shelf's lock may not exist
 * there. What lies on the shelf stays. */
void mn_pin_memory_abandon(void);

#endif
