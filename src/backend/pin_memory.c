#include "backend/pin_memory.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/random.h"

static mn_rc hash_pin(struct mn_pin_memory *m, struct mn_span pin, uint8_t out[MN_KEYED_HASH_BYTES])
{
    if (!m->keyed) {
        mn_rc rc = mn_random(m->key, sizeof m->key);
        if (rc)
            return rc;
        m->keyed = true;
    }
    return mn_keyed_hash(mn_span(m->key, sizeof m->key), pin, out);
}

static bool is_refused(const struct mn_pin_memory *m, const uint8_t hash[MN_KEYED_HASH_BYTES])
{
    for (size_t i = 0; i < m->len; i++)
        if (memcmp(m->refused[i], hash, MN_KEYED_HASH_BYTES) == 0)
            return true;
    return false;
}

static bool is_doubted(const struct mn_pin_memory *m, const uint8_t hash[MN_KEYED_HASH_BYTES])
{
    return m->in_doubt && memcmp(m->doubted, hash, MN_KEYED_HASH_BYTES) == 0;
}

static void add(struct mn_pin_memory *m, const uint8_t hash[MN_KEYED_HASH_BYTES])
{
    if (is_refused(m, hash))
        return;
    memcpy(m->refused[m->next], hash, MN_KEYED_HASH_BYTES);
    m->next = (m->next + 1) % MN_PIN_MEMORY_ROOM;
    if (m->len < MN_PIN_MEMORY_ROOM)
        m->len++;
}

mn_rc mn_pin_memory_ask(struct mn_pin_memory *m, struct mn_span pin, bool *known, int *refuse_below)
{
    uint8_t hash[MN_KEYED_HASH_BYTES];
    *known = false;
    *refuse_below = 0;
    mn_rc rc = hash_pin(m, pin, hash);
    if (rc)
        return rc;
    *known = is_refused(m, hash);
    if (is_doubted(m, hash))
        *refuse_below = m->doubted_at;
    mn_wipe(hash, sizeof hash);
    return MN_OK;
}

mn_rc mn_pin_memory_refused(struct mn_pin_memory *m, struct mn_span pin, int after)
{
    uint8_t hash[MN_KEYED_HASH_BYTES];
    mn_rc rc = hash_pin(m, pin, hash);
    if (rc)
        return rc;
    if (is_doubted(m, hash))
        m->in_doubt = false;
    if (after >= 0)
        m->told = after;
    add(m, hash);
    mn_wipe(hash, sizeof hash);
    return MN_OK;
}

mn_rc mn_pin_memory_lost(struct mn_pin_memory *m, struct mn_span pin, int tries)
{
    mn_rc rc = hash_pin(m, pin, m->doubted);
    m->in_doubt = rc == MN_OK;
    m->doubted_at = tries;
    return rc;
}

void mn_pin_memory_settle(struct mn_pin_memory *m, int tries)
{
    if (m->in_doubt && tries < m->doubted_at)
        add(m, m->doubted);
    m->in_doubt = false;
}

void mn_pin_memory_accepted(struct mn_pin_memory *m, struct mn_span pin)
{
    uint8_t hash[MN_KEYED_HASH_BYTES];
    m->told = 0;
    if (!m->in_doubt || hash_pin(m, pin, hash) != MN_OK)
        return;
    if (!is_doubted(m, hash))
        add(m, m->doubted);
    m->in_doubt = false;
    mn_wipe(hash, sizeof hash);
}

void mn_pin_memory_clear(struct mn_pin_memory *m)
{
    mn_wipe(m, sizeof *m);
}

/* The shelf: programs use two PINs of a card, and few machines have more than four readers. */
#define SHELF_ROOM 8

struct place {
    char reader[128];
    unsigned long count;
    enum mn_pin id;
    struct mn_pin_memory memory;
};

static pthread_mutex_t shelf_lock = PTHREAD_MUTEX_INITIALIZER;
static struct place shelf[SHELF_ROOM];
static size_t shelf_next;

/* NULL where there is none: of whatever stay, for a reader has one card at a time. */
static struct place *find(const char *reader, enum mn_pin id)
{
    for (size_t i = 0; i < SHELF_ROOM; i++)
        if (shelf[i].memory.keyed && shelf[i].id == id && strcmp(shelf[i].reader, reader) == 0)
            return &shelf[i];
    return NULL;
}

/* An empty place, else the oldest. */
static struct place *make_room(void)
{
    for (size_t i = 0; i < SHELF_ROOM; i++)
        if (!shelf[i].memory.keyed)
            return &shelf[i];
    struct place *oldest = &shelf[shelf_next];
    shelf_next = (shelf_next + 1) % SHELF_ROOM;
    return oldest;
}

void mn_pin_memory_put(const char *reader, unsigned long count, enum mn_pin id,
                       const struct mn_pin_memory *m)
{
    pthread_mutex_lock(&shelf_lock);
    struct place *place = find(reader, id);
    if (!m->keyed && place && place->count == count)
        mn_wipe(place, sizeof *place);
    if (m->keyed) {
        place = place ? place : make_room();
        snprintf(place->reader, sizeof place->reader, "%s", reader);
        place->count = count;
        place->id = id;
        place->memory = *m;
    }
    pthread_mutex_unlock(&shelf_lock);
}

void mn_pin_memory_get(const char *reader, unsigned long count, enum mn_pin id,
                       struct mn_pin_memory *m)
{
    mn_pin_memory_clear(m);
    pthread_mutex_lock(&shelf_lock);
    const struct place *place = find(reader, id);
    if (place && place->count == count)
        *m = place->memory;
    pthread_mutex_unlock(&shelf_lock);
}

void mn_pin_memory_abandon(void)
{
    pthread_mutex_init(&shelf_lock, NULL);
}
