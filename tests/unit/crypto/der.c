#include "crypto/der.h"

#include "runner.h"

#define SPAN(text) mn_span(text, sizeof(text) - 1)

START_TEST(an_object_is_read_and_passed)
{
    struct mn_span in = SPAN("\x04\x03"
                             "abc"
                             "\x05\x00");
    const uint8_t *from = in.ptr;
    struct mn_der der;

    ck_assert(mn_der_any(&in, &der));
    ck_assert_uint_eq(der.tag, MN_DER_OCTETS);
    ck_assert(mn_span_equal(der.value, SPAN("abc")));
    ck_assert_ptr_eq(der.whole.ptr, from);
    ck_assert_uint_eq(der.whole.len, 5);
    ck_assert(mn_der_next(&in, MN_DER_NULL, &der));
    ck_assert_uint_eq(der.value.len, 0);
    ck_assert(!mn_der_any(&in, &der));
}
END_TEST

START_TEST(lengths_of_several_bytes_are_read)
{
    static uint8_t large[0x10000 + 5] = {0x04, 0x83, 0x01, 0x00, 0x00};
    static uint8_t middle[0x80 + 3] = {0x04, 0x81, 0x80};
    struct mn_span in = mn_span(large, sizeof large);
    struct mn_der der;

    ck_assert(mn_der_any(&in, &der));
    ck_assert_uint_eq(der.value.len, 0x10000);
    in = mn_span(middle, sizeof middle);
    ck_assert(mn_der_any(&in, &der));
    ck_assert_uint_eq(der.value.len, 0x80);
}
END_TEST

/* Nothing, a tag alone, values that are cut off, lengths with more bytes than they need, without an
 * end, too long for anything, cut off; tags of several bytes. */
static const struct mn_span bad[] = {
    {NULL, 0},
    {(const uint8_t *)"\x04", 1},
    {(const uint8_t *)"\x04\x02x", 3},
    {(const uint8_t *)"\x04\x81\x01x", 4},
    {(const uint8_t *)"\x04\x82\x00\x80", 4},
    {(const uint8_t *)"\x30\x80\x05\x00\x00\x00", 6},
    {(const uint8_t *)"\x04\x85\x01\x00\x00\x00\x00", 7},
    {(const uint8_t *)"\x04\x84\xFF\xFF\xFF\xFF", 6},
    {(const uint8_t *)"\x04\x82\x01", 3},
    {(const uint8_t *)"\x1F\x81\x01\x00", 4},
};

START_TEST(what_is_no_der_is_refused_and_not_passed)
{
    struct mn_span in = bad[_i];
    struct mn_der der;

    ck_assert(!mn_der_any(&in, &der));
    ck_assert_ptr_eq(in.ptr, bad[_i].ptr);
    ck_assert_uint_eq(in.len, bad[_i].len);
}
END_TEST

START_TEST(another_tag_is_refused_or_passed_over_where_it_may_be)
{
    struct mn_span in = SPAN("\x05\x00");
    struct mn_der der;

    ck_assert(!mn_der_next(&in, MN_DER_OCTETS, &der));
    ck_assert(mn_der_optional(&in, MN_DER_OCTETS, &der));
    ck_assert_uint_eq(der.tag, 0);
    ck_assert_uint_eq(in.len, 2);
    ck_assert(mn_der_optional(&in, MN_DER_NULL, &der));
    ck_assert_uint_eq(der.tag, MN_DER_NULL);
    ck_assert(mn_der_optional(&in, MN_DER_NULL, &der));
    ck_assert_uint_eq(der.tag, 0);
    in = SPAN("\x05\x01");
    ck_assert(!mn_der_optional(&in, MN_DER_NULL, &der));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/der");
    TCase *tcase = tcase_create("der");

    tcase_add_test(tcase, an_object_is_read_and_passed);
    tcase_add_test(tcase, lengths_of_several_bytes_are_read);
    tcase_add_loop_test(tcase, what_is_no_der_is_refused_and_not_passed, 0,
                        sizeof bad / sizeof bad[0]);
    tcase_add_test(tcase, another_tag_is_refused_or_passed_over_where_it_may_be);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
