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
    struct mn_slot *slot; /* NULL: none has that id yet */
    bool listed;          /* by C_GetSlotList */
    bool event;           /* something happened that C_WaitForSlotEvent has not told */
    struct mn_token_place_state seen;

    bool asked; /* what is in the place in that generation, is known: */
    unsigned long generation;
    bool is_token;
};

#define IDS (MN_SLOT_ID_MAX + 1)

_Static_assert(MN_TOKEN_PLACE_ID_MAX <= MN_SLOT_ID_MAX, "a handle has room for every id");

struct mn_slots {
    struct mn_token_places *places;
    const struct mn_settings *settings;
    const struct mn_lock_hooks *hooks;
    struct mn_lock lock;  /* for what follows */
    struct entry at[IDS]; /* by id */
    size_t adopted;       /* how many places have their slots */
    bool looked;          /* at the places, ever */
};

static mn_rc add_slot(struct mn_slots *slots, const struct mn_token_place *place)
{
    struct entry *entry = &slots->at[place->id];
    mn_rc rc = mn_slot_new(place, slots->settings->show_ca, slots->hooks, &entry->slot);
    if (rc)
        return rc;
    mn_token_place_state(place, &entry->seen);
    entry->event = true;
    return MN_OK;
}

/* Gives the places that were found since the last time their slots. */
static mn_rc adopt_places(struct mn_slots *slots)
{
    size_t count = mn_token_places_count(slots->places);
    for (; slots->adopted < count; slots->adopted++) {
        struct mn_token_place place = mn_token_places_at(slots->places, slots->adopted);
        mn_rc rc = add_slot(slots, &place);
        if (rc)
            return rc;
    }
    return MN_OK;
}

static void note_changes(struct mn_slots *slots)
{
    for (size_t i = 0; i < IDS; i++) {
        struct entry *e = &slots->at[i];
        struct mn_token_place_state now;
        if (!e->slot)
            continue;
        mn_token_place_state(&e->slot->place, &now);
        if (now.connected != e->seen.connected || now.occupied != e->seen.occupied ||
            now.generation != e->seen.generation)
            e->event = true;
        e->seen = now;
    }
}

/* With the lock: the set that C_GetSlotList tells. */
static void relist(struct mn_slots *slots)
{
    for (size_t i = 0; i < IDS; i++)
        slots->at[i].listed = slots->at[i].seen.connected;
}

/* With the lock: what the first look finds has been there all along and is no event (5.5.4). */
static void begin(struct mn_slots *slots)
{
    relist(slots);
    for (size_t i = 0; i < IDS; i++)
        slots->at[i].event = false;
    slots->looked = true;
}

CK_RV mn_slots_refresh(struct mn_slots *slots)
{
    mn_rc rc = mn_token_places_refresh(slots->places);
    if (rc)
        return mn_rv(rc);
    mn_lock(&slots->lock);
    rc = adopt_places(slots);
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
    rc = mn_token_places_open(source, settings, hooks, &slots->places);
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
    for (size_t i = 0; i < IDS; i++)
        mn_slot_free(&s->at[i].slot);
    mn_token_places_close(&s->places);
    mn_lock_free(&s->lock);
    free(s);
    *slots = NULL;
}

void mn_slots_abandon(struct mn_slots **slots)
{
    if (*slots)
        mn_token_places_abandon(&(*slots)->places);
    *slots = NULL;
}

struct mn_slot *mn_slots_find(struct mn_slots *slots, CK_SLOT_ID id)
{
    struct mn_slot *slot = NULL;
    mn_lock(&slots->lock);
    if (id < IDS)
        slot = slots->at[id].slot;
    mn_unlock(&slots->lock);
    return slot;
}

/* What is known of what is there in that generation: true when anything is, and *is_token. */
static bool recall(struct mn_slots *slots, CK_SLOT_ID id, unsigned long generation, bool *is_token)
{
    mn_lock(&slots->lock);
    const struct entry *e = &slots->at[id];
    bool known = e->asked && e->generation == generation;
    *is_token = known && e->is_token;
    mn_unlock(&slots->lock);
    return known;
}

static void remember(struct mn_slots *slots, CK_SLOT_ID id, unsigned long generation, bool is_token)
{
    mn_lock(&slots->lock);
    struct entry *e = &slots->at[id];
    e->asked = true;
    e->generation = generation;
    e->is_token = is_token;
    mn_unlock(&slots->lock);
}

bool mn_slots_has_token(struct mn_slots *slots, const struct mn_slot *slot)
{
    struct mn_token_place_state state;
    bool is_token;
    mn_token_place_state(&slot->place, &state);
    if (!state.connected || !state.occupied)
        return false;
    /* The card may be at work, and whoever asks for the list must not wait for that. */
    if (recall(slots, slot->id, state.generation, &is_token))
        return is_token;
    mn_rc rc = slot->place.ops->recognise(slot->place.self);
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
    for (size_t i = 0; i < IDS; i++)
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
    for (size_t i = 0; i < IDS && !found; i++) {
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
        mn_rc rc = mn_token_places_wait(slots->places, EVENT_WAIT_MS);
        if (rc != MN_OK && rc != MN_E_TIMEOUT)
            return mn_rv(rc);
    }
}

void mn_slots_cancel(struct mn_slots *slots)
{
    mn_token_places_cancel(slots->places);
}
