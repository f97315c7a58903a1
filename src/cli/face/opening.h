/* What opens the text or the face on the card: asked for, and made into what the card compares. */
#ifndef MN_CLI_FACE_OPENING_H
#define MN_CLI_FACE_OPENING_H

#include <stdbool.h>

#include "base/secret.h"
#include "card/profile.h"

/* Asks for the PIN, or for the parts of number B or A, at the terminal or in the file that
 * --pin-file named (NULL: none), into *out as the card wants it, which the caller frees. tries are
 * told before; negative: the card does not tell. Checked here, before the card is touched: form,
 * dates, check digit. False: told on standard error why there is none. */
bool mn_opening_ask(enum mn_pin id, const char *file, int tries, struct mn_secret **out);

#endif
