#define MN_LOG_ROOM "token"
#include "token/slots.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "token/rv.h"

/* A waiting thread looks by itself this often: when another thread's refresh was the first to see a
 * change, nothing wakes those that began to wait just after it. */
#define EVENT_WAIT_MS 2000

struct entry {
    struct mn_slot *slot;
    bool listed; /* by C_GetSlotList */
    bool event;  /* something happened that C_WaitForSlotEvent has not told */
    struct mn_card_reader_state seen;

    bool asked; /* what the card of that generation is, is known: */
    unsigned long generation;
    bool is_token;
};

struct mn_slots {
    struct mn_reader_pool *pool;
    const struct mn_settings *settings;
    const struct mn_lock_hooks *hooks;
    struct mn_lock lock; /* for what follows */
    struct entry *at;    /* the slot with id N is at[N - 1] */
    size_t len;
    size_t readers; /* how many have their slots */
    bool looked;    /* at readers and cards, ever */
};

static mn_rc add_slot(struct mn_slots *slots, struct mn_card_reader *reader, enum mn_role role)
{
    struct entry entry = {.event = true};
    if (slots->len >= MN_SLOT_ID_MAX) {
        mn_log_error("no more slots: too many readers have been seen");
        return MN_OK;
    }
    struct entry *grown = realloc(slots->at, (slots->len + 1) * sizeof *grown);
    if (!grown)
        return MN_E_MEMORY;
    slots->at = grown;
    mn_card_reader_state(reader, &entry.seen);
    mn_rc rc = mn_slot_new(slots->len + 1, reader, role, slots->settings->show_ca, slots->hooks,
                           &entry.slot);
    if (rc == MN_OK)
        slots->at[slots->len++] = entry;
    return rc;
}

/* All slots of a reader or, for want of memory, none. */
static mn_rc adopt_reader(struct mn_slots *slots, struct mn_card_reader *reader)
{
    size_t before = slots->len;
    mn_rc rc = MN_OK;
    if (slots->settings->offer_auth)
        rc = add_slot(slots, reader, MN_ROLE_AUTH);
    if (rc == MN_OK && slots->settings->offer_sign)
        rc = add_slot(slots, reader, MN_ROLE_SIGN);
    while (rc && slots->len > before)
        mn_slot_free(&slots->at[--slots->len].slot);
    return rc;
}

/* Gives the readers that were found since the last time their slots. */
static mn_rc adopt_readers(struct mn_slots *slots)
{
    size_t count = mn_reader_pool_count(slots->pool);
    for (; slots->readers < count; slots->readers++) {
        mn_rc rc = adopt_reader(slots, mn_reader_pool_at(slots->pool, slots->readers));
        if (rc)
            return rc;
    }
    return MN_OK;
}

static void note_changes(struct mn_slots *slots)
{
    for (size_t i = 0; i < slots->len; i++) {
        struct entry *e = &slots->at[i];
        struct mn_card_reader_state now;
        mn_card_reader_state(e->slot->reader, &now);
        if (now.connected != e->seen.connected || now.card_present != e->seen.card_present ||
            now.generation != e->seen.generation)
            e->event = true;
        e->seen = now;
    }
}

/* With the lock: the set that C_GetSlotList tells. */
static void relist(struct mn_slots *slots)
{
    for (size_t i = 0; i < slots->len; i++)
        slots->at[i].listed = slots->at[i].seen.connected;
}

/* With the lock: what the first look finds has been there all along and is no event (5.5.4). */
static void begin(struct mn_slots *slots)
{
    relist(slots);
    for (size_t i = 0; i < slots->len; i++)
        slots->at[i].event = false;
    slots->looked = true;
}

CK_RV mn_slots_refresh(struct mn_slots *slots)
{
    mn_rc rc = mn_reader_pool_refresh(slots->pool);
    if (rc)
        return mn_rv(rc);
    mn_lock(&slots->lock);
    rc = adopt_readers(slots);
    note_changes(slots);
    if (rc == MN_OK && !slots->looked)
        begin(slots);
    mn_unlock(&slots->lock);
    return mn_rv(rc);
}

mn_rc mn_slots_open(struct mn_readers *source, const struct mn_settings *settings,
                    const struct mn_lock_hooks *hooks, struct mn_slots **out)
{
    mn_rc rc = MN_E_MEMORY;
    struct mn_slots *slots = calloc(1, sizeof *slots);
    if (!slots)
        goto out;
    slots->settings = settings;
    slots->hooks = hooks;
    rc = mn_lock_init(&slots->lock, hooks);
    if (rc)
        goto out;
    rc = mn_reader_pool_open(source, settings, hooks, &slots->pool);
    if (rc) {
        mn_lock_free(&slots->lock);
        goto out;
    }
    *out = slots;
    slots = NULL;
out:
    free(slots);
    return rc;
}

void mn_slots_close(struct mn_slots **slots)
{
    struct mn_slots *s = *slots;
    if (!s)
        return;
    for (size_t i = 0; i < s->len; i++)
        mn_slot_free(&s->at[i].slot);
    free(s->at);
    mn_reader_pool_close(&s->pool);
    mn_lock_free(&s->lock);
    free(s);
    *slots = NULL;
}

void mn_slots_abandon(struct mn_slots **slots)
{
    if (*slots)
        mn_reader_pool_abandon(&(*slots)->pool);
    *slots = NULL;
}

struct mn_slot *mn_slots_find(struct mn_slots *slots, CK_SLOT_ID id)
{
    struct mn_slot *slot = NULL;
    mn_lock(&slots->lock);
    if (id >= 1 && id <= slots->len)
        slot = slots->at[id - 1].slot;
    mn_unlock(&slots->lock);
    return slot;
}

/* What is known of the card of that generation: true when anything is, and *is_token. */
static bool recall(struct mn_slots *slots, CK_SLOT_ID id, unsigned long generation, bool *is_token)
{
    mn_lock(&slots->lock);
    const struct entry *e = &slots->at[id - 1];
    bool known = e->asked && e->generation == generation;
    *is_token = known && e->is_token;
    mn_unlock(&slots->lock);
    return known;
}

static void remember(struct mn_slots *slots, CK_SLOT_ID id, unsigned long generation, bool is_token)
{
    mn_lock(&slots->lock);
    struct entry *e = &slots->at[id - 1];
    e->asked = true;
    e->generation = generation;
    e->is_token = is_token;
    mn_unlock(&slots->lock);
}

bool mn_slots_has_token(struct mn_slots *slots, const struct mn_slot *slot)
{
    struct mn_card_reader_state state;
    bool is_token;
    mn_card_reader_state(slot->reader, &state);
    if (!state.connected || !state.card_present)
        return false;
    /* The card may be at work, and whoever asks for the list must not wait for that. */
    if (recall(slots, slot->id, state.generation, &is_token))
        return is_token;
    mn_rc rc = mn_card_reader_recognise(slot->reader);
    if (rc == MN_OK || rc == MN_E_FOREIGN_CARD || rc == MN_E_OLD_CARD)
        remember(slots, slot->id, state.generation, rc == MN_OK);
    return rc == MN_OK;
}

static size_t listed(struct mn_slots *slots, bool anew, struct mn_slot *out[MN_SLOT_ID_MAX])
{
    size_t len = 0;
    mn_lock(&slots->lock);
    if (anew)
        relist(slots);
    for (size_t i = 0; i < slots->len; i++)
        if (slots->at[i].listed)
            out[len++] = slots->at[i].slot;
    mn_unlock(&slots->lock);
    return len;
}

CK_RV mn_slots_list(struct mn_slots *slots, bool with_token, CK_SLOT_ID *list, CK_ULONG *count)
{
    struct mn_slot *all[MN_SLOT_ID_MAX];
    CK_SLOT_ID ids[MN_SLOT_ID_MAX];
    size_t len = 0;
    CK_RV rv = mn_slots_refresh(slots);
    if (rv != CKR_OK)
        return rv;
    size_t all_len = listed(slots, !list, all);
    for (size_t i = 0; i < all_len; i++)
        if (!with_token || mn_slots_has_token(slots, all[i]))
            ids[len++] = all[i]->id;
    CK_ULONG room = *count;
    *count = len;
    if (list && room < len)
        return CKR_BUFFER_TOO_SMALL;
    if (list && len > 0)
        memcpy(list, ids, len * sizeof *list);
    return CKR_OK;
}

static bool take_event(struct mn_slots *slots, CK_SLOT_ID *out)
{
    bool found = false;
    mn_lock(&slots->lock);
    for (size_t i = 0; i < slots->len && !found; i++) {
        found = slots->at[i].event;
        slots->at[i].event = false;
        if (found)
            *out = slots->at[i].slot->id;
    }
    mn_unlock(&slots->lock);
    return found;
}

CK_RV mn_slots_wait(struct mn_slots *slots, bool block, CK_SLOT_ID *out)
{
    for (;;) {
        CK_RV rv = mn_slots_refresh(slots);
        if (rv != CKR_OK || take_event(slots, out))
            return rv;
        if (!block)
            return CKR_NO_EVENT;
        mn_rc rc = mn_reader_pool_wait(slots->pool, EVENT_WAIT_MS);
        if (rc != MN_OK && rc != MN_E_TIMEOUT)
            return mn_rv(rc);
    }
}

void mn_slots_cancel(struct mn_slots *slots)
{
    mn_reader_pool_cancel(slots->pool);
}
