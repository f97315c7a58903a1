/* Colours on a terminal. They are never the only sign: the words beside them say the same. */
#ifndef MN_CLI_COLOUR_H
#define MN_CLI_COLOUR_H

#include <stdbool.h>

enum mn_colour {
    MN_COLOUR_TITLE,   /* of a section */
    MN_COLOUR_GOOD,    /* as it should be */
    MN_COLOUR_WARNING, /* something has to be done soon */
    MN_COLOUR_BAD,     /* it does not work, or not any more */
};

/* Are they wanted in what goes to that file descriptor? On a terminal only, not on one that TERM
 * calls dumb, and not where NO_COLOR has a value (https://no-color.org). */
bool mn_colour_wanted(int fd);

/* What to print before a text that has this colour, and behind it; empty where on is false. Static
 * storage. */
const char *mn_colour(bool on, enum mn_colour colour);
const char *mn_colour_end(bool on);

#endif
