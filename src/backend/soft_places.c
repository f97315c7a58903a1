#include "backend/soft_places.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend/soft_token.h"

/* A number of the shelf. */
struct spot {
    struct mn_soft_places *places;
    unsigned number;
    char use[8]; /* the number as text */

    /* With the lock. */
    bool seen;         /* anything ever stood here */
    uint64_t identity; /* what stands here; 0: nothing */
    char path[PATH_MAX];
    bool file_there;
    unsigned long generation;
};

struct mn_soft_places {
    struct mn_lock lock; /* taken last, held for a look at the disk */
    struct spot *at[MN_SOFT_MAX + 1];
};

mn_rc mn_soft_places_open(const struct mn_lock_hooks *hooks, struct mn_soft_places **out)
{
    struct mn_soft_places *places = calloc(1, sizeof *places);
    if (!places)
        return MN_E_MEMORY;
    mn_rc rc = mn_lock_init(&places->lock, hooks);
    if (rc)
        free(places);
    else
        *out = places;
    return rc;
}

void mn_soft_places_close(struct mn_soft_places **places)
{
    if (!*places)
        return;
    for (unsigned number = 1; number <= MN_SOFT_MAX; number++)
        free((*places)->at[number]);
    mn_lock_free(&(*places)->lock);
    free(*places);
    *places = NULL;
}

/* NULL for want of memory: then it is found the next time. */
static struct spot *spot_at(struct mn_soft_places *places, unsigned number)
{
    struct spot *spot = places->at[number];
    if (spot)
        return spot;
    spot = calloc(1, sizeof *spot);
    if (!spot)
        return NULL;
    spot->places = places;
    spot->number = number;
    snprintf(spot->use, sizeof spot->use, "%u", number);
    places->at[number] = spot;
    return spot;
}

/* Another certificate stands here, or none any more. */
static void exchange(struct spot *spot, uint64_t identity)
{
    struct mn_soft_entry entry = {0};
    spot->path[0] = '\0';
    if (identity && mn_soft_shelf_read(spot->number, &entry) == MN_OK)
        snprintf(spot->path, sizeof spot->path, "%s", entry.path);
    mn_soft_entry_release(&entry);
    spot->identity = identity;
    spot->generation++;
}

static void look_at(struct spot *spot, uint64_t identity)
{
    if (spot->identity != identity)
        exchange(spot, identity);
    bool file_there = spot->path[0] && access(spot->path, F_OK) == 0;
    if (file_there != spot->file_there)
        spot->generation++;
    spot->file_there = file_there;
    spot->seen = true;
}

void mn_soft_places_refresh(struct mn_soft_places *places)
{
    struct mn_soft_glance glance;
    mn_lock(&places->lock);
    mn_soft_shelf_look(&glance);
    for (unsigned number = 1; number <= MN_SOFT_MAX; number++) {
        struct spot *spot = places->at[number];
        if (glance.at[number])
            spot = spot_at(places, number);
        if (spot)
            look_at(spot, glance.at[number]);
    }
    mn_unlock(&places->lock);
}

bool mn_soft_places_has(struct mn_soft_places *places, unsigned number)
{
    mn_lock(&places->lock);
    bool has = places->at[number] && places->at[number]->seen;
    mn_unlock(&places->lock);
    return has;
}

/* --- a place --- */

static void place_state(void *self, struct mn_token_place_state *out)
{
    const struct spot *spot = self;
    mn_lock(&spot->places->lock);
    *out = (struct mn_token_place_state){.connected = spot->identity != 0,
                                         .occupied = spot->file_there,
                                         .generation = spot->generation};
    mn_unlock(&spot->places->lock);
}

static mn_rc place_open(void *self, struct mn_token *out, unsigned long *generation)
{
    const struct spot *spot = self;
    struct mn_token_place_state state;
    struct mn_soft_entry entry;
    place_state(self, &state);
    if (!state.connected)
        return MN_E_NO_READER;
    if (!state.occupied)
        return MN_E_NO_CARD;
    *generation = state.generation;
    mn_rc rc = mn_soft_shelf_read(spot->number, &entry);
    return rc ? rc : mn_soft_token_new(&entry, out);
}

/* It costs a look at three small files. */
static mn_rc place_recognise(void *self)
{
    struct mn_token token = {0};
    unsigned long generation;
    mn_rc rc = place_open(self, &token, &generation);
    mn_token_close(&token);
    return rc;
}

static const struct mn_token_place_ops place_ops = {
    .state = place_state, .recognise = place_recognise, .open = place_open};

struct mn_token_place mn_soft_places_at(struct mn_soft_places *places, unsigned number)
{
    mn_lock(&places->lock);
    struct spot *spot = places->at[number];
    mn_unlock(&places->lock);
    return (struct mn_token_place){.ops = &place_ops,
                                   .self = spot,
                                   .id = MN_TOKEN_PLACE_SOFT + number,
                                   .name = "Software certificate",
                                   .use = spot->use};
}
