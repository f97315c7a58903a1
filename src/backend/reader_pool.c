#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/pin_memory.h"
#include "backend/card_visit.h"
#include "backend/reader_state.h"

mn_rc mn_reader_pool_open(struct mn_readers *source, const struct mn_settings *settings,
                          const struct mn_lock_hooks *hooks, struct mn_reader_pool **out)
{
    struct mn_reader_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return MN_E_MEMORY;
    mn_rc rc = mn_lock_init(&pool->lock, hooks);
    if (rc) {
        free(pool);
        return rc;
    }
    pool->source = *source;
    *source = (struct mn_readers){0};
    pool->settings = settings;
    pool->hooks = hooks;
    *out = pool;
    return MN_OK;
}

static void free_pool(struct mn_reader_pool *pool)
{
    for (size_t i = 0; i < pool->len; i++)
        free(pool->readers[i]);
    free(pool->readers);
    mn_reader_list_free(&pool->known);
    free(pool);
}

void mn_reader_pool_close(struct mn_reader_pool **pool)
{
    if (!*pool)
        return;
    for (size_t i = 0; i < (*pool)->len; i++) {
        mn_card_reader_forget_card((*pool)->readers[i]);
        mn_lock_free(&(*pool)->readers[i]->lock);
    }
    (*pool)->source.ops->close((*pool)->source.self);
    mn_lock_free(&(*pool)->lock);
    free_pool(*pool);
    *pool = NULL;
}

/* Connections and contexts are the parent's as much as ours: whatever is done to them would be done
 * to it. The memory stays too: the fork may have come in the midst of a change to it. */
void mn_reader_pool_abandon(struct mn_reader_pool **pool)
{
    mn_pin_memory_abandon();
    *pool = NULL;
}

static struct mn_card_reader *find_reader(struct mn_reader_pool *pool, const char *name)
{
    for (size_t i = 0; i < pool->len; i++)
        if (strcmp(pool->readers[i]->name, name) == 0)
            return pool->readers[i];
    return NULL;
}

static mn_rc add_reader(struct mn_reader_pool *pool, const char *name)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): the array is one of pointers */
    struct mn_card_reader **more = realloc(pool->readers, (pool->len + 1) * sizeof *pool->readers);
    if (!more)
        return MN_E_MEMORY;
    pool->readers = more;
    struct mn_card_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return MN_E_MEMORY;
    mn_rc rc = mn_lock_init(&reader->lock, pool->hooks);
    if (rc) {
        free(reader);
        return rc;
    }
    reader->pool = pool;
    snprintf(reader->name, sizeof reader->name, "%s", name);
    pool->readers[pool->len++] = reader;
    return MN_OK;
}

static void apply_state(struct mn_card_reader *reader, bool connected, bool present,
                        unsigned long count)
{
    bool changed = reader->present != present || reader->count != count;
    /* A removal that a failing command noticed has had its generation. */
    if (reader->removal_noticed)
        changed = present;
    if (changed)
        reader->generation++;
    reader->removal_noticed = false;
    reader->connected = connected;
    reader->present = present;
    reader->count = count;
}

static mn_rc apply_list(struct mn_reader_pool *pool, const struct mn_reader_list *list)
{
    mn_rc rc = MN_OK;
    for (size_t i = 0; i < list->len && rc == MN_OK; i++)
        if (!find_reader(pool, list->at[i].name))
            rc = add_reader(pool, list->at[i].name);
    for (size_t i = 0; i < pool->len; i++) {
        struct mn_card_reader *reader = pool->readers[i];
        const struct mn_reader_state *state = NULL;
        for (size_t j = 0; j < list->len; j++)
            if (strcmp(list->at[j].name, reader->name) == 0)
                state = &list->at[j];
        apply_state(reader, state != NULL, state && state->present,
                    state ? state->count : reader->count);
    }
    return rc;
}

/* The lock is held over the list call too: an older list must not be applied after a newer. */
mn_rc mn_reader_pool_refresh(struct mn_reader_pool *pool)
{
    struct mn_reader_list list = {0};
    mn_lock(&pool->lock);
    mn_rc rc = pool->source.ops->list(pool->source.self, &list);
    if (rc == MN_OK) {
        rc = apply_list(pool, &list);
        mn_reader_list_free(&pool->known);
        pool->known = list;
    }
    mn_unlock(&pool->lock);
    return rc;
}

mn_rc mn_reader_pool_trouble(struct mn_reader_pool *pool)
{
    mn_lock(&pool->lock);
    mn_rc rc = pool->known.trouble;
    mn_unlock(&pool->lock);
    return rc;
}

size_t mn_reader_pool_count(struct mn_reader_pool *pool)
{
    mn_lock(&pool->lock);
    size_t len = pool->len;
    mn_unlock(&pool->lock);
    return len;
}

struct mn_card_reader *mn_reader_pool_at(struct mn_reader_pool *pool, size_t index)
{
    mn_lock(&pool->lock);
    struct mn_card_reader *reader = index < pool->len ? pool->readers[index] : NULL;
    mn_unlock(&pool->lock);
    return reader;
}

static mn_rc copy_known(struct mn_reader_pool *pool, struct mn_reader_list *out)
{
    mn_lock(&pool->lock);
    size_t size = pool->known.len * sizeof *pool->known.at;
    out->len = pool->known.len;
    out->at = malloc(size ? size : 1);
    if (out->at && size)
        memcpy(out->at, pool->known.at, size);
    mn_unlock(&pool->lock);
    return out->at ? MN_OK : MN_E_MEMORY;
}

mn_rc mn_reader_pool_wait(struct mn_reader_pool *pool, unsigned timeout_ms)
{
    struct mn_reader_list known = {0};
    mn_rc rc = copy_known(pool, &known);
    if (rc == MN_OK)
        rc = pool->source.ops->wait(pool->source.self, &known, timeout_ms);
    mn_reader_list_free(&known);
    return rc;
}

void mn_reader_pool_cancel(struct mn_reader_pool *pool)
{
    pool->source.ops->cancel(pool->source.self);
}

void mn_card_reader_state(struct mn_card_reader *reader, struct mn_card_reader_state *out)
{
    mn_lock(&reader->pool->lock);
    *out = (struct mn_card_reader_state){.name = reader->name,
                                         .connected = reader->connected,
                                         .card_present = reader->present,
                                         .count = reader->count,
                                         .generation = reader->generation};
    mn_unlock(&reader->pool->lock);
}

void mn_card_reader_notice_removal(struct mn_card_reader *reader)
{
    mn_lock(&reader->pool->lock);
    if (reader->generation == reader->card_generation && !reader->removal_noticed) {
        reader->generation++;
        reader->present = false;
        reader->removal_noticed = true;
    }
    mn_unlock(&reader->pool->lock);
}

void mn_card_reader_renew(struct mn_card_reader *reader, unsigned long generation)
{
    mn_lock(&reader->pool->lock);
    if (reader->generation == generation)
        reader->generation++;
    mn_unlock(&reader->pool->lock);
}
