/* The images of the simulated card's face: drawings that show nobody and say nothing. */
#ifndef CARDSIM_DRAWING_H
#define CARDSIM_DRAWING_H

#include <stdbool.h>

#include "base/bytes.h"

enum drawing {
    DRAWING_NAME,    /* PNG of one bit a pixel, as all but the photograph */
    DRAWING_ADDRESS, /* two lines */
    DRAWING_CODE,    /* the size of four digits */
    DRAWING_NUMBER,  /* of twelve */
    DRAWING_PHOTO,   /* JPEG 2000, grey */
};

/* The image as a file, into *out, which the caller frees. path is a name that may be written to on
 * the way. */
bool drawing_make(enum drawing which, const char *path, struct mn_bytes *out);

#endif
