#include "crypto/rsa_public_key.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "crypto/digest.h"
#include "crypto/library.h"
#include "made.h"
#include "runner.h"

#define SIZE 256

static struct mn_bytes info;
static uint8_t modulus[SIZE];
static const uint8_t exponent[] = {0x01, 0x00, 0x01};
static const struct mn_span parts[] = {
    {(const uint8_t *)"name", 4}, {(const uint8_t *)"address", 7}, {(const uint8_t *)"photo", 5}};

static void make_key(void)
{
    BIGNUM *n = NULL;
    info = made_public_key_info(made_rsa_key());
    ck_assert_int_eq(EVP_PKEY_get_bn_param(made_rsa_key(), OSSL_PKEY_PARAM_RSA_N, &n), 1);
    ck_assert_int_eq(BN_bn2binpad(n, modulus, SIZE), SIZE);
    BN_free(n);
}

static void free_key(void)
{
    mn_bytes_free(&info);
    EVP_PKEY_free(made_rsa_key());
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static void sign(struct mn_span content, uint8_t signature[SIZE])
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(made_rsa_key(), NULL);
    size_t len = SIZE;
    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
    ck_assert_int_eq(EVP_PKEY_sign(ctx, signature, &len, content.ptr, content.len), 1);
    EVP_PKEY_CTX_free(ctx);
}

/* As the card's issuer does it: so many hash values in one DigestInfo. */
static void sign_parts(size_t count, uint8_t signature[SIZE])
{
    uint8_t content[115] = {0x30,
                            (uint8_t)(17 + 32 * count),
                            0x30,
                            0x0D,
                            0x06,
                            0x09,
                            0x60,
                            0x86,
                            0x48,
                            0x01,
                            0x65,
                            0x03,
                            0x04,
                            0x02,
                            0x01,
                            0x05,
                            0x00,
                            0x04,
                            (uint8_t)(32 * count)};
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(mn_digest_of(MN_SHA256, parts[i], content + 19 + 32 * i), MN_OK);
    sign(mn_span(content, 19 + 32 * count), signature);
}

static mn_rc verify(size_t count, const uint8_t signature[SIZE])
{
    return mn_rsa_public_key_verify(mn_bytes_span(&info), parts, count, mn_span(signature, SIZE));
}

START_TEST(two_numbers_make_a_key)
{
    struct mn_bytes made = {0};
    ck_assert_int_eq(mn_rsa_public_key_make(mn_span(modulus, SIZE), mn_span(exponent, 3), &made),
                     MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&made), mn_bytes_span(&info)));
    mn_bytes_free(&made);
}
END_TEST

START_TEST(numbers_that_make_no_usable_key_are_refused)
{
    static const uint8_t one[] = {0x01}, even[] = {0x02}, longer[] = {1, 2, 3, 4, 5};
    static uint8_t huge[1024];
    uint8_t even_modulus[SIZE];
    struct mn_bytes made = {0};
    struct mn_span n = mn_span(modulus, SIZE), e = mn_span(exponent, 3);
    memcpy(even_modulus, modulus, SIZE);
    even_modulus[SIZE - 1] &= 0xFE;
    memset(huge, 0xFF, sizeof huge);
    ck_assert_int_eq(mn_rsa_public_key_make(n, mn_span(one, 1), &made), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_rsa_public_key_make(n, mn_span(even, 1), &made), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_rsa_public_key_make(n, mn_span(longer, 5), &made), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_rsa_public_key_make(n, mn_span(NULL, 0), &made), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_rsa_public_key_make(mn_span(NULL, 0), e, &made), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_rsa_public_key_make(mn_span(even_modulus, SIZE), e, &made), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_rsa_public_key_make(mn_span(modulus + 128, 128), e, &made), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_rsa_public_key_make(mn_span(huge, sizeof huge), e, &made), MN_E_KEY_KIND);
    ck_assert_ptr_null(made.ptr);
}
END_TEST

START_TEST(a_key_file_may_be_pem_or_der)
{
    struct mn_bytes made = {0};
    char *pem = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    ck_assert_int_eq(PEM_write_bio_PUBKEY(bio, made_rsa_key()), 1);
    long len = BIO_get_mem_data(bio, &pem);
    ck_assert_int_eq(mn_rsa_public_key_read(mn_span(pem, (size_t)len), &made), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&made), mn_bytes_span(&info)));
    mn_bytes_free(&made);
    ck_assert_int_eq(mn_rsa_public_key_read(mn_bytes_span(&info), &made), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&made), mn_bytes_span(&info)));
    mn_bytes_free(&made);
    BIO_free(bio);
}
END_TEST

START_TEST(what_is_no_key_file_is_refused)
{
    struct mn_bytes made = {0};
    struct mn_bytes curve = made_public_key_info(made_ec_key());
    ck_assert_int_eq(mn_rsa_public_key_read(mn_span("hello\n", 6), &made), MN_E_FORMAT);
    ck_assert_int_eq(mn_rsa_public_key_read(mn_span(NULL, 0), &made), MN_E_FORMAT);
    ck_assert_int_eq(mn_rsa_public_key_read(mn_bytes_span(&curve), &made), MN_E_KEY_KIND);
    ck_assert_ptr_null(made.ptr);
    mn_bytes_free(&curve);
    EVP_PKEY_free(made_ec_key());
}
END_TEST

START_TEST(a_signature_fits_one_part_or_several)
{
    uint8_t signature[SIZE];
    for (size_t count = 1; count <= 3; count++) {
        sign_parts(count, signature);
        ck_assert_int_eq(verify(count, signature), MN_OK);
        ck_assert_int_eq(verify(count % 3 + 1, signature), MN_E_BAD_SIGNATURE);
        signature[100] ^= 1;
        ck_assert_int_eq(verify(count, signature), MN_E_BAD_SIGNATURE);
    }
}
END_TEST

START_TEST(other_parts_or_another_order_do_not_fit)
{
    const struct mn_span turned[] = {parts[1], parts[0], parts[2]};
    uint8_t signature[SIZE];
    sign_parts(3, signature);
    ck_assert_int_eq(
        mn_rsa_public_key_verify(mn_bytes_span(&info), turned, 3, mn_span(signature, SIZE)),
        MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(
        mn_rsa_public_key_verify(mn_bytes_span(&info), parts, 3, mn_span(signature, SIZE - 1)),
        MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(verify(0, signature), MN_E_ARGUMENT);
    ck_assert_int_eq(verify(4, signature), MN_E_ARGUMENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rsa public key");
    TCase *all = tcase_create("all");
    tcase_add_unchecked_fixture(all, make_key, free_key);
    tcase_add_checked_fixture(all, open_library, mn_crypto_close);
    tcase_add_test(all, two_numbers_make_a_key);
    tcase_add_test(all, numbers_that_make_no_usable_key_are_refused);
    tcase_add_test(all, a_key_file_may_be_pem_or_der);
    tcase_add_test(all, what_is_no_key_file_is_refused);
    tcase_add_test(all, a_signature_fits_one_part_or_several);
    tcase_add_test(all, other_parts_or_another_order_do_not_fit);
    suite_add_tcase(suite, all);
    return mn_test_run(suite);
}
