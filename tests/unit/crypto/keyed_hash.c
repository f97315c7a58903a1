#include "crypto/keyed_hash.h"

#include <string.h>

#include "crypto/library.h"
#include "runner.h"

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

START_TEST(the_value_is_the_standards)
{
    /* RFC 4231, 4.2. */
    static const uint8_t wanted[MN_KEYED_HASH_BYTES] = {
        0xB0, 0x34, 0x4C, 0x61, 0xD8, 0xDB, 0x38, 0x53, 0x5C, 0xA8, 0xAF,
        0xCE, 0xAF, 0x0B, 0xF1, 0x2B, 0x88, 0x1D, 0xC2, 0x00, 0xC9, 0x83,
        0x3D, 0xA7, 0x26, 0xE9, 0x37, 0x6C, 0x2E, 0x32, 0xCF, 0xF7};
    uint8_t key[20], value[MN_KEYED_HASH_BYTES];

    memset(key, 0x0B, sizeof key);
    ck_assert_int_eq(mn_keyed_hash(mn_span(key, sizeof key), mn_span("Hi There", 8), value), MN_OK);
    ck_assert_mem_eq(value, wanted, sizeof wanted);
}
END_TEST

START_TEST(a_key_longer_than_a_block_is_the_standards_too)
{
    /* RFC 4231, 4.7. */
    static const char data[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    static const uint8_t wanted[MN_KEYED_HASH_BYTES] = {
        0x60, 0xE4, 0x31, 0x59, 0x1E, 0xE0, 0xB6, 0x7F, 0x0D, 0x8A, 0x26,
        0xAA, 0xCB, 0xF5, 0xB7, 0x7F, 0x8E, 0x0B, 0xC6, 0x21, 0x37, 0x28,
        0xC5, 0x14, 0x05, 0x46, 0x04, 0x0F, 0x0E, 0xE3, 0x7F, 0x54};
    uint8_t key[131], value[MN_KEYED_HASH_BYTES];

    memset(key, 0xAA, sizeof key);
    ck_assert_int_eq(mn_keyed_hash(mn_span(key, sizeof key), mn_span(data, strlen(data)), value),
                     MN_OK);
    ck_assert_mem_eq(value, wanted, sizeof wanted);
}
END_TEST

START_TEST(neither_key_nor_data_need_be_there)
{
    /* Of the empty key and the empty message: RFC 2104 applied by hand, and well known. */
    static const uint8_t wanted[MN_KEYED_HASH_BYTES] = {
        0xB6, 0x13, 0x67, 0x9A, 0x08, 0x14, 0xD9, 0xEC, 0x77, 0x2F, 0x95,
        0xD7, 0x78, 0xC3, 0x5F, 0xC5, 0xFF, 0x16, 0x97, 0xC4, 0x93, 0x71,
        0x56, 0x53, 0xC6, 0xC7, 0x12, 0x14, 0x42, 0x92, 0xC5, 0xAD};
    uint8_t value[MN_KEYED_HASH_BYTES];

    ck_assert_int_eq(mn_keyed_hash(mn_span(NULL, 0), mn_span(NULL, 0), value), MN_OK);
    ck_assert_mem_eq(value, wanted, sizeof wanted);
}
END_TEST

START_TEST(another_key_gives_another_value)
{
    uint8_t one[MN_KEYED_HASH_BYTES], other[MN_KEYED_HASH_BYTES], again[MN_KEYED_HASH_BYTES];

    ck_assert_int_eq(mn_keyed_hash(mn_span("k1", 2), mn_span("1234", 4), one), MN_OK);
    ck_assert_int_eq(mn_keyed_hash(mn_span("k2", 2), mn_span("1234", 4), other), MN_OK);
    ck_assert_int_eq(mn_keyed_hash(mn_span("k1", 2), mn_span("1234", 4), again), MN_OK);
    ck_assert_mem_ne(one, other, sizeof one);
    ck_assert_mem_eq(one, again, sizeof one);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/keyed_hash");
    TCase *tcase = tcase_create("keyed_hash");

    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_add_test(tcase, the_value_is_the_standards);
    tcase_add_test(tcase, a_key_longer_than_a_block_is_the_standards_too);
    tcase_add_test(tcase, neither_key_nor_data_need_be_there);
    tcase_add_test(tcase, another_key_gives_another_value);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
