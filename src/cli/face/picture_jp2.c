#include <stdlib.h>
#include <string.h>

#include <openjpeg.h>

#include "cli/face/picture.h"

/* Where OpenJPEG stands in the file. */
struct source {
    struct mn_span file;
    size_t at;
};

static OPJ_SIZE_T read_on(void *to, OPJ_SIZE_T len, void *self)
{
    struct source *source = self;
    size_t left = source->file.len - source->at;
    if (left == 0)
        return (OPJ_SIZE_T)-1; /* the end, as OpenJPEG has it */
    size_t taken = len < left ? len : left;
    memcpy(to, source->file.ptr + source->at, taken);
    source->at += taken;
    return taken;
}

static OPJ_OFF_T skip(OPJ_OFF_T len, void *self)
{
    struct source *source = self;
    size_t left = source->file.len - source->at;
    if (len < 0)
        return -1;
    size_t taken = (uint64_t)len < left ? (size_t)len : left;
    source->at += taken;
    return (OPJ_OFF_T)taken;
}

static OPJ_BOOL seek(OPJ_OFF_T to, void *self)
{
    struct source *source = self;
    if (to < 0 || (uint64_t)to > source->file.len)
        return OPJ_FALSE;
    source->at = (size_t)to;
    return OPJ_TRUE;
}

static opj_stream_t *open_stream(struct source *source)
{
    opj_stream_t *stream = opj_stream_create(4096, OPJ_TRUE);
    if (!stream)
        return NULL;
    opj_stream_set_user_data(stream, source, NULL);
    opj_stream_set_user_data_length(stream, source->file.len);
    opj_stream_set_read_function(stream, read_on);
    opj_stream_set_skip_function(stream, skip);
    opj_stream_set_seek_function(stream, seek);
    return stream;
}

/* The signature box of a JP2 file (ISO/IEC 15444-1, I.5.1), or a bare codestream (A.4.1). */
static OPJ_CODEC_FORMAT format_of(struct mn_span file)
{
    static const uint8_t box[] = {0, 0, 0, 12, 'j', 'P', ' ', ' ', '\r', '\n', 0x87, '\n'};
    static const uint8_t codestream[] = {0xFF, 0x4F, 0xFF, 0x51};
    if (mn_span_begins(file, mn_span(box, sizeof box)))
        return OPJ_CODEC_JP2;
    if (mn_span_begins(file, mn_span(codestream, sizeof codestream)))
        return OPJ_CODEC_J2K;
    return OPJ_CODEC_UNKNOWN;
}

/* What the header says, before anything is made of it. */
static mn_rc check_size(const opj_image_t *image)
{
    if (image->x1 <= image->x0 || image->y1 <= image->y0)
        return MN_E_DAMAGED;
    if (image->x1 - image->x0 > MN_PICTURE_SIDE_MAX || image->y1 - image->y0 > MN_PICTURE_SIDE_MAX)
        return MN_E_EXCESSIVE;
    return image->numcomps == 1 || image->numcomps == 3 ? MN_OK : MN_E_EXCESSIVE;
}

/* All components have the picture's size, and values that fit 16 bits. A palette makes components
 * only while it is decoded, as many as it likes. */
static bool is_whole(const opj_image_t *image)
{
    if (image->numcomps != 1 && image->numcomps != 3)
        return false;
    for (OPJ_UINT32 i = 0; i < image->numcomps; i++) {
        const opj_image_comp_t *c = &image->comps[i];
        if (!c->data || c->w != image->comps[0].w || c->h != image->comps[0].h || c->prec < 1 ||
            c->prec > 16 || c->w < 1 || c->h < 1 || c->w > MN_PICTURE_SIDE_MAX ||
            c->h > MN_PICTURE_SIDE_MAX)
            return false;
    }
    return true;
}

/* One value in 0 to 255. */
static int value_at(const opj_image_comp_t *c, size_t at)
{
    int64_t most = (1 << c->prec) - 1;
    int64_t value = (int64_t)c->data[at] + (c->sgnd ? 1 << (c->prec - 1) : 0);
    value = value < 0 ? 0 : value > most ? most : value;
    return (int)(value * 255 / most);
}

/* As bright as the three colours together (ITU-R BT.601). */
static uint8_t grey_at(const opj_image_t *image, size_t at)
{
    const opj_image_comp_t *c = image->comps;
    if (image->numcomps == 1)
        return (uint8_t)value_at(&c[0], at);
    return (uint8_t)((299 * value_at(&c[0], at) + 587 * value_at(&c[1], at) +
                      114 * value_at(&c[2], at)) /
                     1000);
}

static mn_rc keep(const opj_image_t *image, struct mn_picture *out)
{
    if (!is_whole(image))
        return MN_E_DAMAGED;
    size_t size = (size_t)image->comps[0].w * image->comps[0].h;
    uint8_t *grey = malloc(size);
    if (!grey)
        return MN_E_MEMORY;
    for (size_t at = 0; at < size; at++)
        grey[at] = grey_at(image, at);
    *out = (struct mn_picture){.width = image->comps[0].w,
                               .height = image->comps[0].h,
                               .grey = {.ptr = grey, .len = size}};
    return MN_OK;
}

static mn_rc decode(opj_codec_t *codec, opj_stream_t *stream, struct mn_picture *out)
{
    opj_dparameters_t parameters;
    opj_image_t *image = NULL;
    mn_rc rc = MN_E_DAMAGED;
    opj_set_default_decoder_parameters(&parameters);
    if (opj_setup_decoder(codec, &parameters) && opj_read_header(stream, codec, &image))
        rc = check_size(image);
    if (rc == MN_OK)
        rc = opj_decode(codec, stream, image) && opj_end_decompress(codec, stream)
                 ? keep(image, out)
                 : MN_E_DAMAGED;
    opj_image_destroy(image);
    return rc;
}

mn_rc mn_picture_read_jp2(struct mn_span file, struct mn_picture *out)
{
    struct source source = {.file = file};
    OPJ_CODEC_FORMAT format = format_of(file);
    *out = (struct mn_picture){0};
    if (format == OPJ_CODEC_UNKNOWN)
        return MN_E_FORMAT;
    if (file.len > MN_PICTURE_BYTES_MAX)
        return MN_E_EXCESSIVE;
    opj_codec_t *codec = opj_create_decompress(format);
    opj_stream_t *stream = open_stream(&source);
    mn_rc rc = codec && stream ? decode(codec, stream, out) : MN_E_MEMORY;
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    return rc;
}
