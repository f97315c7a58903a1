#define MN_LOG_ROOM "backend"
#include "backend/token_places.h"

#include <stdlib.h>

#include "backend/card_place.h"
#include "base/log.h"

struct mn_token_places {
    const struct mn_settings *settings;
    struct mn_reader_pool *pool;
    struct mn_lock lock; /* for what follows */
    struct mn_token_place at[MN_TOKEN_PLACE_ID_MAX];
    size_t len;
    size_t readers; /* how many have their places */
};

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
    rc = mn_reader_pool_open(source, settings, hooks, &places->pool);
    if (rc) {
        mn_lock_free(&places->lock);
        goto out;
    }
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
    if (places->len >= MN_TOKEN_PLACE_ID_MAX) {
        mn_log_error("no more slots: too many readers have been seen");
        return;
    }
    places->at[places->len] = mn_card_place(reader, role, (unsigned)places->len + 1);
    places->len++;
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

mn_rc mn_token_places_refresh(struct mn_token_places *places)
{
    mn_rc rc = mn_reader_pool_refresh(places->pool);
    if (rc == MN_OK)
        adopt_readers(places);
    return rc;
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

mn_rc mn_token_places_wait(struct mn_token_places *places, unsigned timeout_ms)
{
    return mn_reader_pool_wait(places->pool, timeout_ms);
}

void mn_token_places_cancel(struct mn_token_places *places)
{
    mn_reader_pool_cancel(places->pool);
}
