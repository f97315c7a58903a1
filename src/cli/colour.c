#include "cli/colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Select Graphic Rendition (ECMA-48, 8.3.117), with the terminal's own eight colours: its owner has
 * chosen them to be read on its background. */
static const char *const renditions[] = {
    [MN_COLOUR_TITLE] = "\033[1m",
    [MN_COLOUR_GOOD] = "\033[32m",
    [MN_COLOUR_WARNING] = "\033[33m",
    [MN_COLOUR_BAD] = "\033[1;31m",
};

bool mn_colour_wanted(int fd)
{
    const char *terminal = getenv("TERM"), *none = getenv("NO_COLOR");
    return isatty(fd) == 1 && terminal && terminal[0] && strcmp(terminal, "dumb") != 0 &&
           !(none && none[0]);
}

const char *mn_colour(bool on, enum mn_colour colour)
{
    return on ? renditions[colour] : "";
}

const char *mn_colour_end(bool on)
{
    return on ? "\033[0m" : "";
}
