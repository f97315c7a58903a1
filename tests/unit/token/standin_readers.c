#include "standin_readers.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

struct mn_card_reader {
    char name[MN_READER_NAME_MAX];
    struct standin tokens[MN_ROLE_COUNT];
    struct mn_card_reader_state now, told; /* told: as of the last refresh */
    mn_rc verdict;
    unsigned recognised;
};

/* The pool is a view of this. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t change;
    struct mn_card_reader readers[STANDIN_READERS];
    size_t plugged, told;
    unsigned long changes, seen, cancels;
    unsigned waiting;
} bench = {.lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER};

struct mn_reader_pool {
    char nothing;
};

static struct mn_reader_pool pool;

static struct mn_card_reader *begin_change(unsigned reader)
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
    struct mn_card_reader *r = begin_change(reader);
    if (!r->now.name) {
        ck_assert_uint_eq(reader, bench.plugged++);
        snprintf(r->name, sizeof r->name, "%s", name);
        r->now.name = r->name;
        standin_init_public(&r->tokens[MN_ROLE_AUTH]);
        standin_init_private(&r->tokens[MN_ROLE_SIGN]);
    }
    r->now.connected = true;
    end_change();
}

static void leave(struct mn_card_reader *r)
{
    if (r->now.card_present)
        r->now.generation++;
    r->now.card_present = false;
    for (size_t role = 0; role < MN_ROLE_COUNT; role++)
        r->tokens[role].open = false;
}

void standin_unplug(unsigned reader)
{
    struct mn_card_reader *r = begin_change(reader);
    leave(r);
    r->now.connected = false;
    end_change();
}

void standin_insert(unsigned reader)
{
    struct mn_card_reader *r = begin_change(reader);
    r->now.card_present = true;
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
    struct mn_card_reader *r = begin_change(reader);
    leave(r);
    r->told = r->now;
    end_change();
}

struct standin *standin_role(unsigned reader, enum mn_role role)
{
    return &bench.readers[reader].tokens[role];
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

mn_rc mn_reader_pool_open(struct mn_readers *source, const struct mn_settings *settings,
                          const struct mn_lock_hooks *hooks, struct mn_reader_pool **out)
{
    (void)settings;
    (void)hooks;
    *source = (struct mn_readers){0};
    *out = &pool;
    return MN_OK;
}

void mn_reader_pool_close(struct mn_reader_pool **closed)
{
    for (size_t i = 0; i < bench.plugged; i++)
        for (size_t role = 0; role < MN_ROLE_COUNT; role++)
            standin_release(&bench.readers[i].tokens[role]);
    *closed = NULL;
}

void mn_reader_pool_abandon(struct mn_reader_pool **abandoned)
{
    *abandoned = NULL;
}

mn_rc mn_reader_pool_refresh(struct mn_reader_pool *unused)
{
    (void)unused;
    pthread_mutex_lock(&bench.lock);
    bench.told = bench.plugged;
    bench.seen = bench.changes;
    for (size_t i = 0; i < bench.told; i++)
        bench.readers[i].told = bench.readers[i].now;
    pthread_mutex_unlock(&bench.lock);
    return MN_OK;
}

size_t mn_reader_pool_count(struct mn_reader_pool *unused)
{
    (void)unused;
    return bench.told;
}

struct mn_card_reader *mn_reader_pool_at(struct mn_reader_pool *unused, size_t index)
{
    (void)unused;
    return &bench.readers[index];
}

mn_rc mn_reader_pool_wait(struct mn_reader_pool *unused, unsigned timeout_ms)
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

void mn_reader_pool_cancel(struct mn_reader_pool *unused)
{
    (void)unused;
    pthread_mutex_lock(&bench.lock);
    bench.cancels++;
    pthread_cond_broadcast(&bench.change);
    pthread_mutex_unlock(&bench.lock);
}

void mn_card_reader_state(struct mn_card_reader *reader, struct mn_card_reader_state *out)
{
    pthread_mutex_lock(&bench.lock);
    *out = reader->told;
    pthread_mutex_unlock(&bench.lock);
}

static mn_rc check_card(const struct mn_card_reader *reader)
{
    if (!reader->told.connected)
        return MN_E_NO_READER;
    return reader->told.card_present ? reader->verdict : MN_E_NO_CARD;
}

mn_rc mn_card_reader_token(struct mn_card_reader *reader, enum mn_role role, struct mn_token *out,
                           unsigned long *generation)
{
    mn_rc rc = check_card(reader);
    if (rc)
        return rc;
    *generation = reader->told.generation;
    *out = standin_token(&reader->tokens[role]);
    reader->tokens[role].closed = false;
    return MN_OK;
}

mn_rc mn_card_reader_recognise(struct mn_card_reader *reader)
{
    reader->recognised++;
    return check_card(reader);
}
