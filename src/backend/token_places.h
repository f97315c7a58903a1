/* All places where a token can be, in the order in which they were found. */
#ifndef MN_BACKEND_TOKEN_PLACES_H
#define MN_BACKEND_TOKEN_PLACES_H

#include "backend/token_place.h"
#include "base/lock.h"
#include "base/settings.h"
#include "transport/readers.h"

struct mn_token_places;

/* Takes over the source of readers, leaving *source empty, and looks at nothing. settings say which
 * places are offered; they and hooks (may be NULL) outlive it. MN_E_MEMORY: then what is left in
 * *source is still the caller's. */
mn_rc mn_token_places_open(struct mn_readers *source, const struct mn_settings *settings,
                           const struct mn_lock_hooks *hooks, struct mn_token_places **out);

/* All tokens are closed. */
void mn_token_places_close(struct mn_token_places **places);

/* For a forked child: lets go of all of it without touching card, reader, service or any lock. */
void mn_token_places_abandon(struct mn_token_places **places);

/* Looks what is there now; no card command. Places found for the first time are added at the end,
 * and an index means the same place for good. MN_E_MEMORY. Thread-safe. */
mn_rc mn_token_places_refresh(struct mn_token_places *places);

/* How many have ever been found; any of them. Thread-safe. */
size_t mn_token_places_count(struct mn_token_places *places);
struct mn_token_place mn_token_places_at(struct mn_token_places *places, size_t index);

/* Sleeps until something differs from the last refresh. Holds no lock. MN_OK, MN_E_TIMEOUT;
 * MN_E_CANCELLED by mn_token_places_cancel, which wakes those that sleep now. */
mn_rc mn_token_places_wait(struct mn_token_places *places, unsigned timeout_ms);
void mn_token_places_cancel(struct mn_token_places *places);

#endif
