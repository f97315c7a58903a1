#include "crypto/digest.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/library.h"
#include "runner.h"

/* The values of "abc" and of the 448-bit message from the examples for FIPS 180-4, and the
 * DigestInfo prefixes of RFC 8017, 9.2, note 1. */
static const struct vector {
    enum mn_hash hash;
    const char *name;
    size_t len;
    const char *of_abc;
    const char *of_blocks;
    const char *prefix;
} vectors[] = {
    {MN_SHA1, "SHA1", 20, "a9993e364706816aba3e25717850c26c9cd0d89d",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "3021300906052b0e03021a05000414"},
    {MN_SHA224, "SHA224", 28, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
     "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525",
     "302d300d06096086480165030402040500041c"},
    {MN_SHA256, "SHA256", 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
     "3031300d060960864801650304020105000420"},
    {MN_SHA384, "SHA384", 48,
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
     "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
     "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05ab"
     "fe8f450de5f36bc6b0455a8520bc4e6f5fe95b1fe3c8452b",
     "3041300d060960864801650304020205000430"},
    {MN_SHA512, "SHA512", 64,
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
     "96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445",
     "3051300d060960864801650304020305000440"},
};

#define VECTORS (sizeof vectors / sizeof vectors[0])

static const char blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

static void assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
    ck_assert_uint_eq(strlen(hex), 2 * len);
    for (size_t i = 0; i < len; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        ck_assert_uint_eq(bytes[i], strtoul(digits, NULL, 16));
    }
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

START_TEST(a_digest_at_once_is_the_standards)
{
    const struct vector *v = &vectors[_i];
    uint8_t value[MN_HASH_MAX];

    ck_assert_uint_eq(mn_hash_len(v->hash), v->len);
    ck_assert_str_eq(mn_hash_name(v->hash), v->name);
    ck_assert_int_eq(mn_digest_of(v->hash, mn_span("abc", 3), value), MN_OK);
    assert_hex(value, v->len, v->of_abc);
}
END_TEST

START_TEST(a_digest_in_parts_is_the_digest_of_the_whole)
{
    const struct vector *v = &vectors[_i];
    uint8_t value[MN_HASH_MAX];
    uint8_t at_once[MN_HASH_MAX];
    struct mn_digest *d = NULL;

    ck_assert_int_eq(mn_digest_new(v->hash, &d), MN_OK);
    for (size_t i = 0; i < sizeof blocks - 1; i += 7)
        ck_assert_int_eq(mn_digest_add(d, mn_span(blocks + i, 7)), MN_OK);
    ck_assert_int_eq(mn_digest_add(d, mn_span(NULL, 0)), MN_OK);
    ck_assert_int_eq(mn_digest_finish(d, value), MN_OK);
    mn_digest_free(&d);
    ck_assert_ptr_null(d);
    mn_digest_free(&d);
    ck_assert_int_eq(mn_digest_of(v->hash, mn_span(blocks, sizeof blocks - 1), at_once), MN_OK);
    ck_assert_mem_eq(value, at_once, v->len);
    assert_hex(value, v->len, v->of_blocks);
}
END_TEST

START_TEST(the_digest_of_nothing_is_one_too)
{
    uint8_t value[MN_HASH_MAX];
    struct mn_digest *d = NULL;

    ck_assert_int_eq(mn_digest_of(MN_SHA1, mn_span(NULL, 0), value), MN_OK);
    assert_hex(value, 20, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    memset(value, 0, sizeof value);
    ck_assert_int_eq(mn_digest_new(MN_SHA1, &d), MN_OK);
    ck_assert_int_eq(mn_digest_finish(d, value), MN_OK);
    assert_hex(value, 20, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    mn_digest_free(&d);
}
END_TEST

START_TEST(two_digests_do_not_disturb_each_other)
{
    uint8_t value[MN_HASH_MAX];
    struct mn_digest *a = NULL, *b = NULL;

    ck_assert_int_eq(mn_digest_new(MN_SHA256, &a), MN_OK);
    ck_assert_int_eq(mn_digest_new(MN_SHA256, &b), MN_OK);
    ck_assert_int_eq(mn_digest_add(a, mn_span("ab", 2)), MN_OK);
    ck_assert_int_eq(mn_digest_add(b, mn_span("xyz", 3)), MN_OK);
    ck_assert_int_eq(mn_digest_add(a, mn_span("c", 1)), MN_OK);
    mn_digest_free(&b);
    ck_assert_int_eq(mn_digest_finish(a, value), MN_OK);
    assert_hex(value, 32, vectors[2].of_abc);
    mn_digest_free(&a);
}
END_TEST

START_TEST(a_digest_info_is_the_standards_bytes_and_the_value)
{
    const struct vector *v = &vectors[_i];
    size_t prefix_len = strlen(v->prefix) / 2;
    uint8_t value[MN_HASH_MAX], info[MN_DIGEST_INFO_MAX];
    size_t len = 0;

    memset(value, 0xC3, sizeof value);
    mn_digest_info(v->hash, value, info, &len);
    ck_assert_uint_eq(len, prefix_len + v->len);
    assert_hex(info, prefix_len, v->prefix);
    ck_assert_mem_eq(info + prefix_len, value, v->len);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/digest");
    TCase *tcase = tcase_create("digest");

    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_add_loop_test(tcase, a_digest_at_once_is_the_standards, 0, VECTORS);
    tcase_add_loop_test(tcase, a_digest_in_parts_is_the_digest_of_the_whole, 0, VECTORS);
    tcase_add_test(tcase, the_digest_of_nothing_is_one_too);
    tcase_add_test(tcase, two_digests_do_not_disturb_each_other);
    tcase_add_loop_test(tcase, a_digest_info_is_the_standards_bytes_and_the_value, 0, VECTORS);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
