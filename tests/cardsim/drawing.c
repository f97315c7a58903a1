#include "drawing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openjpeg.h>
#include <png.h>

#include "base/file.h"

enum { LARGEST = 1 << 20, PHOTO_WIDTH = 144, PHOTO_HEIGHT = 180 };

static const struct {
    unsigned width, height, lines;
} sizes[] = {
    [DRAWING_NAME] = {264, 24, 1},
    [DRAWING_ADDRESS] = {312, 48, 2},
    [DRAWING_CODE] = {24, 12, 1},
    [DRAWING_NUMBER] = {72, 12, 1},
};

/* Is there ink at this place? Squares with a stroke in them stand for characters. */
static bool is_ink(unsigned x, unsigned y, unsigned cell)
{
    unsigned column = x % cell, row = y % cell, number = x / cell + y / cell;
    if (column == 0 || row == 0 || column == cell - 1 || row == cell - 1)
        return false;
    bool frame = column == 1 || row == 1 || column == cell - 2 || row == cell - 2;
    return frame || (number % 2 ? row == column : row == cell - 1 - column);
}

static void write_rows(png_structp png, unsigned width, unsigned height, unsigned cell)
{
    uint8_t row[64];
    for (unsigned y = 0; y < height; y++) {
        memset(row, 0xFF, sizeof(row));
        for (unsigned x = 0; x < width; x++)
            if (is_ink(x, y, cell))
                row[x / 8] &= (uint8_t) ~(0x80 >> x % 8);
        png_write_row(png, row);
    }
}

static bool write_png(enum drawing which, FILE *file)
{
    unsigned width = sizes[which].width, height = sizes[which].height;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    png_init_io(png, file);
    png_set_IHDR(png, info, width, height, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    write_rows(png, width, height, height / sizes[which].lines);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return true;
}

static bool make_png(enum drawing which, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool good = write_png(which, file);
    return fclose(file) == 0 && good;
}

/* A circle for a head, shoulders below it, light from above. */
static int shade(int x, int y)
{
    int dx = x - PHOTO_WIDTH / 2, dy = y - PHOTO_HEIGHT * 2 / 5;
    bool head = 9 * dx * dx + 6 * dy * dy < 6 * 48 * 48;
    bool eye = (dx - 16) * (dx - 16) + (dy + 8) * (dy + 8) < 20 ||
               (dx + 16) * (dx + 16) + (dy + 8) * (dy + 8) < 20;
    bool shoulder = y > 120 && dx * dx + (y - 190) * (y - 190) < 66 * 66;
    if (head)
        return eye ? 30 : 200 - y / 4;
    return shoulder ? 70 : 235 - y / 6;
}

static opj_image_t *draw_photo(void)
{
    opj_image_cmptparm_t grey = {
        .dx = 1, .dy = 1, .w = PHOTO_WIDTH, .h = PHOTO_HEIGHT, .prec = 8, .bpp = 8};
    opj_image_t *image = opj_image_create(1, &grey, OPJ_CLRSPC_GRAY);
    if (!image)
        return NULL;
    image->x1 = PHOTO_WIDTH;
    image->y1 = PHOTO_HEIGHT;
    for (int y = 0; y < PHOTO_HEIGHT; y++)
        for (int x = 0; x < PHOTO_WIDTH; x++)
            image->comps[0].data[y * PHOTO_WIDTH + x] = shade(x, y);
    return image;
}

static bool make_photo(const char *path)
{
    opj_cparameters_t parameters;
    opj_image_t *image = draw_photo();
    opj_codec_t *codec = opj_create_compress(OPJ_CODEC_JP2);
    opj_stream_t *stream = opj_stream_create_default_file_stream(path, OPJ_FALSE);
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.tcp_rates[0] = 8;
    bool good = image && codec && stream && opj_setup_encoder(codec, &parameters, image) &&
                opj_start_compress(codec, image, stream) && opj_encode(codec, stream) &&
                opj_end_compress(codec, stream);
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(image);
    return good;
}

bool drawing_make(enum drawing which, const char *path, struct mn_bytes *out)
{
    bool made = which == DRAWING_PHOTO ? make_photo(path) : make_png(which, path);
    return made && mn_file_read(path, LARGEST, out) == MN_OK;
}
