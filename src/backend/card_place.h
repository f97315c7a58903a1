/* Inside the room: a role of whatever card is in a reader, as a place for a token. */
#ifndef MN_BACKEND_CARD_PLACE_H
#define MN_BACKEND_CARD_PLACE_H

#include "backend/card_reader.h"
#include "backend/token_place.h"

/* The reader outlives it. */
struct mn_token_place mn_card_place(struct mn_card_reader *reader, enum mn_role role, unsigned id);

#endif
