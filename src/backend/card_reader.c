#define MN_LOG_ROOM "backend"
#include "backend/card_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/card_visit.h"
#include "base/log.h"

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
    struct mn_card_cache *cache;
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

/* --- the pool --- */

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

static void forget_card(struct mn_card_reader *reader)
{
    mn_card_free(&reader->card);
    mn_card_cache_free(&reader->cache);
    reader->verdict = MN_OK;
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
        forget_card((*pool)->readers[i]);
        mn_lock_free(&(*pool)->readers[i]->lock);
    }
    (*pool)->source.ops->close((*pool)->source.self);
    mn_lock_free(&(*pool)->lock);
    free_pool(*pool);
    *pool = NULL;
}

/* Connections, contexts and locks are the parent's as much as ours: whatever is done to them would
 * be done to it. Only our own memory goes. */
void mn_reader_pool_abandon(struct mn_reader_pool **pool)
{
    if (*pool)
        free_pool(*pool);
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

/* --- one reader --- */

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

const struct mn_settings *mn_card_reader_settings(const struct mn_card_reader *reader)
{
    return reader->pool->settings;
}

void mn_card_reader_register(struct mn_card_reader *reader, enum mn_role role,
                             struct mn_card_token *token)
{
    mn_lock(&reader->lock);
    reader->tokens[role] = token;
    mn_unlock(&reader->lock);
}

void mn_card_reader_lock(struct mn_card_reader *reader)
{
    mn_lock(&reader->lock);
}

void mn_card_reader_unlock(struct mn_card_reader *reader)
{
    mn_unlock(&reader->lock);
}

static void notice_removal(struct mn_card_reader *reader)
{
    mn_lock(&reader->pool->lock);
    if (reader->generation == reader->card_generation && !reader->removal_noticed) {
        reader->generation++;
        reader->present = false;
        reader->removal_noticed = true;
    }
    mn_unlock(&reader->pool->lock);
}

/* Is there a card to talk to, and is it the one that was meant? */
static mn_rc check_generation(struct mn_card_reader *reader, unsigned long generation)
{
    struct mn_card_reader_state state;
    mn_card_reader_state(reader, &state);
    if (state.generation != generation)
        return MN_E_REMOVED;
    if (!state.connected)
        return MN_E_NO_READER;
    return state.card_present ? MN_OK : MN_E_NO_CARD;
}

static enum mn_fact extended_fact(const struct mn_settings *settings, struct mn_transport *t)
{
    if (settings->extended != MN_AUTO)
        return settings->extended == MN_YES ? MN_FACT_YES : MN_FACT_NO;
    /* Left unknown, it becomes what was remembered, or the attempt (learn_identity). */
    return t->ops->carries_extended(t->self) ? MN_FACT_UNKNOWN : MN_FACT_NO;
}

static mn_rc connect_card(struct mn_card_reader *reader)
{
    const struct mn_settings *settings = reader->pool->settings;
    struct mn_readers *source = &reader->pool->source;
    struct mn_transport transport = {0};
    struct mn_card_facts facts = {0};
    mn_rc rc = source->ops->connect(source->self, reader->name, &transport);
    if (rc)
        return rc;
    facts.extended = extended_fact(settings, &transport);
    if (settings->pss != MN_AUTO)
        facts.pss = settings->pss == MN_YES ? MN_FACT_YES : MN_FACT_NO;
    rc = mn_card_new(&transport, &facts, &reader->card);
    mn_transport_close(&transport);
    return rc;
}

/* With the lock: the card object is that generation's, or there is none. */
static mn_rc prepare(struct mn_card_reader *reader, unsigned long generation)
{
    mn_rc rc = check_generation(reader, generation);
    if (rc)
        return rc;
    if (reader->card_generation != generation) {
        forget_card(reader);
        reader->card_generation = generation;
    }
    return reader->verdict;
}

mn_rc mn_card_visit(struct mn_card_reader *reader, unsigned long generation, struct mn_card **card)
{
    mn_lock(&reader->lock);
    mn_rc rc = prepare(reader, generation);
    if (rc == MN_OK && !reader->card)
        rc = connect_card(reader);
    if (rc == MN_E_FOREIGN_CARD)
        reader->verdict = rc; /* it does not even answer: ask no more until it is changed */
    if (rc == MN_OK)
        rc = mn_card_begin(reader->card);
    if (rc == MN_OK) {
        *card = reader->card;
        return MN_OK;
    }
    if (rc == MN_E_REMOVED)
        notice_removal(reader);
    mn_unlock(&reader->lock);
    return rc;
}

static void store_facts(struct mn_card_reader *reader)
{
    struct mn_card_facts facts = *mn_card_facts(reader->card);
    if (reader->pool->settings->pss != MN_AUTO)
        facts.pss = MN_FACT_UNKNOWN; /* a setting is not a finding */
    if (reader->pool->settings->extended != MN_AUTO)
        facts.extended = MN_FACT_UNKNOWN;
    mn_card_cache_put_facts(reader->cache, reader->name, &facts);
}

void mn_card_visit_end(struct mn_card_reader *reader, mn_rc rc)
{
    mn_card_end(reader->card);
    for (size_t i = 0; i < MN_ROLE_COUNT; i++)
        if (reader->tokens[i])
            mn_card_token_note_epoch(reader->tokens[i], mn_card_epoch(reader->card));
    if (rc == MN_E_REMOVED)
        notice_removal(reader);
    else if (reader->cache)
        store_facts(reader);
    mn_unlock(&reader->lock);
}

/* With the card's identity comes what is remembered of it. */
static void learn_identity(struct mn_card_reader *reader, const struct mn_token_info *info)
{
    struct mn_card_facts *facts = mn_card_facts(reader->card);
    if (reader->pool->settings->cache)
        reader->cache = mn_card_cache_open(info->model, info->serial);
    mn_card_cache_get_facts(reader->cache, reader->name, facts);
    if (facts->extended == MN_FACT_UNKNOWN)
        facts->extended = MN_FACT_YES;
}

mn_rc mn_card_visit_identify(struct mn_card_reader *reader)
{
    if (mn_card_info(reader->card))
        return MN_OK;
    mn_rc rc = mn_card_identify(reader->card);
    if (rc == MN_OK && mn_card_info(reader->card)->kind == MN_CARD_JUKI)
        rc = MN_E_OLD_CARD;
    if (rc == MN_E_FOREIGN_CARD || rc == MN_E_OLD_CARD)
        reader->verdict = rc;
    if (rc == MN_OK)
        learn_identity(reader, mn_card_info(reader->card));
    return rc;
}

mn_rc mn_card_visit_enter(struct mn_card_reader *reader)
{
    bool keep = false;
    for (size_t i = 0; i < MN_ROLE_COUNT; i++)
        if (reader->tokens[i] && mn_card_token_is_open(reader->tokens[i]))
            keep = true;
    mn_rc rc = mn_card_visit_identify(reader);
    return rc ? rc : mn_card_enter_jpki(reader->card, keep);
}

struct mn_card_cache *mn_card_visit_cache(struct mn_card_reader *reader)
{
    return reader->cache;
}

/* With the lock: is the answer known already? */
static bool is_recognised(struct mn_card_reader *reader, unsigned long generation, mn_rc *rc)
{
    *rc = prepare(reader, generation);
    return *rc != MN_OK || (reader->card && mn_card_info(reader->card));
}

mn_rc mn_card_reader_recognise(struct mn_card_reader *reader)
{
    struct mn_card_reader_state state;
    struct mn_card *card;
    mn_rc rc;
    mn_card_reader_state(reader, &state);
    mn_lock(&reader->lock);
    bool known = is_recognised(reader, state.generation, &rc);
    mn_unlock(&reader->lock);
    if (known)
        return rc;
    rc = mn_card_visit(reader, state.generation, &card);
    if (rc)
        return rc;
    rc = mn_card_visit_identify(reader);
    mn_card_visit_end(reader, rc);
    return rc;
}

mn_rc mn_card_reader_token(struct mn_card_reader *reader, enum mn_role role, struct mn_token *out,
                           unsigned long *generation)
{
    struct mn_card_reader_state state;
    mn_rc rc;
    mn_card_reader_state(reader, &state);
    mn_lock(&reader->lock);
    rc = prepare(reader, state.generation);
    mn_unlock(&reader->lock);
    if (rc)
        return rc;
    *generation = state.generation;
    return mn_card_token_new(reader, role, &state, out);
}
