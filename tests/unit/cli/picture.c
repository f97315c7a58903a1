#include "cli/face/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "card/face_data.h"
#include "runner.h"

static struct mn_bytes file;
static struct mn_face_fields face;
static struct mn_picture picture;

static void read_face(void)
{
    ck_assert_int_eq(mn_file_read(CARDSIM_PKI "/surface-0002", 1 << 16, &file), MN_OK);
    ck_assert_int_eq(mn_face_fields_read(mn_bytes_span(&file), &face), MN_OK);
}

static void free_face(void)
{
    mn_picture_release(&picture);
    mn_bytes_free(&file);
}

/* A copy of a picture's file, to be spoiled. */
static uint8_t *copy_of(struct mn_span of)
{
    uint8_t *copy = malloc(of.len);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, of.ptr, of.len);
    return copy;
}

START_TEST(a_png_is_read)
{
    ck_assert_int_eq(mn_picture_read_png(face.name, &picture), MN_OK);
    ck_assert_uint_eq(picture.width, 264);
    ck_assert_uint_eq(picture.height, 24);
    ck_assert_uint_eq(picture.grey.len, 264 * 24);
    ck_assert_uint_eq(picture.grey.ptr[0], 255);     /* paper */
    ck_assert_uint_eq(picture.grey.ptr[264 + 1], 0); /* ink */
    ck_assert_uint_eq(picture.grey.ptr[264 * 24 - 1], 255);
}
END_TEST

START_TEST(a_photograph_is_read)
{
    ck_assert_int_eq(mn_picture_read_jp2(face.photo, &picture), MN_OK);
    ck_assert_uint_eq(picture.width, 144);
    ck_assert_uint_eq(picture.height, 180);
    /* light above, the dark of an eye, the grey of a shoulder */
    ck_assert_uint_gt(picture.grey.ptr[0], 200);
    ck_assert_uint_lt(picture.grey.ptr[64 * 144 + 56], 60);
    ck_assert_uint_lt(picture.grey.ptr[170 * 144 + 72], 100);
}
END_TEST

START_TEST(what_is_written_is_what_is_read_back)
{
    struct mn_picture again;
    struct mn_bytes png = {0};
    ck_assert_int_eq(mn_picture_read_jp2(face.photo, &picture), MN_OK);
    ck_assert_int_eq(mn_picture_write_png(&picture, &png), MN_OK);
    ck_assert_int_eq(mn_picture_read_png(mn_bytes_span(&png), &again), MN_OK);
    ck_assert_uint_eq(again.width, picture.width);
    ck_assert(mn_span_equal(mn_bytes_span(&again.grey), mn_bytes_span(&picture.grey)));
    mn_picture_release(&again);
    mn_bytes_free(&png);
}
END_TEST

START_TEST(another_file_is_no_picture)
{
    struct mn_span text = mn_span("hello, this is no picture", 25), nothing = {0};
    ck_assert_int_eq(mn_picture_read_png(text, &picture), MN_E_FORMAT);
    ck_assert_int_eq(mn_picture_read_png(nothing, &picture), MN_E_FORMAT);
    ck_assert_int_eq(mn_picture_read_png(face.photo, &picture), MN_E_FORMAT);
    ck_assert_int_eq(mn_picture_read_jp2(text, &picture), MN_E_FORMAT);
    ck_assert_int_eq(mn_picture_read_jp2(nothing, &picture), MN_E_FORMAT);
    ck_assert_int_eq(mn_picture_read_jp2(face.name, &picture), MN_E_FORMAT);
    ck_assert_ptr_null(picture.grey.ptr);
}
END_TEST

/* A true head that says 4096 by 4096, with the check sum that goes with it. */
START_TEST(a_huge_png_is_not_decoded)
{
    static const uint8_t head[] = {'I', 'H', 'D', 'R', 0, 0, 0x10, 0,    0,    0,   0x10,
                                   0,   1,   0,   0,   0, 0, 0xDA, 0xD8, 0x19, 0xBA};
    uint8_t *copy = copy_of(face.name);
    memcpy(copy + 12, head, sizeof head);
    ck_assert_int_eq(mn_picture_read_png(mn_span(copy, face.name.len), &picture), MN_E_EXCESSIVE);
    ck_assert_ptr_null(picture.grey.ptr);
    free(copy);
}
END_TEST

/* The size stands twice: in the box ihdr (ISO/IEC 15444-1, I.5.3.1), and in the codestream (A.5.1),
 * where Xsiz and Ysiz follow eight bytes after it begins, and the size of a tile 24. */
START_TEST(a_huge_photograph_is_not_decoded)
{
    static const char side[] = "\x00\x00\x10\x00\x00\x00\x10\x00";
    uint8_t *copy = copy_of(face.photo);
    uint8_t *box = memmem(copy, face.photo.len, "ihdr", 4);
    uint8_t *stream = memmem(copy, face.photo.len, "\xFF\x4F\xFF\x51", 4);
    ck_assert(box && stream);
    memcpy(box + 4, side, 8);
    memcpy(stream + 8, side, 8);
    memcpy(stream + 24, side, 8);
    ck_assert_int_eq(mn_picture_read_jp2(mn_span(copy, face.photo.len), &picture), MN_E_EXCESSIVE);
    ck_assert_ptr_null(picture.grey.ptr);
    free(copy);
}
END_TEST

START_TEST(a_file_longer_than_the_card_can_have_is_not_decoded)
{
    size_t len = MN_PICTURE_BYTES_MAX + 1;
    uint8_t *longer = calloc(1, len);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, face.photo.ptr, face.photo.len);
    ck_assert_int_eq(mn_picture_read_jp2(mn_span(longer, len), &picture), MN_E_EXCESSIVE);
    memcpy(longer, face.name.ptr, face.name.len);
    ck_assert_int_eq(mn_picture_read_png(mn_span(longer, len), &picture), MN_E_EXCESSIVE);
    free(longer);
}
END_TEST

/* Behind the other boxes of jp2h (ISO/IEC 15444-1, I.5.3): a palette of two entries (I.5.3.4) that
 * makes two components of one (I.5.3.5). */
START_TEST(a_palette_that_makes_two_components_is_not_decoded)
{
    static const uint8_t boxes[] = {0, 0, 0, 17, 'p', 'c', 'l', 'r', 0, 2, 2, 7, 7, 0, 0, 9, 9,
                                    0, 0, 0, 16, 'c', 'm', 'a', 'p', 0, 0, 1, 0, 0, 0, 1, 1};
    uint8_t *whole = malloc(face.photo.len + sizeof boxes);
    ck_assert_ptr_nonnull(whole);
    memcpy(whole, face.photo.ptr, face.photo.len);
    uint8_t *head = (uint8_t *)memmem(whole, face.photo.len, "jp2h", 4) - 4;
    uint8_t *end = head + (head[2] << 8 | head[3]);
    memmove(end + sizeof boxes, end, face.photo.len - (size_t)(end - whole));
    memcpy(end, boxes, sizeof boxes);
    head[3] = (uint8_t)(head[3] + sizeof boxes);
    ck_assert_uint_eq(head[2], 0);
    ck_assert_uint_gt(head[3], sizeof boxes);
    ck_assert_int_eq(mn_picture_read_jp2(mn_span(whole, face.photo.len + sizeof boxes), &picture),
                     MN_E_DAMAGED);
    ck_assert_ptr_null(picture.grey.ptr);
    free(whole);
}
END_TEST

static void read_both(struct mn_span spoiled)
{
    if (mn_picture_read_png(spoiled, &picture) == MN_OK)
        ck_assert_uint_le(picture.width, MN_PICTURE_SIDE_MAX);
    mn_picture_release(&picture);
    if (mn_picture_read_jp2(spoiled, &picture) == MN_OK)
        ck_assert_uint_eq(picture.grey.len, (size_t)picture.width * picture.height);
    mn_picture_release(&picture);
}

/* Every byte of the heads, and some of the rest; and files that end early. */
static void spoil(struct mn_span of)
{
    uint8_t *copy = copy_of(of);
    for (size_t at = 0; at < of.len; at += at < 200 ? 1 : 37) {
        copy[at] ^= 0xFF;
        read_both(mn_span(copy, of.len));
        copy[at] ^= 0xFF;
        read_both(mn_span(copy, at));
    }
    free(copy);
}

START_TEST(whatever_stands_in_a_picture_reading_it_comes_back)
{
    spoil(face.name);
    spoil(face.photo);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("picture");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_checked_fixture(all, read_face, free_face);
    tcase_add_test(all, a_png_is_read);
    tcase_add_test(all, a_photograph_is_read);
    tcase_add_test(all, what_is_written_is_what_is_read_back);
    tcase_add_test(all, another_file_is_no_picture);
    tcase_add_test(all, a_huge_png_is_not_decoded);
    tcase_add_test(all, a_huge_photograph_is_not_decoded);
    tcase_add_test(all, a_palette_that_makes_two_components_is_not_decoded);
    tcase_add_test(all, a_file_longer_than_the_card_can_have_is_not_decoded);
    tcase_add_test(all, whatever_stands_in_a_picture_reading_it_comes_back);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
