/* What a slot and its token say of themselves. */
#ifndef MN_TOKEN_SLOT_INFO_H
#define MN_TOKEN_SLOT_INFO_H

#include "token/slot.h"

/* C_GetSlotInfo. Asks nobody, and needs no lock. */
void mn_slot_info(const struct mn_slot *slot, bool token_present, CK_SLOT_INFO *out);

/* C_GetTokenInfo; the slot is entered. What mn_slot_open_token gives. */
CK_RV mn_slot_token_info(struct mn_slot *slot, CK_TOKEN_INFO *out);

#endif
