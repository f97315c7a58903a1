#include "card/face_data.h"

#include "card/made_file.h"
#include "runner.h"

START_TEST(the_face_is_read_with_its_images_and_its_key)
{
    struct mn_bytes file = made_file("surface-0002");
    struct mn_face_fields face;
    ck_assert_int_eq(mn_face_fields_read(mn_bytes_span(&file), &face), MN_OK);
    ck_assert_str_eq(face.birth, "19800217");
    ck_assert_str_eq(face.expiry, "20350217");
    ck_assert_int_eq(face.sex, '1');
    ck_assert_mem_eq(face.name.ptr, "\x89PNG", 4);
    ck_assert_mem_eq(face.address.ptr, "\x89PNG", 4);
    ck_assert_mem_eq(face.photo.ptr + 4, "jP  ", 4);
    ck_assert_uint_eq(face.key.modulus.len, 256);
    ck_assert_uint_eq(face.signature.len, 256);
    mn_bytes_free(&file);
}
END_TEST

START_TEST(the_signature_covers_three_parts)
{
    struct mn_bytes file = made_file("surface-0002");
    struct mn_face_fields face;
    ck_assert_int_eq(mn_face_fields_read(mn_bytes_span(&file), &face), MN_OK);
    ck_assert_uint_eq(face.covered[0].len, 11 + 4 + 5 + 265);
    ck_assert_ptr_eq(face.covered[1].ptr, face.covered[0].ptr + face.covered[0].len);
    ck_assert_ptr_eq(face.covered[2].ptr, face.covered[1].ptr + face.covered[1].len);
    ck_assert_ptr_eq(face.covered[2].ptr + face.covered[2].len, face.photo.ptr + face.photo.len);
    mn_bytes_free(&file);
}
END_TEST

START_TEST(another_file_is_no_face)
{
    struct mn_face_fields face;
    struct mn_bytes file = made_file("surface-0001");
    ck_assert_int_eq(mn_face_fields_read(mn_bytes_span(&file), &face), MN_E_CARD_ANSWER);
    mn_bytes_free(&file);
    file = made_file("text-0002");
    ck_assert_int_eq(mn_face_fields_read(mn_bytes_span(&file), &face), MN_E_CARD_ANSWER);
    mn_bytes_free(&file);
}
END_TEST

static void read_it(struct mn_span spoiled)
{
    struct mn_face_fields face;
    if (mn_face_fields_read(spoiled, &face) != MN_OK)
        return;
    const uint8_t *end = spoiled.ptr + spoiled.len;
    ck_assert(face.photo.ptr > spoiled.ptr && face.photo.ptr + face.photo.len <= end);
    ck_assert(face.covered[0].ptr > spoiled.ptr &&
              face.covered[0].ptr + face.covered[0].len <= end);
}

START_TEST(whatever_stands_in_the_file_reading_it_comes_back)
{
    struct mn_bytes file = made_file("surface-0002");
    made_spoil(mn_bytes_span(&file), read_it);
    mn_bytes_free(&file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("face data");
    TCase *all = tcase_create("all");
    tcase_add_test(all, the_face_is_read_with_its_images_and_its_key);
    tcase_add_test(all, the_signature_covers_three_parts);
    tcase_add_test(all, another_file_is_no_face);
    tcase_add_test(all, whatever_stands_in_the_file_reading_it_comes_back);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
