/* The bench's mn_transport: one connection to one card. */
#include <stdlib.h>

#include "command.h"
#include "plug.h"

mn_rc plug_connection_enter(struct plug_connection *connection)
{
    struct plug_seat *seat = connection->seat;
    while (seat->reader && seat->owner)
        plug_sleep(connection->bench);
    if (!seat->reader)
        return MN_E_REMOVED;
    seat->owner = connection;
    return MN_OK;
}

void plug_connection_leave(struct plug_connection *connection)
{
    struct plug_seat *seat = connection->seat;
    if (seat->owner != connection)
        return;
    seat->owner = NULL;
    plug_changed(connection->bench);
}

/* With the conversation ours: what happened to the card since the last one. */
static bool look_for_reset(struct plug_connection *connection)
{
    struct plug_seat *seat = connection->seat;
    struct plug_reader *reader = seat->reader;
    if (reader->hook)
        reader->hook(reader->hook_context, seat->card);
    /* What the service has not seen it does not tell. */
    unsigned long epoch = seat->slipped ? connection->epoch : plug_seat_epoch(seat);
    bool was_reset = connection->reset || epoch != connection->epoch;
    connection->epoch = epoch;
    connection->reset = false;
    reader->conversations++;
    return was_reset;
}

static mn_rc connection_begin(void *self, bool *was_reset)
{
    struct plug_connection *connection = self;
    mn_rc rc = MN_OK;
    plug_lock(connection->bench);
    if (!connection->bench->service)
        rc = MN_E_NO_SERVICE;
    if (rc == MN_OK)
        rc = plug_connection_enter(connection);
    if (rc == MN_OK && connection->seat->reader->held) {
        plug_connection_leave(connection);
        rc = MN_E_BUSY;
    }
    if (rc == MN_OK)
        *was_reset = look_for_reset(connection);
    plug_unlock(connection->bench);
    return rc;
}

/* May a command go to the card, in this conversation? */
static mn_rc may_send(const struct plug_connection *connection, struct mn_span raw)
{
    const struct plug_seat *seat = connection->seat;
    struct cardsim_command command = {0};
    if (!seat->reader)
        return MN_E_REMOVED;
    if (seat->owner != connection)
        abort(); /* a command outside a conversation is a mistake of the code under test */
    if (seat->slipped || plug_seat_epoch(seat) != connection->epoch)
        return MN_E_COMM;
    (void)cardsim_command_read(raw, &command);
    return command.extended && !seat->reader->extended ? MN_E_COMM : MN_OK;
}

static mn_rc connection_transmit(void *self, struct mn_span command, uint8_t *answer,
                                 size_t *answer_len)
{
    struct plug_connection *connection = self;
    struct plug_seat *seat = connection->seat;
    plug_lock(connection->bench);
    mn_rc rc = may_send(connection, command);
    if (rc == MN_OK) {
        /* The card may take its time, and the bench must not wait for it. */
        seat->busy = true;
        plug_unlock(connection->bench);
        rc = cardsim_transmit(seat->card, command, answer, answer_len);
        plug_lock(connection->bench);
        seat->busy = false;
        plug_changed(connection->bench);
        if (rc == MN_E_REMOVED && seat->reader)
            plug_take_out(connection->bench, seat->reader);
        if (!seat->reader)
            rc = MN_E_REMOVED;
        else if (rc == MN_OK && *answer_len < 2)
            rc = MN_E_COMM; /* no status word: a reader would not take it for an answer */
        else if (rc == MN_E_TOO_SMALL)
            rc = MN_E_COMM;
    }
    plug_unlock(connection->bench);
    return rc;
}

static void connection_end(void *self)
{
    struct plug_connection *connection = self;
    plug_lock(connection->bench);
    plug_connection_leave(connection);
    plug_unlock(connection->bench);
}

static mn_rc connection_power_cycle(void *self)
{
    struct plug_connection *connection = self;
    struct plug_seat *seat = connection->seat;
    mn_rc rc = MN_E_REMOVED;
    plug_lock(connection->bench);
    if (seat->reader) {
        cardsim_power_off(seat->card);
        cardsim_power_on(seat->card);
        seat->slipped = false;
        connection->epoch = plug_seat_epoch(seat);
        connection->reset = true;
        rc = MN_OK;
    }
    plug_unlock(connection->bench);
    return rc;
}

static bool connection_carries_extended(void *self)
{
    struct plug_connection *connection = self;
    plug_lock(connection->bench);
    bool carries = connection->seat->reader && connection->seat->reader->extended;
    plug_unlock(connection->bench);
    return carries;
}

static void connection_close(void *self)
{
    struct plug_connection *connection = self;
    struct cardsim_bench *bench = connection->bench;
    plug_lock(bench);
    plug_connection_leave(connection);
    connection->seat->connections--;
    plug_seat_drop(connection->seat);
    plug_unlock(bench);
    free(connection);
}

static const struct mn_transport_ops connection_ops = {
    .begin = connection_begin,
    .transmit = connection_transmit,
    .end = connection_end,
    .power_cycle = connection_power_cycle,
    .carries_extended = connection_carries_extended,
    .close = connection_close,
};

mn_rc plug_connection_open(struct cardsim_bench *bench, struct plug_seat *seat,
                           struct mn_transport *out)
{
    struct plug_connection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return MN_E_MEMORY;
    *connection = (struct plug_connection){.bench = bench, .seat = seat, .reset = true};
    seat->users++;
    seat->connections++;
    *out = (struct mn_transport){&connection_ops, connection};
    return MN_OK;
}
