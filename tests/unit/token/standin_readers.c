#include "standin_readers.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

struct reader;

/* One role of the card in a reader: what a place is made of. */
struct seat {
    struct reader *reader;
    struct standin token;
};

struct reader {
    char name[MN_READER_NAME_MAX];
    struct seat seats[MN_ROLE_COUNT];
    struct mn_token_place_state now, told; /* told: as of the last refresh */
    mn_rc verdict;
    unsigned recognised;
};

/* The places are a view of this. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t change;
    struct reader readers[STANDIN_READERS];
    size_t plugged, told;
    unsigned long changes, seen, cancels;
    unsigned waiting;
} bench = {.lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER};

struct mn_token_places {
    const struct mn_settings *settings;
};

static struct mn_token_places all;

static struct reader *begin_change(unsigned reader)
{
    pthread_mutex_lock(&bench.lock);
    return &bench.readers[reader];
}

static void end_change(void)
{
    bench.changes++;
    pthread_cond_broadcast(&bench.change);
    pthread_mutex_unlock(&bench.lock);
}

void standin_plug(unsigned reader, const char *name)
{
    struct reader *r = begin_change(reader);
    if (!r->name[0]) {
        ck_assert_uint_eq(reader, bench.plugged++);
        snprintf(r->name, sizeof r->name, "%s", name);
        for (size_t role = 0; role < MN_ROLE_COUNT; role++)
            r->seats[role].reader = r;
        standin_init_public(&r->seats[MN_ROLE_AUTH].token);
        standin_init_private(&r->seats[MN_ROLE_SIGN].token);
    }
    r->now.connected = true;
    end_change();
}

static void leave(struct reader *r)
{
    if (r->now.occupied)
        r->now.generation++;
    r->now.occupied = false;
    for (size_t role = 0; role < MN_ROLE_COUNT; role++)
        r->seats[role].token.open = false;
}

void standin_unplug(unsigned reader)
{
    struct reader *r = begin_change(reader);
    leave(r);
    r->now.connected = false;
    end_change();
}

void standin_insert(unsigned reader)
{
    struct reader *r = begin_change(reader);
    r->now.occupied = true;
    r->now.generation++;
    end_change();
}

void standin_remove(unsigned reader)
{
    leave(begin_change(reader));
    end_change();
}

void standin_set_verdict(unsigned reader, mn_rc verdict)
{
    begin_change(reader)->verdict = verdict;
    end_change();
}

void standin_notice_removal(unsigned reader)
{
    struct reader *r = begin_change(reader);
    leave(r);
    r->told = r->now;
    end_change();
}

struct standin *standin_role(unsigned reader, enum mn_role role)
{
    return &bench.readers[reader].seats[role].token;
}

unsigned standin_recognised(unsigned reader)
{
    return bench.readers[reader].recognised;
}

bool standin_is_awaited(void)
{
    pthread_mutex_lock(&bench.lock);
    bool awaited = bench.waiting > 0;
    pthread_mutex_unlock(&bench.lock);
    return awaited;
}

static void place_state(void *self, struct mn_token_place_state *out)
{
    const struct seat *seat = self;
    pthread_mutex_lock(&bench.lock);
    *out = seat->reader->told;
    pthread_mutex_unlock(&bench.lock);
}

static mn_rc check_card(const struct reader *reader)
{
    if (!reader->told.connected)
        return MN_E_NO_READER;
    return reader->told.occupied ? reader->verdict : MN_E_NO_CARD;
}

static mn_rc place_recognise(void *self)
{
    const struct seat *seat = self;
    seat->reader->recognised++;
    return check_card(seat->reader);
}

static mn_rc place_open(void *self, struct mn_token *out, unsigned long *generation)
{
    struct seat *seat = self;
    mn_rc rc = check_card(seat->reader);
    if (rc)
        return rc;
    *generation = seat->reader->told.generation;
    *out = standin_token(&seat->token);
    seat->token.closed = false;
    return MN_OK;
}

static const struct mn_token_place_ops place_ops = {
    .state = place_state, .recognise = place_recognise, .open = place_open};

struct mn_token_place standin_place(unsigned reader, enum mn_role role, unsigned id)
{
    return (struct mn_token_place){.ops = &place_ops,
                                   .self = &bench.readers[reader].seats[role],
                                   .id = id,
                                   .name = bench.readers[reader].name,
                                   .use = role == MN_ROLE_AUTH ? "authentication" : "signature",
                                   .is_hardware = true};
}

mn_rc mn_token_places_open(struct mn_readers *source, const struct mn_settings *settings,
                           const struct mn_lock_hooks *hooks, struct mn_token_places **out)
{
    (void)hooks;
    *source = (struct mn_readers){0};
    all.settings = settings;
    *out = &all;
    return MN_OK;
}

void standin_close(void)
{
    for (size_t i = 0; i < bench.plugged; i++)
        for (size_t role = 0; role < MN_ROLE_COUNT; role++)
            standin_release(&bench.readers[i].seats[role].token);
}

void mn_token_places_close(struct mn_token_places **closed)
{
    standin_close();
    *closed = NULL;
}

void mn_token_places_abandon(struct mn_token_places **abandoned)
{
    *abandoned = NULL;
}

void standin_look(void)
{
    pthread_mutex_lock(&bench.lock);
    bench.told = bench.plugged;
    bench.seen = bench.changes;
    for (size_t i = 0; i < bench.told; i++)
        bench.readers[i].told = bench.readers[i].now;
    pthread_mutex_unlock(&bench.lock);
}

mn_rc mn_token_places_refresh(struct mn_token_places *unused)
{
    (void)unused;
    standin_look();
    return MN_OK;
}

static size_t roles_offered(const struct mn_token_places *places)
{
    return (places->settings->offer_auth ? 1 : 0) + (places->settings->offer_sign ? 1 : 0);
}

size_t mn_token_places_count(struct mn_token_places *places)
{
    return bench.told * roles_offered(places);
}

struct mn_token_place mn_token_places_at(struct mn_token_places *places, size_t index)
{
    size_t roles = roles_offered(places);
    bool signs = index % roles == 1 || !places->settings->offer_auth;
    return standin_place((unsigned)(index / roles), signs ? MN_ROLE_SIGN : MN_ROLE_AUTH,
                         (unsigned)index + 1);
}

mn_rc mn_token_places_wait(struct mn_token_places *unused, unsigned timeout_ms)
{
    struct timespec until;
    int code = 0;
    (void)unused;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    pthread_mutex_lock(&bench.lock);
    unsigned long cancels = bench.cancels;
    bench.waiting++;
    while (code == 0 && bench.changes == bench.seen && bench.cancels == cancels)
        code = pthread_cond_timedwait(&bench.change, &bench.lock, &until);
    bench.waiting--;
    mn_rc rc = bench.cancels != cancels ? MN_E_CANCELLED : MN_OK;
    pthread_mutex_unlock(&bench.lock);
    return code ? MN_E_TIMEOUT : rc;
}

void mn_token_places_cancel(struct mn_token_places *unused)
{
    (void)unused;
    pthread_mutex_lock(&bench.lock);
    bench.cancels++;
    pthread_cond_broadcast(&bench.change);
    pthread_mutex_unlock(&bench.lock);
}
