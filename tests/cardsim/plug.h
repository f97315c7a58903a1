/* The inside of the bench, for the files that make it up: plug.c, plug_readers.c and
 * plug_connection.c. Everything is under the bench's lock. */
#ifndef CARDSIM_PLUG_H
#define CARDSIM_PLUG_H

#include <pthread.h>

#include "cardsim_plug.h"

struct plug_connection;

/* A card powered in a reader, from insertion to removal: what a connection is to. */
struct plug_seat {
    unsigned users; /* its reader, its connections; the last one frees it */
    unsigned connections;
    struct cardsim *card;
    struct plug_reader *reader;          /* NULL once the card has left, or the service ended */
    const struct plug_connection *owner; /* whose conversation it is; NULL */
    bool slipped;                        /* cardsim_slip, and no power since */
    unsigned long epoch_base;            /* what makes epochs of two cards differ */
    bool busy;                           /* a command is on its way: the card must not go */
};

struct plug_reader {
    struct plug_reader *next;
    char name[MN_READER_NAME_MAX];
    unsigned long count; /* as in struct mn_reader_state */
    struct cardsim *card;
    struct plug_seat *seat; /* NULL without card, or without service */
    bool extended;
    bool held;
    unsigned conversations;
    void (*hook)(void *context, struct cardsim *card);
    void *hook_context;
};

struct cardsim_bench {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* any change that anybody could wait for; monotonic clock */
    bool service;
    struct plug_reader *first;
};

struct plug_connection {
    struct cardsim_bench *bench;
    struct plug_seat *seat;
    unsigned long epoch; /* the seat's, when this connection last looked */
    bool reset;          /* the next begin reports a reset whatever the epoch */
};

void plug_lock(struct cardsim_bench *bench);
void plug_unlock(struct cardsim_bench *bench);
void plug_changed(struct cardsim_bench *bench);
void plug_sleep(struct cardsim_bench *bench);

/* NULL when there is none. */
struct plug_reader *plug_find(struct cardsim_bench *bench, const char *reader);

/* Takes the card out of the reader, waiting for a command on its way; harmless on an empty one. */
void plug_take_out(struct cardsim_bench *bench, struct plug_reader *reader);

void plug_seat_drop(struct plug_seat *seat);

/* A number that changes whenever the card in the seat has lost its state. */
unsigned long plug_seat_epoch(const struct plug_seat *seat);

/* A transport over the seat. MN_E_MEMORY. */
mn_rc plug_connection_open(struct cardsim_bench *bench, struct plug_seat *seat,
                           struct mn_transport *out);

/* Waits until nobody else has a conversation, and gives it to the connection. MN_E_REMOVED. */
mn_rc plug_connection_enter(struct plug_connection *connection);
void plug_connection_leave(struct plug_connection *connection);

#endif
