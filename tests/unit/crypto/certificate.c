#include "crypto/certificate.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "crypto/digest.h"
#include "crypto/library.h"
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

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static struct mn_certificate read_good(struct mn_span der)
{
    struct mn_certificate c;

    ck_assert_int_eq(mn_certificate_read(der, &c), MN_OK);
    return c;
}

static struct mn_certificate read_made(struct made_plan plan)
{
    struct mn_bytes der;
    struct mn_certificate c;

    if (!plan.key)
        plan.key = made_rsa_key();
    der = made_certificate(&plan);
    c = read_good(mn_bytes_span(&der));
    mn_bytes_free(&der);
    return c;
}

static bool is_empty(const struct mn_certificate *c)
{
    static const struct mn_certificate empty;

    return memcmp(c, &empty, sizeof empty) == 0;
}

static void assert_part(const struct mn_bytes *part, struct mn_span whole, size_t from, size_t len)
{
    ck_assert(mn_span_equal(mn_bytes_span(part), mn_span(whole.ptr + from, len)));
}

START_TEST(the_fields_are_what_another_program_says)
{
    /* By openssl x509 and openssl asn1parse. */
    static const uint8_t sha1[20] = {0xA1, 0x58, 0x8F, 0x85, 0xFA, 0x0C, 0xDF, 0x92, 0xCB, 0x64,
                                     0xC5, 0x9B, 0x6A, 0x8F, 0xFC, 0xBB, 0x0A, 0x20, 0x64, 0x8A};
    static const uint8_t key_sha1[20] = {0x26, 0xCB, 0x50, 0xB2, 0x7E, 0x9E, 0xE2,
                                         0x34, 0x7E, 0x49, 0x46, 0x83, 0x04, 0x8F,
                                         0xC9, 0x36, 0x08, 0xF0, 0x0A, 0x73};
    static const uint8_t modulus_start[4] = {0xBD, 0xF7, 0x81, 0xEC};
    struct mn_span der = made_elsewhere();
    struct mn_certificate c = read_good(der);

    assert_part(&c.serial, der, 13, 23);
    assert_part(&c.issuer, der, 51, 56);
    assert_part(&c.subject, der, 139, 56);
    assert_part(&c.public_key_info, der, 195, 294);
    ck_assert_uint_eq(c.modulus.len, 256);
    ck_assert_mem_eq(c.modulus.ptr, modulus_start, sizeof modulus_start);
    ck_assert(mn_span_equal(mn_bytes_span(&c.exponent), mn_span("\x01\x00\x01", 3)));
    ck_assert_uint_eq(c.bits, 2048);
    ck_assert_mem_eq(c.not_before, "20261122", 8);
    ck_assert_mem_eq(c.not_after, "20361119", 8);
    ck_assert_int_eq(c.not_before_time, 1795313706);
    ck_assert_int_eq(c.not_after_time, 2110673706);
    ck_assert_mem_eq(c.sha1, sha1, 20);
    ck_assert_mem_eq(c.subject_key_sha1, key_sha1, 20);
    ck_assert(c.has_issuer_key_sha1);
    ck_assert_mem_eq(c.issuer_key_sha1, key_sha1, 20);
    mn_certificate_release(&c);
    ck_assert(is_empty(&c));
    mn_certificate_release(&c);
}
END_TEST

START_TEST(a_long_serial_keeps_its_leading_zero)
{
    static const uint8_t serial[20] = {0xFF, 0x01, 0x80, [19] = 0x07};
    struct mn_certificate c = read_made((struct made_plan){.serial = mn_span(serial, 20)});

    ck_assert_uint_eq(c.serial.len, 23);
    ck_assert_mem_eq(c.serial.ptr, "\x02\x15\x00", 3);
    ck_assert_mem_eq(c.serial.ptr + 3, serial, 20);
    mn_certificate_release(&c);
}
END_TEST

START_TEST(a_short_serial_is_an_integer_too)
{
    struct mn_certificate c = read_made((struct made_plan){.serial = mn_span("\x2A", 1)});

    ck_assert(mn_span_equal(mn_bytes_span(&c.serial), mn_span("\x02\x01\x2A", 3)));
    mn_certificate_release(&c);
}
END_TEST

START_TEST(a_name_is_the_der_that_is_in_the_certificate)
{
    static const char name[] = "\xE5\xB1\xB1\xE7\x94\xB0 \xE8\x8A\xB1\xE5\xAD\x90";
    static const uint8_t wanted[] = {0x30, 0x18, 0x31, 0x16, 0x30, 0x14, 0x06, 0x03, 0x55,
                                     0x04, 0x03, 0x0C, 0x0D, 0xE5, 0xB1, 0xB1, 0xE7, 0x94,
                                     0xB0, 0x20, 0xE8, 0x8A, 0xB1, 0xE5, 0xAD, 0x90};
    struct mn_certificate c = read_made((struct made_plan){.name = name});

    ck_assert(mn_span_equal(mn_bytes_span(&c.subject), mn_span(wanted, sizeof wanted)));
    ck_assert(mn_span_equal(mn_bytes_span(&c.issuer), mn_span(wanted, sizeof wanted)));
    mn_certificate_release(&c);
}
END_TEST

START_TEST(dates_of_both_forms_are_days_in_utc)
{
    struct mn_certificate c;

    setenv("TZ", "JST-9", 1);
    c = read_made(
        (struct made_plan){.not_before = "491231235959Z", .not_after = "20500101000000Z"});
    ck_assert_mem_eq(c.not_before, "20491231", 8);
    ck_assert_mem_eq(c.not_after, "20500101", 8);
    ck_assert_int_eq(c.not_before_time, 2524607999);
    ck_assert_int_eq(c.not_after_time, 2524608000);
    mn_certificate_release(&c);
    c = read_made(
        (struct made_plan){.not_before = "500101000000Z", .not_after = "99991231235959Z"});
    ck_assert_mem_eq(c.not_before, "19500101", 8);
    ck_assert_int_eq(c.not_before_time, -631152000);
    ck_assert_mem_eq(c.not_after, "99991231", 8);
    ck_assert_int_eq(c.not_after_time, 253402300799);
    mn_certificate_release(&c);
}
END_TEST

START_TEST(the_key_is_shown_as_it_is)
{
    struct mn_certificate c = read_made((struct made_plan){0});
    struct mn_bytes info = made_public_key_info(made_rsa_key());
    unsigned char *bits = NULL;
    int len = i2d_PublicKey(made_rsa_key(), &bits);
    uint8_t sha1[20];

    ck_assert(mn_span_equal(mn_bytes_span(&c.public_key_info), mn_bytes_span(&info)));
    ck_assert_int_eq(mn_digest_of(MN_SHA1, mn_span(bits, (size_t)len), sha1), MN_OK);
    ck_assert_mem_eq(c.subject_key_sha1, sha1, 20);
    /* RSAPublicKey: SEQUENCE, INTEGER with a leading zero, INTEGER 65537 (RFC 8017, A.1.1). */
    ck_assert_int_eq(len, 270);
    ck_assert(mn_span_equal(mn_bytes_span(&c.modulus), mn_span(bits + 9, 256)));
    ck_assert(mn_span_equal(mn_bytes_span(&c.exponent), mn_span(bits + 267, 3)));
    OPENSSL_free(bits);
    mn_bytes_free(&info);
    mn_certificate_release(&c);
}
END_TEST

START_TEST(an_ec_key_has_no_modulus)
{
    struct mn_certificate c = read_made((struct made_plan){.key = made_ec_key()});
    struct mn_bytes info = made_public_key_info(made_ec_key());

    ck_assert_uint_eq(c.modulus.len, 0);
    ck_assert_uint_eq(c.exponent.len, 0);
    ck_assert_uint_eq(c.bits, 256);
    ck_assert(mn_span_equal(mn_bytes_span(&c.public_key_info), mn_bytes_span(&info)));
    mn_bytes_free(&info);
    mn_certificate_release(&c);
}
END_TEST

START_TEST(a_key_of_an_unknown_kind_does_not_hide_the_certificate)
{
    struct made_plan plan = {.key = made_rsa_key()};
    struct mn_bytes der = made_certificate(&plan);
    static const uint8_t rsa[] = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
    uint8_t *algorithm = memmem(der.ptr, der.len, rsa, sizeof rsa);
    struct mn_certificate c;

    ck_assert_ptr_nonnull(algorithm);
    algorithm[sizeof rsa - 1] = 0x7F;
    c = read_good(mn_bytes_span(&der));
    ck_assert_uint_eq(c.modulus.len, 0);
    ck_assert_uint_eq(c.bits, 0);
    ck_assert_uint_gt(c.subject.len, 0);
    ck_assert_uint_gt(c.public_key_info.len, 0);
    mn_certificate_release(&c);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(an_authority_key_identifier_counts_when_it_has_the_length_of_a_sha1)
{
    static const uint8_t identifier[32] = {1, 2, 3};
    struct mn_certificate c;

    c = read_made((struct made_plan){.authority = mn_span(identifier, 20)});
    ck_assert(c.has_issuer_key_sha1);
    ck_assert_mem_eq(c.issuer_key_sha1, identifier, 20);
    mn_certificate_release(&c);
    c = read_made((struct made_plan){.authority = mn_span(identifier, 8)});
    ck_assert(!c.has_issuer_key_sha1);
    mn_certificate_release(&c);
    c = read_made((struct made_plan){.authority = mn_span(identifier, 32)});
    ck_assert(!c.has_issuer_key_sha1);
    mn_certificate_release(&c);
    c = read_made((struct made_plan){0});
    ck_assert(!c.has_issuer_key_sha1);
    mn_certificate_release(&c);
}
END_TEST

START_TEST(a_certificate_with_something_behind_it_is_refused)
{
    struct mn_certificate c;
    struct mn_bytes der = {0};

    for (int last = 0; last <= 0xFF; last += 0x33) {
        const uint8_t byte = (uint8_t)last;

        ck_assert_int_eq(mn_bytes_set(&der, made_elsewhere()), MN_OK);
        ck_assert_int_eq(mn_bytes_append(&der, mn_span(&byte, 1)), MN_OK);
        memset(&c, 0x5A, sizeof c);
        ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&der), &c), MN_E_BAD_CERTIFICATE);
        ck_assert(is_empty(&c));
    }
    mn_bytes_free(&der);
}
END_TEST

START_TEST(a_certificate_cut_off_anywhere_is_refused)
{
    struct mn_span der = made_elsewhere();
    struct mn_certificate c;

    ck_assert_int_eq(mn_certificate_read(mn_span(NULL, 0), &c), MN_E_BAD_CERTIFICATE);
    for (size_t len = 1; len < der.len; len++) {
        /* Memory of just this length: reading on is seen by AddressSanitizer. */
        uint8_t *cut = malloc(len);

        memcpy(cut, der.ptr, len);
        memset(&c, 0x5A, sizeof c);
        ck_assert_int_eq(mn_certificate_read(mn_span(cut, len), &c), MN_E_BAD_CERTIFICATE);
        ck_assert(is_empty(&c));
        free(cut);
    }
}
END_TEST

START_TEST(a_certificate_with_any_byte_changed_is_read_or_refused)
{
    struct mn_span der = made_elsewhere();
    struct mn_bytes changed = {0};
    int refused = 0;

    ck_assert_int_eq(mn_bytes_set(&changed, der), MN_OK);
    for (size_t i = 0; i < der.len; i++) {
        struct mn_certificate c;
        mn_rc rc;

        changed.ptr[i] ^= (uint8_t)(1u << (i % 8));
        rc = mn_certificate_read(mn_bytes_span(&changed), &c);
        ck_assert_msg(rc == MN_OK || (rc == MN_E_BAD_CERTIFICATE && is_empty(&c)), "%zu: %s", i,
                      mn_rc_name(rc));
        refused += rc != MN_OK;
        mn_certificate_release(&c);
        changed.ptr[i] = der.ptr[i];
    }
    ck_assert_int_gt(refused, 30);
    ck_assert_int_lt(refused, (int)der.len);
    mn_bytes_free(&changed);
}
END_TEST

START_TEST(an_ec_key_is_shown_as_pkcs11_wants_it)
{
    static const uint8_t p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
    struct mn_bytes der = made_certificate(&(struct made_plan){.key = made_ec_key()});
    struct mn_certificate c;

    ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&der), &c), MN_OK);
    ck_assert_int_eq(c.key_kind, MN_KEY_EC);
    ck_assert_uint_eq(c.bits, 256);
    ck_assert(mn_span_equal(mn_bytes_span(&c.ec_params), mn_span(p256, sizeof p256)));
    ck_assert_uint_eq(c.ec_point.len, 67);
    ck_assert_mem_eq(c.ec_point.ptr, "\x04\x41\x04", 3);
    ck_assert_ptr_nonnull(
        memmem(c.public_key_info.ptr, c.public_key_info.len, c.ec_point.ptr + 2, 65));
    ck_assert_uint_eq(c.modulus.len + c.exponent.len, 0);
    mn_certificate_release(&c);
    ck_assert_ptr_null(c.ec_point.ptr);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(key_usage_is_read)
{
    static const struct {
        const char *usage;
        uint32_t bits;
    } rows[] = {
        {NULL, MN_USAGE_ANY},
        {"critical,digitalSignature,nonRepudiation",
         MN_USAGE_DIGITAL_SIGNATURE | MN_USAGE_NON_REPUDIATION},
        {"keyEncipherment,dataEncipherment,keyAgreement",
         MN_USAGE_KEY_ENCIPHERMENT | MN_USAGE_DATA_ENCIPHERMENT | MN_USAGE_KEY_AGREEMENT},
        {"keyCertSign", MN_USAGE_CERTIFICATE_SIGN},
    };
    struct mn_bytes der =
        made_certificate(&(struct made_plan){.key = made_rsa_key(), .usage = rows[_i].usage});
    struct mn_certificate c;

    ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&der), &c), MN_OK);
    ck_assert_int_eq(c.key_kind, MN_KEY_RSA);
    ck_assert_uint_eq(c.key_usage, rows[_i].bits);
    ck_assert_uint_eq(c.ec_params.len + c.ec_point.len, 0);
    mn_certificate_release(&c);
    mn_bytes_free(&der);
}
END_TEST

/* What a plan makes, with these bytes in the place of those. */
static struct mn_certificate read_changed(struct made_plan plan, struct mn_span old,
                                          struct mn_span new)
{
    struct mn_bytes der;
    struct mn_certificate c;
    uint8_t *place;

    plan.key = made_ec_key();
    der = made_certificate(&plan);
    place = memmem(der.ptr, der.len, old.ptr, old.len);
    ck_assert_ptr_nonnull(place);
    memcpy(place, new.ptr, new.len);
    c = read_good(mn_bytes_span(&der));
    mn_bytes_free(&der);
    return c;
}

START_TEST(key_usage_that_can_be_read_in_two_ways_allows_nothing)
{
    static const struct {
        struct mn_span old, new;
    } rows[] = {
        /* bits that do not count are set */
        {{(const uint8_t *)"\x03\x02\x07\x80", 4}, {(const uint8_t *)"\x03\x02\x07\xC4", 4}},
        /* something is behind it */
        {{(const uint8_t *)"\x03\x02\x07\x80", 4}, {(const uint8_t *)"\x03\x01\x00\x80", 4}},
        /* there are two: the other names have become one */
        {{(const uint8_t *)"\x55\x1D\x11", 3}, {(const uint8_t *)"\x55\x1D\x0F", 3}},
    };
    struct made_plan plan = {.usage = "digitalSignature", .alternatives = "email:a@example.jp"};
    struct mn_certificate c = read_changed(plan, rows[_i].old, rows[_i].new);

    ck_assert_uint_eq(c.key_usage, 0);
    mn_certificate_release(&c);
}
END_TEST

START_TEST(of_two_authority_key_identifiers_none_counts)
{
    struct made_plan plan = {.authority = {(const uint8_t *)"0123456789abcdefghij", 20},
                             .alternatives = "email:a@example.jp"};
    struct mn_certificate c =
        read_changed(plan, mn_span("\x55\x1D\x11", 3), mn_span("\x55\x1D\x23", 3));

    ck_assert(!c.has_issuer_key_sha1);
    mn_certificate_release(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/certificate");
    TCase *tcase = tcase_create("certificate");

    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, the_fields_are_what_another_program_says);
    tcase_add_test(tcase, a_long_serial_keeps_its_leading_zero);
    tcase_add_test(tcase, a_short_serial_is_an_integer_too);
    tcase_add_test(tcase, a_name_is_the_der_that_is_in_the_certificate);
    tcase_add_test(tcase, dates_of_both_forms_are_days_in_utc);
    tcase_add_test(tcase, the_key_is_shown_as_it_is);
    tcase_add_test(tcase, an_ec_key_has_no_modulus);
    tcase_add_test(tcase, a_key_of_an_unknown_kind_does_not_hide_the_certificate);
    tcase_add_test(tcase, an_authority_key_identifier_counts_when_it_has_the_length_of_a_sha1);
    tcase_add_test(tcase, a_certificate_with_something_behind_it_is_refused);
    tcase_add_test(tcase, a_certificate_cut_off_anywhere_is_refused);
    tcase_add_test(tcase, a_certificate_with_any_byte_changed_is_read_or_refused);
    tcase_add_test(tcase, an_ec_key_is_shown_as_pkcs11_wants_it);
    tcase_add_loop_test(tcase, key_usage_is_read, 0, 4);
    tcase_add_loop_test(tcase, key_usage_that_can_be_read_in_two_ways_allows_nothing, 0, 3);
    tcase_add_test(tcase, of_two_authority_key_identifiers_none_counts);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
