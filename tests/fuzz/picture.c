/* A picture from the card's face: the input is a PNG or a JPEG 2000 file. */
#include "cli/face/picture.h"

#include "target.h"

static void write_again(const struct mn_picture *picture)
{
    struct mn_bytes file = {0};
    struct mn_picture again;

    FUZZ_REQUIRE(mn_picture_write_png(picture, &file) == MN_OK);
    if (file.len <= MN_PICTURE_BYTES_MAX) {
        FUZZ_REQUIRE(mn_picture_read_png(mn_bytes_span(&file), &again) == MN_OK);
        FUZZ_REQUIRE(again.width == picture->width && again.height == picture->height);
        FUZZ_REQUIRE(mn_span_equal(mn_bytes_span(&again.grey), mn_bytes_span(&picture->grey)));
        mn_picture_release(&again);
    }
    mn_bytes_free(&file);
}

static void look(mn_rc rc, struct mn_picture *picture)
{
    if (rc == MN_OK) {
        FUZZ_REQUIRE(picture->width >= 1 && picture->width <= MN_PICTURE_SIDE_MAX);
        FUZZ_REQUIRE(picture->height >= 1 && picture->height <= MN_PICTURE_SIDE_MAX);
        FUZZ_REQUIRE(picture->grey.len == (size_t)picture->width * picture->height);
        write_again(picture);
    } else {
        FUZZ_REQUIRE(!picture->grey.ptr);
    }
    mn_picture_release(picture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_picture picture;

    look(mn_picture_read_png(mn_span(data, size), &picture), &picture);
    look(mn_picture_read_jp2(mn_span(data, size), &picture), &picture);
    return 0;
}
