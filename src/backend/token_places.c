#define MN_LOG_ROOM "backend"
#include "backend/token_places.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "backend/card_place.h"
#include "backend/soft_places.h"
#include "base/log.h"

struct mn_token_places {
    const struct mn_settings *settings;
    struct mn_reader_pool *pool;
    struct mn_soft_places *soft;
    struct mn_lock lock; /* for what follows */
    struct mn_token_place at[MN_TOKEN_PLACE_ID_MAX];
    size_t len;
    size_t cards;   /* how many of them are of cards */
    size_t readers; /* how many have their places */
    bool has_soft[MN_SOFT_MAX + 1];

    /* For those that wait while no readers are looked at. */
    pthread_mutex_t sleep;
    pthread_cond_t wake;
    unsigned long cancels;
};

/* A program that wants software certificates only has no use for a PC/SC service. */
static bool offers_cards(const struct mn_token_places *places)
{
    return places->settings->offer_auth || places->settings->offer_sign;
}

mn_rc mn_token_places_open(struct mn_readers *source, const struct mn_settings *settings,
                           const struct mn_lock_hooks *hooks, struct mn_token_places **out)
{
    mn_rc rc = MN_E_MEMORY;
    struct mn_token_places *places = calloc(1, sizeof *places);
    if (!places)
        goto out;
    places->settings = settings;
    rc = mn_lock_init(&places->lock, hooks);
    if (rc)
        goto out;
    rc = mn_soft_places_open(hooks, &places->soft);
    if (rc == MN_OK)
        rc = mn_reader_pool_open(source, settings, hooks, &places->pool);
    if (rc) {
        mn_soft_places_close(&places->soft);
        mn_lock_free(&places->lock);
        goto out;
    }
    pthread_mutex_init(&places->sleep, NULL);
    pthread_cond_init(&places->wake, NULL);
    *out = places;
    places = NULL;
out:
    free(places);
    return rc;
}

void mn_token_places_close(struct mn_token_places **places)
{
    struct mn_token_places *p = *places;
    if (!p)
        return;
    mn_reader_pool_close(&p->pool);
    mn_soft_places_close(&p->soft);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->sleep);
    mn_lock_free(&p->lock);
    free(p);
    *places = NULL;
}

void mn_token_places_abandon(struct mn_token_places **places)
{
    if (*places)
        mn_reader_pool_abandon(&(*places)->pool);
    *places = NULL;
}

/* With the lock. */
static void add_role(struct mn_token_places *places, struct mn_card_reader *reader,
                     enum mn_role role)
{
    if (places->cards >= MN_TOKEN_PLACE_SOFT) {
        mn_log_error("no more slots: too many readers have been seen");
        return;
    }
    places->cards++;
    places->at[places->len++] = mn_card_place(reader, role, (unsigned)places->cards);
}

/* Gives the readers that were found since the last time their places. */
static void adopt_readers(struct mn_token_places *places)
{
    size_t count = mn_reader_pool_count(places->pool);
    mn_lock(&places->lock);
    for (; places->readers < count; places->readers++) {
        struct mn_card_reader *reader = mn_reader_pool_at(places->pool, places->readers);
        if (places->settings->offer_auth)
            add_role(places, reader, MN_ROLE_AUTH);
        if (places->settings->offer_sign)
            add_role(places, reader, MN_ROLE_SIGN);
    }
    mn_unlock(&places->lock);
}

/* Gives what came onto the shelf its places. */
static void adopt_soft(struct mn_token_places *places)
{
    mn_lock(&places->lock);
    for (unsigned number = 1; number <= MN_SOFT_MAX; number++) {
        if (places->has_soft[number] || !mn_soft_places_has(places->soft, number))
            continue;
        places->has_soft[number] = true;
        places->at[places->len++] = mn_soft_places_at(places->soft, number);
    }
    mn_unlock(&places->lock);
}

mn_rc mn_token_places_refresh(struct mn_token_places *places)
{
    mn_rc rc = offers_cards(places) ? mn_reader_pool_refresh(places->pool) : MN_OK;
    if (rc)
        return rc;
    adopt_readers(places);
    if (!places->settings->offer_soft)
        return MN_OK;
    mn_soft_places_refresh(places->soft);
    adopt_soft(places);
    return MN_OK;
}

size_t mn_token_places_count(struct mn_token_places *places)
{
    mn_lock(&places->lock);
    size_t len = places->len;
    mn_unlock(&places->lock);
    return len;
}

struct mn_token_place mn_token_places_at(struct mn_token_places *places, size_t index)
{
    mn_lock(&places->lock);
    struct mn_token_place place = places->at[index];
    mn_unlock(&places->lock);
    return place;
}

/* Nothing tells of a change to the shelf: whoever waits looks again after the time. */
static mn_rc sleep_for(struct mn_token_places *places, unsigned timeout_ms)
{
    struct timespec until;
    int code = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    pthread_mutex_lock(&places->sleep);
    unsigned long cancels = places->cancels;
    while (code == 0 && places->cancels == cancels)
        code = pthread_cond_timedwait(&places->wake, &places->sleep, &until);
    bool cancelled = places->cancels != cancels;
    pthread_mutex_unlock(&places->sleep);
    return cancelled ? MN_E_CANCELLED : MN_E_TIMEOUT;
}

mn_rc mn_token_places_wait(struct mn_token_places *places, unsigned timeout_ms)
{
    return offers_cards(places) ? mn_reader_pool_wait(places->pool, timeout_ms)
                                : sleep_for(places, timeout_ms);
}

void mn_token_places_cancel(struct mn_token_places *places)
{
    mn_reader_pool_cancel(places->pool);
    pthread_mutex_lock(&places->sleep);
    places->cancels++;
    pthread_cond_broadcast(&places->wake);
    pthread_mutex_unlock(&places->sleep);
}
