#include "crypto/public_key.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/library.h"
#include "made.h"
#include "runner.h"

#define SIZE 256

static struct mn_bytes rsa_info, ec_info;
static uint8_t value[MN_HASH_MAX];
static const struct mn_pss sha256 = {MN_SHA256, MN_SHA256, 32};

static void make_keys(void)
{
    rsa_info = made_public_key_info(made_rsa_key());
    ec_info = made_public_key_info(made_ec_key());
}

static void free_keys(void)
{
    mn_bytes_free(&rsa_info);
    mn_bytes_free(&ec_info);
    EVP_PKEY_free(made_rsa_key());
    EVP_PKEY_free(made_ec_key());
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    memset(value, 0x5C, sizeof value);
}

/* Signs in by hand, with OpenSSL's private key operation. */
static void sign_pkcs1(struct mn_span content, uint8_t signature[SIZE])
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(made_rsa_key(), NULL);
    size_t len = SIZE;

    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
    ck_assert_int_eq(EVP_PKEY_sign(ctx, signature, &len, content.ptr, content.len), 1);
    ck_assert_uint_eq(len, SIZE);
    EVP_PKEY_CTX_free(ctx);
}

static void sign_pss(const EVP_MD *md, int salt_len, uint8_t signature[SIZE])
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(made_rsa_key(), NULL);
    size_t len = SIZE;

    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_signature_md(ctx, md), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt_len), 1);
    ck_assert_int_eq(EVP_PKEY_sign(ctx, signature, &len, value, (size_t)EVP_MD_get_size(md)), 1);
    EVP_PKEY_CTX_free(ctx);
}

static mn_rc verify_pkcs1(struct mn_span content, struct mn_span signature)
{
    return mn_public_key_verify_pkcs1(mn_bytes_span(&rsa_info), content, signature);
}

static mn_rc verify_pss(enum mn_hash hash, size_t salt_len, const uint8_t signature[SIZE])
{
    struct mn_pss pss = {hash, hash, salt_len};

    return mn_public_key_verify_pss(mn_bytes_span(&rsa_info), &pss,
                                    mn_span(value, mn_hash_len(hash)), mn_span(signature, SIZE));
}

START_TEST(a_pkcs1_signature_fits_its_content_only)
{
    uint8_t info[MN_DIGEST_INFO_MAX], signature[SIZE];
    size_t len;

    mn_digest_info(MN_SHA256, value, info, &len);
    sign_pkcs1(mn_span(info, len), signature);
    ck_assert_int_eq(verify_pkcs1(mn_span(info, len), mn_span(signature, SIZE)), MN_OK);
    ck_assert_int_eq(verify_pkcs1(mn_span(info, len - 1), mn_span(signature, SIZE)),
                     MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(verify_pkcs1(mn_span(info + 19, 32), mn_span(signature, SIZE)),
                     MN_E_BAD_SIGNATURE);
    info[len - 1] ^= 1;
    ck_assert_int_eq(verify_pkcs1(mn_span(info, len), mn_span(signature, SIZE)),
                     MN_E_BAD_SIGNATURE);
}
END_TEST

START_TEST(pkcs1_content_may_be_anything_that_has_room)
{
    uint8_t content[SIZE] = {0}, signature[SIZE];

    for (size_t len = 0; len <= SIZE - 11; len += 49) {
        sign_pkcs1(mn_span(content, len), signature);
        ck_assert_int_eq(verify_pkcs1(mn_span(content, len), mn_span(signature, SIZE)), MN_OK);
        ck_assert_int_eq(verify_pkcs1(mn_span(content, len + 1 - 2 * (len == SIZE - 11)),
                                      mn_span(signature, SIZE)),
                         MN_E_BAD_SIGNATURE);
    }
    sign_pkcs1(mn_span(content, SIZE - 11), signature);
    ck_assert_int_eq(verify_pkcs1(mn_span(content, SIZE - 10), mn_span(signature, SIZE)),
                     MN_E_DATA_LENGTH);
}
END_TEST

START_TEST(no_padding_but_the_right_one_passes)
{
    /* The content is right each time, and one byte before it is not: one of the first two, one of
     * the run of FF, or the zero at its end. */
    static const struct {
        size_t at;
        uint8_t byte;
    } changes[] = {{0, 0x01}, {1, 0x02}, {2, 0x00}, {10, 0x00}, {100, 0xFE}, {SIZE - 8, 0x01}};
    uint8_t block[SIZE], signature[SIZE];
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(made_rsa_key(), NULL);
    struct mn_span content = mn_span("content", 7);

    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    for (size_t i = 0; i <= sizeof changes / sizeof changes[0]; i++) {
        bool right = i == sizeof changes / sizeof changes[0];
        size_t len = SIZE;

        memset(block, 0xFF, SIZE);
        block[0] = 0x00;
        block[1] = 0x01;
        block[SIZE - 8] = 0x00;
        memcpy(block + SIZE - 7, content.ptr, 7);
        if (!right)
            block[changes[i].at] = changes[i].byte;
        ck_assert_int_eq(EVP_PKEY_sign(ctx, signature, &len, block, SIZE), 1);
        ck_assert_int_eq(verify_pkcs1(content, mn_span(signature, SIZE)),
                         right ? MN_OK : MN_E_BAD_SIGNATURE);
    }
    EVP_PKEY_CTX_free(ctx);
}
END_TEST

START_TEST(a_changed_signature_is_bad_and_a_short_one_has_the_wrong_length)
{
    uint8_t signature[SIZE + 1] = {0};
    struct mn_span content = mn_span("content", 7);

    sign_pkcs1(content, signature);
    for (size_t i = 0; i < SIZE; i += 17) {
        signature[i] ^= 0x10;
        ck_assert_int_eq(verify_pkcs1(content, mn_span(signature, SIZE)), MN_E_BAD_SIGNATURE);
        signature[i] ^= 0x10;
    }
    ck_assert_int_eq(verify_pkcs1(content, mn_span(signature, SIZE - 1)), MN_E_SIGNATURE_LENGTH);
    ck_assert_int_eq(verify_pkcs1(content, mn_span(signature, SIZE + 1)), MN_E_SIGNATURE_LENGTH);
    ck_assert_int_eq(verify_pkcs1(content, mn_span(NULL, 0)), MN_E_SIGNATURE_LENGTH);
    memset(signature, 0xFF, SIZE); /* larger than the modulus */
    ck_assert_int_eq(verify_pkcs1(content, mn_span(signature, SIZE)), MN_E_BAD_SIGNATURE);
    memset(signature, 0, SIZE);
    ck_assert_int_eq(verify_pkcs1(content, mn_span(signature, SIZE)), MN_E_BAD_SIGNATURE);
}
END_TEST

START_TEST(a_pss_signature_fits_its_salt_length_only)
{
    uint8_t signature[SIZE];

    sign_pss(EVP_sha256(), 32, signature);
    ck_assert_int_eq(verify_pss(MN_SHA256, 32, signature), MN_OK);
    ck_assert_int_eq(verify_pss(MN_SHA256, 20, signature), MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(verify_pss(MN_SHA256, 0, signature), MN_E_BAD_SIGNATURE);
    sign_pss(EVP_sha256(), 0, signature);
    ck_assert_int_eq(verify_pss(MN_SHA256, 0, signature), MN_OK);
    ck_assert_int_eq(verify_pss(MN_SHA256, 32, signature), MN_E_BAD_SIGNATURE);
}
END_TEST

START_TEST(a_salt_length_that_cannot_be_is_not_taken_for_a_special_one)
{
    uint8_t signature[SIZE];

    sign_pss(EVP_sha256(), 32, signature);
    ck_assert_int_eq(verify_pss(MN_SHA256, SIZE, signature), MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(verify_pss(MN_SHA256, (size_t)INT32_MAX + 1, signature), MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(verify_pss(MN_SHA256, (size_t)RSA_PSS_SALTLEN_AUTO, signature),
                     MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(verify_pss(MN_SHA256, UINT32_MAX - 1, signature), MN_E_BAD_SIGNATURE);
}
END_TEST

START_TEST(every_hash_can_be_used_with_pss)
{
    const EVP_MD *mds[] = {EVP_sha1(), EVP_sha224(), EVP_sha256(), EVP_sha384(), EVP_sha512()};
    uint8_t signature[SIZE];
    size_t salt_len = mn_hash_len((enum mn_hash)_i);

    sign_pss(mds[_i], (int)salt_len, signature);
    ck_assert_int_eq(verify_pss((enum mn_hash)_i, salt_len, signature), MN_OK);
    value[mn_hash_len((enum mn_hash)_i) - 1] ^= 1;
    ck_assert_int_eq(verify_pss((enum mn_hash)_i, salt_len, signature), MN_E_BAD_SIGNATURE);
}
END_TEST

START_TEST(pss_lengths_are_checked)
{
    static const struct mn_pss sha1 = {MN_SHA1, MN_SHA256, 32};
    struct mn_span info = mn_bytes_span(&rsa_info), v = mn_span(value, 32);
    uint8_t signature[SIZE + 1] = {0};

    sign_pss(EVP_sha256(), 32, signature);
    ck_assert_int_eq(
        mn_public_key_verify_pss(info, &sha256, mn_span(value, 31), mn_span(signature, SIZE)),
        MN_E_DATA_LENGTH);
    ck_assert_int_eq(mn_public_key_verify_pss(info, &sha1, v, mn_span(signature, SIZE)),
                     MN_E_DATA_LENGTH);
    ck_assert_int_eq(mn_public_key_verify_pss(info, &sha256, v, mn_span(signature, SIZE - 1)),
                     MN_E_SIGNATURE_LENGTH);
    ck_assert_int_eq(mn_public_key_verify_pss(info, &sha256, v, mn_span(signature, SIZE + 1)),
                     MN_E_SIGNATURE_LENGTH);
    signature[100] ^= 1;
    ck_assert_int_eq(verify_pss(MN_SHA256, 32, signature), MN_E_BAD_SIGNATURE);
}
END_TEST

/* Both ways to verify, with this for a key, fail as they must. */
static void assert_no_key(struct mn_span info, mn_rc rc)
{
    static const uint8_t signature[SIZE];

    ck_assert_int_eq(
        mn_public_key_verify_pkcs1(info, mn_span("content", 7), mn_span(signature, SIZE)), rc);
    ck_assert_int_eq(
        mn_public_key_verify_pss(info, &sha256, mn_span(value, 32), mn_span(signature, SIZE)), rc);
}

START_TEST(what_is_not_an_rsa_key_verifies_nothing)
{
    struct mn_bytes longer = {0};

    assert_no_key(mn_span(NULL, 0), MN_E_CRYPTO);
    assert_no_key(mn_bytes_span(&ec_info), MN_E_KEY_KIND);
    assert_no_key(mn_span(rsa_info.ptr, rsa_info.len - 1), MN_E_CRYPTO);
    ck_assert_int_eq(mn_bytes_set(&longer, mn_bytes_span(&rsa_info)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&longer, mn_span("", 1)), MN_OK);
    assert_no_key(mn_bytes_span(&longer), MN_E_CRYPTO);
    mn_bytes_free(&longer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/public_key");
    TCase *tcase = tcase_create("public_key");

    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_pkcs1_signature_fits_its_content_only);
    tcase_add_test(tcase, pkcs1_content_may_be_anything_that_has_room);
    tcase_add_test(tcase, no_padding_but_the_right_one_passes);
    tcase_add_test(tcase, a_changed_signature_is_bad_and_a_short_one_has_the_wrong_length);
    tcase_add_test(tcase, a_pss_signature_fits_its_salt_length_only);
    tcase_add_test(tcase, a_salt_length_that_cannot_be_is_not_taken_for_a_special_one);
    tcase_add_loop_test(tcase, every_hash_can_be_used_with_pss, MN_SHA1, MN_SHA512 + 1);
    tcase_add_test(tcase, pss_lengths_are_checked);
    tcase_add_test(tcase, what_is_not_an_rsa_key_verifies_nothing);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
