/* Asking for PINs that are to go to the card, with all that can be said against one before. */
#ifndef MN_CLI_OWNER_PIN_ASK_H
#define MN_CLI_OWNER_PIN_ASK_H

#include "cli/pin_prompt.h"

/* The PIN as it is now, of the right shape. False: told why there is none. */
bool mn_pin_ask_present(enum mn_pin id, const char *file, struct mn_secret **out);

/* What it shall become: of the right shape, and not weak unless the person insists; from a file a
 * weak one is only spoken against. */
bool mn_pin_ask_next(enum mn_pin id, const char *file, struct mn_secret **out);

/* Are they one PIN for the card? */
bool mn_pin_are_same(enum mn_pin id, const struct mn_secret *a, const struct mn_secret *b);

#endif
