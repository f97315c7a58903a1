/* The card's PINs in words for people, and asking for them at the prompt. */
#ifndef MN_CLI_PIN_PROMPT_H
#define MN_CLI_PIN_PROMPT_H

#include <stdbool.h>

#include "base/secret.h"
#include "card/profile.h"

/* What its owner knows it as, translated, fit to begin a line; no two have the same. */
const char *mn_pin_title(enum mn_pin id);

/* The rest is of those that can be changed, and of none that stands on the card's face.
 *
 * What it has to look like and how many mistakes lock it, translated. */
const char *mn_pin_rule(enum mn_pin id);

/* Asks for the PIN, or (asked twice) for what it shall become, telling its rule before. Its form is
 * not checked here. As mn_prompt_secret. */
bool mn_prompt_pin(enum mn_pin id, const char *option, const char *file, struct mn_secret **out);
bool mn_prompt_new_pin(enum mn_pin id, const char *option, const char *file,
                       struct mn_secret **out);

#endif
