#include "crypto/ec_public_key.h"

#include <openssl/evp.h>

#include "crypto/certificate.h"
#include "crypto/library.h"
#include "made.h"
#include "runner.h"

static struct mn_certificate ec;
static struct mn_bytes out;

static void read_made(EVP_PKEY *key, struct mn_certificate *to)
{
    struct mn_bytes der = made_certificate(&(struct made_plan){.key = key, .name = "Somebody"});

    ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&der), to), MN_OK);
    mn_bytes_free(&der);
}

static void make_keys(void)
{
    made_ec_key();
}

static void free_keys(void)
{
    EVP_PKEY_free(made_ec_key());
}

/* A certificate's fields have the form in which tokens tell them. */
static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    read_made(made_ec_key(), &ec);
}

static void close_library(void)
{
    mn_certificate_release(&ec);
    mn_bytes_free(&out);
    mn_crypto_close();
}

static void is_info_of(const struct mn_certificate *certificate)
{
    ck_assert(mn_span_equal(mn_bytes_span(&out), mn_bytes_span(&certificate->public_key_info)));
    mn_bytes_free(&out);
}

static mn_rc make_ec(struct mn_span params, struct mn_span point)
{
    return mn_ec_public_key_make(params, point, &out);
}

START_TEST(an_ec_key_is_what_certificates_have)
{
    struct mn_span params = mn_bytes_span(&ec.ec_params), point = mn_bytes_span(&ec.ec_point);

    ck_assert_int_eq(make_ec(params, point), MN_OK);
    is_info_of(&ec);
}
END_TEST

START_TEST(a_bare_point_is_taken_too)
{
    struct mn_span params = mn_bytes_span(&ec.ec_params);
    struct mn_span point = mn_span(ec.ec_point.ptr + 2, ec.ec_point.len - 2);

    ck_assert_uint_eq(point.len, 65);
    ck_assert_int_eq(make_ec(params, point), MN_OK);
    is_info_of(&ec);
}
END_TEST

START_TEST(a_point_off_the_curve_is_refused)
{
    struct mn_span params = mn_bytes_span(&ec.ec_params);

    ec.ec_point.ptr[ec.ec_point.len - 1] ^= 1;
    ck_assert_int_eq(make_ec(params, mn_bytes_span(&ec.ec_point)), MN_E_FORMAT);
    ck_assert_int_eq(make_ec(params, mn_span(ec.ec_point.ptr, 20)), MN_E_FORMAT);
    ck_assert_int_eq(make_ec(params, mn_span(NULL, 0)), MN_E_FORMAT);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(another_curve_is_another_kind)
{
    static const uint8_t brainpool[] = {0x06, 0x09, 0x2B, 0x24, 0x03, 0x03,
                                        0x02, 0x08, 0x01, 0x01, 0x07};
    static const uint8_t nothing[] = {0x06, 0x03, 0x2A, 0x03};

    ck_assert_int_eq(make_ec(mn_span(brainpool, sizeof brainpool), mn_bytes_span(&ec.ec_point)),
                     MN_E_FORMAT); /* the point is not on it */
    ck_assert_int_eq(make_ec(mn_span(nothing, sizeof nothing), mn_bytes_span(&ec.ec_point)),
                     MN_E_KEY_KIND);
    ck_assert_int_eq(make_ec(mn_span(NULL, 0), mn_bytes_span(&ec.ec_point)), MN_E_KEY_KIND);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/ec_public_key");
    TCase *tcase = tcase_create("ec_public_key");

    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_add_checked_fixture(tcase, open_library, close_library);
    tcase_add_test(tcase, an_ec_key_is_what_certificates_have);
    tcase_add_test(tcase, a_bare_point_is_taken_too);
    tcase_add_test(tcase, a_point_off_the_curve_is_refused);
    tcase_add_test(tcase, another_curve_is_another_kind);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
