/* Inside the room: what stands on the shelf of software certificates, as places for tokens. */
#ifndef MN_BACKEND_SOFT_PLACES_H
#define MN_BACKEND_SOFT_PLACES_H

#include "backend/soft_shelf.h"
#include "backend/token_place.h"
#include "base/lock.h"

struct mn_soft_places;

/* Looks at nothing. hooks may be NULL, and outlive it. MN_E_MEMORY. */
mn_rc mn_soft_places_open(const struct mn_lock_hooks *hooks, struct mn_soft_places **out);

/* All tokens are closed. Harmless on NULL. */
void mn_soft_places_close(struct mn_soft_places **places);

/* Looks at the shelf, and whether the PKCS#12 files are there. Thread-safe, as all that follows. */
void mn_soft_places_refresh(struct mn_soft_places *places);

/* Has anything ever stood at that number? Its place. */
bool mn_soft_places_has(struct mn_soft_places *places, unsigned number);
struct mn_token_place mn_soft_places_at(struct mn_soft_places *places, unsigned number);

#endif
