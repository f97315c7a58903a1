/* Is a new PIN one that others guess first? It may be chosen all the same: it is its owner's. */
#ifndef MN_CLI_OWNER_PIN_CHOICE_H
#define MN_CLI_OWNER_PIN_CHOICE_H

#include "card/profile.h"

/* Why it is weak, translated, as the end of a sentence; NULL where nothing speaks against it. pin
 * has the shape of that PIN. */
const char *mn_pin_weakness(enum mn_pin id, struct mn_span pin);

#endif
