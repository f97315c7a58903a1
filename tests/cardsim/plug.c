/* The bench: readers and cards coming and going. */
#include "plug.h"

#include <stdlib.h>
#include <string.h>

void plug_lock(struct cardsim_bench *bench)
{
    (void)pthread_mutex_lock(&bench->lock);
}

void plug_unlock(struct cardsim_bench *bench)
{
    (void)pthread_mutex_unlock(&bench->lock);
}

void plug_changed(struct cardsim_bench *bench)
{
    (void)pthread_cond_broadcast(&bench->changed);
}

void plug_sleep(struct cardsim_bench *bench)
{
    (void)pthread_cond_wait(&bench->changed, &bench->lock);
}

static void mistake(const char *what, const char *reader)
{
    fprintf(stderr, "cardsim: %s: %s\n", reader, what);
    abort();
}

struct plug_reader *plug_find(struct cardsim_bench *bench, const char *reader)
{
    struct plug_reader *at = bench->first;
    while (at && strcmp(at->name, reader) != 0)
        at = at->next;
    return at;
}

/* The reader of a test that knows what it does. */
static struct plug_reader *must_find(struct cardsim_bench *bench, const char *reader)
{
    struct plug_reader *found = plug_find(bench, reader);
    if (!found)
        mistake("no such reader", reader);
    return found;
}

/* The bench. */

static bool make_lock(struct cardsim_bench *bench)
{
    pthread_condattr_t attributes;
    bool good = pthread_condattr_init(&attributes) == 0;
    if (!good)
        return false;
    good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&bench->changed, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    if (good && pthread_mutex_init(&bench->lock, NULL) != 0) {
        (void)pthread_cond_destroy(&bench->changed);
        good = false;
    }
    return good;
}

mn_rc cardsim_bench_new(struct cardsim_bench **out)
{
    struct cardsim_bench *bench = calloc(1, sizeof(*bench));
    if (!bench || !make_lock(bench)) {
        free(bench);
        return MN_E_MEMORY;
    }
    bench->service = true;
    *out = bench;
    return MN_OK;
}

void cardsim_bench_free(struct cardsim_bench **bench)
{
    struct cardsim_bench *old = *bench;
    *bench = NULL;
    if (!old)
        return;
    while (old->first)
        cardsim_unplug(old, old->first->name);
    (void)pthread_cond_destroy(&old->changed);
    (void)pthread_mutex_destroy(&old->lock);
    free(old);
}

/* Seats. */

void plug_seat_drop(struct plug_seat *seat)
{
    if (--seat->users == 0)
        free(seat);
}

unsigned long plug_seat_epoch(const struct plug_seat *seat)
{
    return seat->epoch_base + cardsim_epoch(seat->card);
}

static void give_power(struct plug_reader *reader)
{
    struct plug_seat *seat = calloc(1, sizeof(*seat));
    if (!seat)
        mistake("no memory", reader->name);
    seat->users = 1;
    seat->card = reader->card;
    seat->reader = reader;
    reader->seat = seat;
    reader->count++;
    cardsim_power_on(reader->card);
}

static void take_power(struct cardsim_bench *bench, struct plug_reader *reader)
{
    struct plug_seat *seat = reader->seat;
    if (!seat)
        return;
    reader->seat = NULL;
    reader->count++;
    seat->reader = NULL;
    plug_changed(bench);
    while (seat->busy)
        plug_sleep(bench);
    cardsim_power_off(seat->card);
    plug_seat_drop(seat);
}

/* Readers and cards. */

mn_rc cardsim_plug(struct cardsim_bench *bench, const char *reader)
{
    mn_rc rc = MN_E_ARGUMENT;
    struct plug_reader *made = calloc(1, sizeof(*made));
    if (!made)
        return MN_E_MEMORY;
    plug_lock(bench);
    if (strlen(reader) < sizeof(made->name) && !plug_find(bench, reader)) {
        struct plug_reader **link = &bench->first;
        memcpy(made->name, reader, strlen(reader));
        made->extended = true;
        while (*link)
            link = &(*link)->next;
        *link = made;
        made = NULL;
        rc = MN_OK;
        plug_changed(bench);
    }
    plug_unlock(bench);
    free(made);
    return rc;
}

void plug_take_out(struct cardsim_bench *bench, struct plug_reader *reader)
{
    reader->card = NULL;
    take_power(bench, reader);
}

void cardsim_unplug(struct cardsim_bench *bench, const char *reader)
{
    plug_lock(bench);
    struct plug_reader *old = must_find(bench, reader);
    struct plug_reader **link = &bench->first;
    while (*link != old)
        link = &(*link)->next;
    *link = old->next;
    plug_take_out(bench, old);
    plug_changed(bench);
    plug_unlock(bench);
    free(old);
}

void cardsim_insert(struct cardsim_bench *bench, const char *reader, struct cardsim *card)
{
    plug_lock(bench);
    struct plug_reader *into = must_find(bench, reader);
    if (into->card)
        mistake("there is a card in it", reader);
    into->card = card;
    if (bench->service)
        give_power(into);
    plug_changed(bench);
    plug_unlock(bench);
}

void cardsim_remove(struct cardsim_bench *bench, const char *reader)
{
    plug_lock(bench);
    plug_take_out(bench, must_find(bench, reader));
    plug_unlock(bench);
}

void cardsim_slip(struct cardsim_bench *bench, const char *reader, struct cardsim *card)
{
    plug_lock(bench);
    struct plug_reader *at = must_find(bench, reader);
    struct plug_seat *seat = at->seat;
    if (!seat)
        mistake("no card in it", reader);
    while (seat->busy)
        plug_sleep(bench);
    cardsim_power_off(seat->card);
    seat->epoch_base = plug_seat_epoch(seat) + 1;
    seat->slipped = true;
    at->card = seat->card = card;
    plug_unlock(bench);
}

void cardsim_bench_service(struct cardsim_bench *bench, bool runs)
{
    plug_lock(bench);
    bool was = bench->service;
    bench->service = runs;
    for (struct plug_reader *at = bench->first; at && was != runs; at = at->next) {
        if (!runs)
            take_power(bench, at);
        else if (at->card)
            give_power(at);
    }
    plug_changed(bench);
    plug_unlock(bench);
}

/* What else can be the matter with a reader. */

void cardsim_reader_extended(struct cardsim_bench *bench, const char *reader, bool carries)
{
    plug_lock(bench);
    must_find(bench, reader)->extended = carries;
    plug_unlock(bench);
}

void cardsim_reader_hold(struct cardsim_bench *bench, const char *reader, bool held)
{
    plug_lock(bench);
    must_find(bench, reader)->held = held;
    plug_unlock(bench);
}

void cardsim_before_begin(struct cardsim_bench *bench, const char *reader,
                          void (*hook)(void *context, struct cardsim *card), void *context)
{
    plug_lock(bench);
    struct plug_reader *at = must_find(bench, reader);
    at->hook = hook;
    at->hook_context = context;
    plug_unlock(bench);
}

unsigned cardsim_conversations(struct cardsim_bench *bench, const char *reader)
{
    plug_lock(bench);
    unsigned conversations = must_find(bench, reader)->conversations;
    plug_unlock(bench);
    return conversations;
}

unsigned cardsim_connections(struct cardsim_bench *bench, const char *reader)
{
    plug_lock(bench);
    const struct plug_seat *seat = must_find(bench, reader)->seat;
    unsigned connections = seat ? seat->connections : 0;
    plug_unlock(bench);
    return connections;
}

static void unpower(struct cardsim *card, struct mn_span none)
{
    (void)none;
    cardsim_power_off(card);
    cardsim_power_on(card);
}

/* Another program's conversation, in which it does something to the card. */
static void intrude(struct cardsim_bench *bench, const char *reader,
                    void (*action)(struct cardsim *card, struct mn_span argument),
                    struct mn_span argument)
{
    plug_lock(bench);
    struct plug_seat *seat = must_find(bench, reader)->seat;
    if (!seat)
        mistake("no card in it", reader);
    struct plug_connection other = {.bench = bench, .seat = seat};
    seat->users++;
    if (plug_connection_enter(&other) == MN_OK) {
        action(seat->card, argument);
        seat->slipped = seat->slipped && action != unpower;
        plug_connection_leave(&other);
    }
    plug_seat_drop(seat);
    plug_unlock(bench);
}

static void select_application(struct cardsim *card, struct mn_span aid)
{
    uint8_t command[5 + 16] = {0x00, 0xA4, 0x04, 0x0C, (uint8_t)aid.len};
    uint8_t answer[2];
    size_t len = sizeof(answer);
    if (aid.len > 16)
        abort();
    memcpy(command + 5, aid.ptr, aid.len);
    (void)cardsim_transmit(card, mn_span(command, 5 + aid.len), answer, &len);
}

static void reset(struct cardsim *card, struct mn_span none)
{
    (void)none;
    cardsim_warm_reset(card);
}

void cardsim_other_selects(struct cardsim_bench *bench, const char *reader, struct mn_span aid)
{
    intrude(bench, reader, select_application, aid);
}

void cardsim_other_resets(struct cardsim_bench *bench, const char *reader)
{
    intrude(bench, reader, reset, mn_span(NULL, 0));
}

void cardsim_other_unpowers(struct cardsim_bench *bench, const char *reader)
{
    intrude(bench, reader, unpower, mn_span(NULL, 0));
}
