#include "crypto/certificate_parts.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "made.h"
#include "runner.h"

static void make_keys(void)
{
    made_rsa_key();
    made_ec_key();
}

static void free_keys(void)
{
    EVP_PKEY_free(made_rsa_key());
    EVP_PKEY_free(made_ec_key());
}

static bool is_empty(const struct mn_certificate_parts *parts)
{
    static const struct mn_certificate_parts empty;

    return memcmp(parts, &empty, sizeof empty) == 0;
}

/* What OpenSSL would write, which is freed here. */
static void assert_same(struct mn_span part, unsigned char *der, int len)
{
    ck_assert_int_gt(len, 0);
    ck_assert(mn_span_equal(part, mn_span(der, (size_t)len)));
    OPENSSL_free(der);
}

static const struct made_plan plans[] = {
    {.name = "plain"},
    {.serial = {(const uint8_t *)"\xFF\x01", 2}, .name = "\xE5\xB1\xB1\xE7\x94\xB0"},
    {.not_before = "491231235959Z", .not_after = "20500101000000Z"},
    {.usage = "critical,digitalSignature", .alternatives = "email:a@example.jp", .ca = true},
};

START_TEST(the_parts_are_those_that_openssl_finds)
{
    struct made_plan plan = plans[_i % 4];
    struct mn_certificate_parts parts;
    struct mn_bytes der;
    const unsigned char *at;
    unsigned char *part;
    X509 *x;
    int len;

    plan.key = _i < 4 ? made_rsa_key() : made_ec_key();
    der = made_certificate(&plan);
    at = der.ptr;
    x = d2i_X509(NULL, &at, (long)der.len);
    ck_assert(mn_certificate_parts_read(mn_bytes_span(&der), &parts));
    part = NULL;
    len = i2d_X509_NAME(X509_get_subject_name(x), &part);
    assert_same(parts.subject, part, len);
    part = NULL;
    len = i2d_X509_NAME(X509_get_issuer_name(x), &part);
    assert_same(parts.issuer, part, len);
    part = NULL;
    len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &part);
    assert_same(parts.serial, part, len);
    part = NULL;
    len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &part);
    assert_same(parts.public_key_info, part, len);
    part = NULL;
    len = i2d_ASN1_TIME(X509_get0_notBefore(x), &part);
    assert_same(parts.not_before, part, len);
    part = NULL;
    len = i2d_ASN1_TIME(X509_get0_notAfter(x), &part);
    assert_same(parts.not_after, part, len);
    X509_free(x);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(nothing_is_copied)
{
    struct mn_span der = made_elsewhere();
    struct mn_certificate_parts parts;

    ck_assert(mn_certificate_parts_read(der, &parts));
    ck_assert_ptr_eq(parts.serial.ptr, der.ptr + 13);
    ck_assert_ptr_eq(parts.issuer.ptr, der.ptr + 51);
    ck_assert_ptr_eq(parts.subject.ptr, der.ptr + 139);
    ck_assert_ptr_eq(parts.public_key_info.ptr, der.ptr + 195);
    ck_assert(mn_span_equal(parts.key_parameters, mn_span("\x05\x00", 2)));
    ck_assert_ptr_eq(parts.key_bits.ptr + parts.key_bits.len, der.ptr + 195 + 294);
    ck_assert(parts.extensions.ptr > parts.key_bits.ptr);
    ck_assert(parts.extensions.ptr + parts.extensions.len <= der.ptr + der.len);
}
END_TEST

START_TEST(an_extension_is_found_by_its_identifier)
{
    static const uint8_t usage[] = {0x55, 0x1D, 0x0F}, names[] = {0x55, 0x1D, 0x11};
    struct mn_bytes der = made_certificate(
        &(struct made_plan){.key = made_rsa_key(), .usage = "critical,keyCertSign"});
    struct mn_certificate_parts parts;
    struct mn_span value, bits;

    ck_assert(mn_certificate_parts_read(mn_bytes_span(&der), &parts));
    ck_assert(mn_certificate_parts_extension(&parts, mn_span(usage, 3), &value));
    ck_assert(mn_certificate_parts_bits(&value, &bits));
    ck_assert(mn_span_equal(bits, mn_span("\x04", 1)));
    ck_assert(!mn_certificate_parts_extension(&parts, mn_span(names, 3), &value));
    ck_assert_ptr_null(value.ptr);
    mn_bytes_free(&der);
    der = made_certificate(&(struct made_plan){.key = made_rsa_key()});
    ck_assert(mn_certificate_parts_read(mn_bytes_span(&der), &parts));
    ck_assert(!mn_certificate_parts_extension(&parts, mn_span(usage, 3), &value));
    mn_bytes_free(&der);
}
END_TEST

START_TEST(bits_that_are_none_are_refused)
{
    static const struct mn_span bad[] = {
        {NULL, 0},
        {(const uint8_t *)"\x03\x00", 2},
        {(const uint8_t *)"\x03\x02\x08\x80", 4},
        {(const uint8_t *)"\x04\x02\x00\x80", 4},
        {(const uint8_t *)"\x03\x03\x00\x80", 4},
        {(const uint8_t *)"\x03\x02\x07\xC0", 4},
        {(const uint8_t *)"\x03\x02\x01\xFF", 4},
        {(const uint8_t *)"\x03\x01\x01", 3},
    };
    struct mn_span in = bad[_i], bits;

    ck_assert(!mn_certificate_parts_bits(&in, &bits));
}
END_TEST

/* The name's SET, written with a length of two bytes, as BER may and DER must not. */
START_TEST(what_is_no_der_is_refused)
{
    struct mn_span good = made_elsewhere();
    struct mn_certificate_parts parts;
    struct mn_bytes ber = {0};
    unsigned tried = 0;

    ck_assert_int_eq(mn_bytes_set(&ber, good), MN_OK);
    for (size_t i = 0; i + 1 < good.len; i++) {
        if (good.ptr[i] != 0x31 || good.ptr[i + 1] != 0x0B)
            continue;
        ber.ptr[i + 1] = 0x81;
        ck_assert(!mn_certificate_parts_read(mn_bytes_span(&ber), &parts));
        ck_assert(is_empty(&parts));
        ber.ptr[i + 1] = good.ptr[i + 1];
        tried++;
    }
    ck_assert_uint_gt(tried, 1);
    /* Its own length, without an end. */
    ber.ptr[1] = 0x80;
    ck_assert(!mn_certificate_parts_read(mn_bytes_span(&ber), &parts));
    mn_bytes_free(&ber);
}
END_TEST

START_TEST(a_certificate_cut_off_anywhere_is_refused)
{
    struct mn_span der = made_elsewhere();
    struct mn_certificate_parts parts;

    for (size_t len = 0; len < der.len; len++) {
        /* Memory of just this length: reading on is seen by AddressSanitizer. */
        uint8_t *cut = malloc(len + !len);

        memcpy(cut, der.ptr, len);
        memset(&parts, 0x5A, sizeof parts);
        ck_assert(!mn_certificate_parts_read(mn_span(cut, len), &parts));
        ck_assert(is_empty(&parts));
        free(cut);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/certificate_parts");
    TCase *tcase = tcase_create("certificate_parts");

    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, the_parts_are_those_that_openssl_finds, 0, 8);
    tcase_add_test(tcase, nothing_is_copied);
    tcase_add_test(tcase, an_extension_is_found_by_its_identifier);
    tcase_add_loop_test(tcase, bits_that_are_none_are_refused, 0, 8);
    tcase_add_test(tcase, what_is_no_der_is_refused);
    tcase_add_test(tcase, a_certificate_cut_off_anywhere_is_refused);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
