#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "cli/face/picture.h"

void mn_picture_release(struct mn_picture *picture)
{
    mn_bytes_free(&picture->grey);
    *picture = (struct mn_picture){0};
}

static bool is_png(struct mn_span file)
{
    static const uint8_t begin[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    return mn_span_begins(file, mn_span(begin, sizeof begin));
}

/* Decodes what png has begun to read. White is what shows where the picture is transparent. */
static mn_rc decode(png_image *png, struct mn_picture *out)
{
    const png_color white = {255, 255, 255};
    if (png->width > MN_PICTURE_SIDE_MAX || png->height > MN_PICTURE_SIDE_MAX)
        return MN_E_EXCESSIVE;
    png->format = PNG_FORMAT_GRAY;
    size_t size = (size_t)png->width * png->height;
    uint8_t *grey = malloc(size ? size : 1);
    if (!grey)
        return MN_E_MEMORY;
    if (!png_image_finish_read(png, &white, grey, (png_int_32)png->width, NULL)) {
        free(grey);
        return MN_E_DAMAGED;
    }
    *out = (struct mn_picture){
        .width = png->width, .height = png->height, .grey = {.ptr = grey, .len = size}};
    return MN_OK;
}

mn_rc mn_picture_read_png(struct mn_span file, struct mn_picture *out)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    *out = (struct mn_picture){0};
    if (!is_png(file))
        return MN_E_FORMAT;
    if (file.len > MN_PICTURE_BYTES_MAX)
        return MN_E_EXCESSIVE;
    if (!png_image_begin_read_from_memory(&png, file.ptr, file.len))
        return MN_E_DAMAGED;
    mn_rc rc = decode(&png, out);
    png_image_free(&png);
    return rc;
}

mn_rc mn_picture_write_png(const struct mn_picture *picture, struct mn_bytes *out)
{
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = picture->width,
                     .height = picture->height,
                     .format = PNG_FORMAT_GRAY};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
    uint8_t *file = malloc(size);
    if (!file)
        return MN_E_MEMORY;
    bool done = png_image_write_to_memory(&png, file, &size, 0, picture->grey.ptr,
                                          (png_int_32)picture->width, NULL) != 0;
    struct mn_bytes made = {.ptr = file, .len = size};
    png_image_free(&png);
    if (done)
        mn_bytes_move(out, &made);
    mn_bytes_free(&made);
    return done ? MN_OK : MN_E_MEMORY;
}
