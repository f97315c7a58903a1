/* Inside the room: a reader and the pool, for the two files that share them. */
#ifndef MN_BACKEND_READER_STATE_H
#define MN_BACKEND_READER_STATE_H

#include "backend/card_cache.h"
#include "backend/card_reader.h"
#include "card/card.h"

struct mn_card_token;

struct mn_card_reader {
    struct mn_reader_pool *pool;
    char name[MN_READER_NAME_MAX];

    /* As of the last refresh; with the pool's lock. */
    bool connected, present;
    bool removal_noticed; /* by a failing command, before the service told it */
    unsigned long count;
    unsigned long generation;

    /* With the reader's own lock, which is held during card I/O. */
    struct mn_lock lock;
    struct mn_card *card;
    unsigned long card_generation; /* of card, and of verdict */
    mn_rc verdict;                 /* MN_OK until the card is known to be another kind */
    bool learned;                  /* what is remembered of the card was looked up */
    struct mn_card_cache *cache;
    struct mn_card_facts stored; /* what of the card's facts the cache has been given */
    struct mn_card_token *tokens[MN_ROLE_COUNT];
};

struct mn_reader_pool {
    struct mn_readers source;
    const struct mn_settings *settings;
    const struct mn_lock_hooks *hooks;
    struct mn_lock lock; /* taken last, held for no I/O but the list of readers */
    struct mn_card_reader **readers;
    size_t len;
    struct mn_reader_list known;
};

/* reader_pool.c: a command failed because the card is gone, before the service told it. With the
 * reader's lock held. */
void mn_card_reader_notice_removal(struct mn_card_reader *reader);

/* card_reader.c: closes the connection, if any. With the reader's lock held. */
void mn_card_reader_forget_card(struct mn_card_reader *reader);

#endif
