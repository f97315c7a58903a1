/* Inputs lie at the end of memory of their own, so that AddressSanitizer sees one byte too many. */
#include "iso7816/tlv.h"

#include <stdlib.h>
#include <string.h>

#include "runner.h"

#define SPAN(literal) mn_span(literal, sizeof literal - 1)

/* A copy of the first len bytes; NULL for none. */
static uint8_t *copy_of(struct mn_span s, size_t len)
{
    uint8_t *copy = len ? malloc(len) : NULL;

    if (len > 0) {
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, s.ptr, len);
    }
    return copy;
}

/* The object at the front of a copy of s, the whole of which it must be, has that tag and a value
 * of that length. */
static void assert_object(struct mn_span s, uint32_t tag, size_t value_len)
{
    uint8_t *copy = copy_of(s, s.len);
    struct mn_span in = mn_span(copy, s.len);
    struct mn_tlv tlv;

    ck_assert_int_eq(mn_tlv_next(&in, &tlv), MN_OK);
    ck_assert_uint_eq(tlv.tag, tag);
    ck_assert_uint_eq(tlv.value.len, value_len);
    ck_assert_ptr_eq(tlv.value.ptr, copy + s.len - value_len);
    ck_assert_ptr_eq(tlv.whole.ptr, copy);
    ck_assert_uint_eq(tlv.whole.len, s.len);
    ck_assert_uint_eq(in.len, 0);
    free(copy);
}

/* Neither s nor any beginning of it is an object, and the input stays where it was. */
static void assert_no_object(struct mn_span s)
{
    for (size_t len = 0; len <= s.len; len++) {
        uint8_t *copy = copy_of(s, len);
        struct mn_span in = mn_span(copy, len);
        struct mn_tlv tlv;

        ck_assert_msg(mn_tlv_next(&in, &tlv) == MN_E_CARD_ANSWER, "%zu bytes", len);
        ck_assert_ptr_eq(in.ptr, copy);
        ck_assert_uint_eq(in.len, len);
        free(copy);
    }
}

/* As assert_object, and an object cut anywhere is none. */
static void assert_object_that_can_be_cut(struct mn_span s, uint32_t tag, size_t value_len)
{
    assert_object(s, tag, value_len);
    assert_no_object(mn_span(s.ptr, s.len - 1));
}

START_TEST(an_object_is_a_tag_a_length_and_a_value)
{
    assert_object_that_can_be_cut(SPAN("\x30\x03"
                                       "abc"),
                                  0x30, 3);
    assert_object_that_can_be_cut(SPAN("\x04\x00"), 0x04, 0);
}
END_TEST

START_TEST(a_tag_may_have_two_or_three_bytes)
{
    assert_object_that_can_be_cut(SPAN("\xDF\x21\x02"
                                       "ab"),
                                  0xDF21, 2);
    assert_object_that_can_be_cut(SPAN("\x7F\x81\x01\x01"
                                       "a"),
                                  0x7F8101, 1);
    assert_object_that_can_be_cut(SPAN("\x1F\xFF\x7F\x00"), 0x1FFF7F, 0);
}
END_TEST

START_TEST(a_tag_of_four_bytes_is_refused)
{
    assert_no_object(SPAN("\x1F\x81\x81\x01\x00"));
    assert_no_object(SPAN("\xFF\xFF\xFF\xFF\xFF\xFF"));
}
END_TEST

/* Tag 04 and that length field, with value_len bytes behind it. */
static void assert_length_form(struct mn_span length, size_t value_len)
{
    struct mn_bytes object = {0};
    uint8_t *value = calloc(1, value_len + 1);

    ck_assert_ptr_nonnull(value);
    ck_assert_int_eq(mn_bytes_append(&object, SPAN("\x04")), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&object, length), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&object, mn_span(value, value_len)), MN_OK);
    assert_object(mn_bytes_span(&object), 0x04, value_len);
    for (size_t cut = 1; cut<object.len; cut += value_len> 300 ? 977 : 1) {
        struct mn_span in = mn_span(object.ptr, object.len - cut);
        struct mn_tlv tlv;

        ck_assert_int_eq(mn_tlv_next(&in, &tlv), MN_E_CARD_ANSWER);
    }
    mn_bytes_free(&object);
    free(value);
}

START_TEST(a_length_may_have_one_to_five_bytes)
{
    assert_length_form(SPAN("\x7F"), 127);
    assert_length_form(SPAN("\x81\x80"), 128);
    assert_length_form(SPAN("\x81\xFF"), 255);
    assert_length_form(SPAN("\x82\x01\x00"), 256);
    assert_length_form(SPAN("\x82\xFF\xFF"), 65535);
    assert_length_form(SPAN("\x83\x01\x00\x00"), 65536);
    assert_length_form(SPAN("\x84\x00\x01\x00\x00"), 65536);
}
END_TEST

START_TEST(a_length_need_not_be_as_short_as_it_could)
{
    assert_length_form(SPAN("\x81\x03"), 3);
    assert_length_form(SPAN("\x84\x00\x00\x00\x00"), 0);
}
END_TEST

START_TEST(the_indefinite_length_is_refused)
{
    assert_no_object(SPAN("\x30\x80\x04\x01"
                          "a\x00\x00"));
}
END_TEST

START_TEST(a_length_of_more_than_five_bytes_is_refused)
{
    assert_no_object(SPAN("\x04\x85\x00\x00\x00\x00\x01"
                          "a"));
    assert_no_object(SPAN("\x04\xFF\x00\x00\x00\x00\x01"
                          "a"));
}
END_TEST

START_TEST(a_length_beyond_the_input_is_refused_however_great)
{
    assert_no_object(SPAN("\x04\x02"
                          "a"));
    assert_no_object(SPAN("\x04\x83\xFF\xFF\xFF"
                          "abc"));
    assert_no_object(SPAN("\x04\x84\xFF\xFF\xFF\xFF"
                          "abc"));
    assert_no_object(SPAN("\x04\x84\x7F\xFF\xFF\xFF"
                          "abc"));
}
END_TEST

START_TEST(objects_are_read_one_after_the_other)
{
    struct mn_span in = SPAN("\x01\x01"
                             "a\xDF\x22\x02"
                             "bc\x05\x00");
    struct mn_tlv tlv;

    ck_assert_int_eq(mn_tlv_next(&in, &tlv), MN_OK);
    ck_assert_uint_eq(tlv.tag, 0x01);
    ck_assert_int_eq(mn_tlv_next(&in, &tlv), MN_OK);
    ck_assert_uint_eq(tlv.tag, 0xDF22);
    ck_assert(mn_span_equal(tlv.value, SPAN("bc")));
    ck_assert_int_eq(mn_tlv_next(&in, &tlv), MN_OK);
    ck_assert_uint_eq(tlv.tag, 0x05);
    ck_assert_uint_eq(in.len, 0);
    ck_assert_int_eq(mn_tlv_next(&in, &tlv), MN_E_CARD_ANSWER);
}
END_TEST

START_TEST(the_length_of_an_object_is_told_from_its_head)
{
    size_t len = 0;

    ck_assert_int_eq(mn_tlv_length(SPAN("\x30\x82\x06\x1F"), &len), MN_OK);
    ck_assert_uint_eq(len, 4 + 0x61F);
    ck_assert_int_eq(mn_tlv_length(SPAN("\x30\x82\x06\x1F and more"), &len), MN_OK);
    ck_assert_uint_eq(len, 4 + 0x61F);
    ck_assert_int_eq(mn_tlv_length(SPAN("\xDF\x21\x08"), &len), MN_OK);
    ck_assert_uint_eq(len, 3 + 8);
    ck_assert_int_eq(mn_tlv_length(SPAN("\x30\x84\xFF\xFF\xFF\xFF"), &len), MN_OK);
    ck_assert_uint_eq(len, 6 + (size_t)0xFFFFFFFF);
}
END_TEST

START_TEST(a_head_that_is_too_short_tells_no_length)
{
    struct mn_span head = SPAN("\x30\x82\x06\x1F");
    size_t len = 7;

    for (size_t cut = 0; cut < head.len; cut++) {
        uint8_t *copy = copy_of(head, cut);

        ck_assert_int_eq(mn_tlv_length(mn_span(copy, cut), &len), MN_E_CARD_ANSWER);
        free(copy);
    }
    ck_assert_int_eq(mn_tlv_length(SPAN("\x30\x80"), &len), MN_E_CARD_ANSWER);
    ck_assert_uint_eq(len, 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("iso7816/tlv");
    TCase *tcase = tcase_create("tlv");

    tcase_add_test(tcase, an_object_is_a_tag_a_length_and_a_value);
    tcase_add_test(tcase, a_tag_may_have_two_or_three_bytes);
    tcase_add_test(tcase, a_tag_of_four_bytes_is_refused);
    tcase_add_test(tcase, a_length_may_have_one_to_five_bytes);
    tcase_add_test(tcase, a_length_need_not_be_as_short_as_it_could);
    tcase_add_test(tcase, the_indefinite_length_is_refused);
    tcase_add_test(tcase, a_length_of_more_than_five_bytes_is_refused);
    tcase_add_test(tcase, a_length_beyond_the_input_is_refused_however_great);
    tcase_add_test(tcase, objects_are_read_one_after_the_other);
    tcase_add_test(tcase, the_length_of_an_object_is_told_from_its_head);
    tcase_add_test(tcase, a_head_that_is_too_short_tells_no_length);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
