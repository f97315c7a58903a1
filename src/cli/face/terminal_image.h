/* Pictures on the terminal, where it can show any. */
#ifndef MN_CLI_FACE_TERMINAL_IMAGE_H
#define MN_CLI_FACE_TERMINAL_IMAGE_H

#include <stdio.h>

#include "cli/face/picture.h"

enum mn_terminal_images {
    MN_TERMINAL_NO_IMAGES,
    MN_TERMINAL_KITTY, /* kitty's graphics protocol */
    MN_TERMINAL_SIXEL, /* DEC's sixels */
};

/* What the terminal that standard output goes to says that it can show; none where it goes
 * elsewhere or the terminal says nothing within a second. Asks nothing of one that could print the
 * question (TERM is dumb, linux or empty). What was typed meanwhile is lost. */
enum mn_terminal_images mn_terminal_images(void);

/* Writes the picture and a line end. MN_E_UNSUPPORTED where the terminal shows none, MN_E_MEMORY.
 */
mn_rc mn_terminal_image_print(FILE *out, enum mn_terminal_images images,
                              const struct mn_picture *picture);

#endif
