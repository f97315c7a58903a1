/* A reader and the card in it, shared by the two tokens that the card is.
 *
 * It holds the one connection, the card's lock, and what both roles have to know of each other.
 * Names of readers are never reused for another reader object while the pool lives. */
#ifndef MN_BACKEND_CARD_READER_H
#define MN_BACKEND_CARD_READER_H

#include <stdbool.h>

#include "backend/token_ops.h"
#include "base/lock.h"
#include "base/settings.h"
#include "card/profile.h"
#include "transport/readers.h"

struct mn_reader_pool;
struct mn_card_reader;

/* Makes a pool over a source of readers, which it takes over. settings and hooks (may be NULL)
 * outlive it. MN_E_MEMORY. */
mn_rc mn_reader_pool_open(struct mn_readers *source, const struct mn_settings *settings,
                          const struct mn_lock_hooks *hooks, struct mn_reader_pool **out);

/* All tokens are closed. */
void mn_reader_pool_close(struct mn_reader_pool **pool);

/* For a forked child: lets go of all of it without touching card, reader, service or any lock. */
void mn_reader_pool_abandon(struct mn_reader_pool **pool);

/* Looks which readers and cards are there now; no card command. Readers found for the first time
 * are added at the end, readers that are gone stay, as absent: an index means the same reader for
 * the life of the pool. MN_E_MEMORY. Thread-safe. */
mn_rc mn_reader_pool_refresh(struct mn_reader_pool *pool);

/* Why the last refresh found no readers, where it is not for want of them: MN_E_NO_SERVICE,
 * MN_E_NOT_ALLOWED, MN_E_COMM; else MN_OK. Thread-safe. */
mn_rc mn_reader_pool_trouble(struct mn_reader_pool *pool);

/* How many readers have ever been seen, and one of them. The pool owns it. */
size_t mn_reader_pool_count(struct mn_reader_pool *pool);
struct mn_card_reader *mn_reader_pool_at(struct mn_reader_pool *pool, size_t index);

/* Sleeps until readers or cards differ from the last refresh; as mn_readers_ops.wait. Holds no
 * lock. */
mn_rc mn_reader_pool_wait(struct mn_reader_pool *pool, unsigned timeout_ms);
void mn_reader_pool_cancel(struct mn_reader_pool *pool);

/* As of the last refresh: its name (static for the pool's life), whether the reader is connected,
 * whether a card is in it, and a number that changes whenever a card came or left (also when that
 * was noticed by a failing command). No I/O. Thread-safe. */
struct mn_card_reader_state {
    const char *name;
    bool connected;
    bool card_present;
    unsigned long count; /* the service's own; with the name, one stay of a card in a reader */
    unsigned long generation;
};
void mn_card_reader_state(struct mn_card_reader *reader, struct mn_card_reader_state *out);

/* The token of one role of the card that is in the reader now. It sends nothing to the card: a
 * program that opens a session and logs in pays for the login alone. (Only where signing
 * certificates are remembered, the signature token asks which card it is of.) Where the card is
 * known to be no My Number Card, that is the answer; where nothing is known yet, the token's own
 * calls find out and give the same codes. *generation is that of the card: once it differs from
 * mn_card_reader_state, every call of the token gives MN_E_REMOVED. The caller closes the token; at
 * most one is open a role. MN_E_NO_READER, MN_E_NO_CARD, MN_E_FOREIGN_CARD, MN_E_OLD_CARD,
 * MN_E_MEMORY. */
mn_rc mn_card_reader_token(struct mn_card_reader *reader, enum mn_role role, struct mn_token *out,
                           unsigned long *generation);

/* Is the card in the reader a My Number Card? The first call for a card connects and identifies it
 * (SELECT and one READ); remembered until the generation changes, also when the answer is no.
 * MN_E_NO_READER, MN_E_NO_CARD, MN_E_FOREIGN_CARD, MN_E_OLD_CARD, the transport's codes. */
mn_rc mn_card_reader_recognise(struct mn_card_reader *reader);

#endif
