/* Pictures from the card, in grey. What the card has is somebody else's bytes: how large a picture
 * says that it is, is looked at before it is decoded. */
#ifndef MN_CLI_FACE_PICTURE_H
#define MN_CLI_FACE_PICTURE_H

#include "base/bytes.h"

#define MN_PICTURE_SIDE_MAX  2048    /* pixels; the card's are a few hundred */
#define MN_PICTURE_BYTES_MAX (32768) /* of a file: no file of the card is longer */

/* A zeroed struct is none. */
struct mn_picture {
    unsigned width, height;
    struct mn_bytes grey; /* width * height, row by row, 0 is black */
};

/* The picture in a PNG, or in a JPEG 2000 file with one or three components. MN_E_FORMAT when it is
 * no such file; MN_E_EXCESSIVE when it is larger than the limits; MN_E_DAMAGED when it cannot be
 * decoded; MN_E_MEMORY: then *out is none. */
mn_rc mn_picture_read_png(struct mn_span file, struct mn_picture *out);
mn_rc mn_picture_read_jp2(struct mn_span file, struct mn_picture *out);

/* The picture as a PNG, replacing *out. MN_E_MEMORY. */
mn_rc mn_picture_write_png(const struct mn_picture *picture, struct mn_bytes *out);

/* Wipes and frees. */
void mn_picture_release(struct mn_picture *picture);

#endif
