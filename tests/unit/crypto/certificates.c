#include "crypto/certificates.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "crypto/library.h"
#include "made.h"
#include "runner.h"

static struct mn_bytes one, other;

static void make(void)
{
    one = made_certificate(&(struct made_plan){.key = made_ec_key(), .name = "one"});
    other = made_certificate(&(struct made_plan){.key = made_ec_key(), .name = "other"});
}

static void forget(void)
{
    mn_bytes_free(&one);
    mn_bytes_free(&other);
    EVP_PKEY_free(made_ec_key());
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

/* A PKCS#7 with both certificates in DER. */
static struct mn_bytes pkcs7(void)
{
    const struct mn_bytes *both[] = {&one, &other};
    PKCS7 *p7 = PKCS7_new();
    struct mn_bytes made = {0};
    unsigned char *der = NULL;
    int len;

    ck_assert_int_eq(PKCS7_set_type(p7, NID_pkcs7_signed), 1);
    ck_assert_int_eq(PKCS7_content_new(p7, NID_pkcs7_data), 1);
    for (int i = 0; i < 2; i++) {
        const unsigned char *at = both[i]->ptr;
        X509 *x = d2i_X509(NULL, &at, (long)both[i]->len);

        ck_assert_int_eq(PKCS7_add_certificate(p7, x), 1);
        X509_free(x);
    }
    len = i2d_PKCS7(p7, &der);
    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(mn_bytes_set(&made, mn_span(der, (size_t)len)), MN_OK);
    OPENSSL_free(der);
    PKCS7_free(p7);
    return made;
}

static void append_text(struct mn_bytes *to, const char *text)
{
    ck_assert_int_eq(mn_bytes_append(to, mn_span(text, strlen(text))), MN_OK);
}

static void append_pem(struct mn_bytes *to, const char *name, const struct mn_bytes *der)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long len;

    ck_assert_int_gt(PEM_write_bio(bio, name, "", der->ptr, (long)der->len), 0);
    len = BIO_get_mem_data(bio, &text);
    ck_assert_int_eq(mn_bytes_append(to, mn_span(text, (size_t)len)), MN_OK);
    BIO_free(bio);
}

static void assert_both(struct mn_span file)
{
    struct mn_certificates list = {0};

    ck_assert_int_eq(mn_certificates_read(file, &list), MN_OK);
    ck_assert_uint_eq(list.count, 2);
    ck_assert(mn_span_equal(mn_bytes_span(&list.der[0]), mn_bytes_span(&one)));
    ck_assert(mn_span_equal(mn_bytes_span(&list.der[1]), mn_bytes_span(&other)));
    mn_certificates_free(&list);
}

static mn_rc read_and_forget(struct mn_span file)
{
    struct mn_certificates list = {0};
    mn_rc rc = mn_certificates_read(file, &list);

    if (rc != MN_OK)
        ck_assert_uint_eq(list.count, 0);
    mn_certificates_free(&list);
    return rc;
}

START_TEST(a_certificate_in_der_is_added)
{
    struct mn_certificates list = {0};

    ck_assert_int_eq(mn_certificates_read(mn_bytes_span(&one), &list), MN_OK);
    ck_assert_int_eq(mn_certificates_read(mn_bytes_span(&other), &list), MN_OK);
    ck_assert_uint_eq(list.count, 2);
    ck_assert(mn_span_equal(mn_bytes_span(&list.der[1]), mn_bytes_span(&other)));
    mn_certificates_free(&list);
}
END_TEST

START_TEST(pem_is_read_whatever_stands_around_it)
{
    struct mn_bytes text = {0};

    append_text(&text, "0 of these lines matter:\r\n");
    append_pem(&text, "CERTIFICATE", &one);
    append_text(&text, "\nissuer\n");
    append_pem(&text, "EC PARAMETERS", &one);
    append_pem(&text, "X509 CERTIFICATE", &other);
    assert_both(mn_bytes_span(&text));
    mn_bytes_free(&text);
}
END_TEST

START_TEST(pkcs7_is_read_in_der_and_in_pem)
{
    struct mn_bytes der = pkcs7(), text = {0};

    assert_both(mn_bytes_span(&der));
    append_pem(&text, "PKCS7", &der);
    assert_both(mn_bytes_span(&text));
    mn_bytes_free(&text);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(what_has_no_certificate_is_told_apart_from_what_is_damaged)
{
    struct mn_bytes text = {0};
    struct mn_certificates list = {0};
    uint8_t *large = calloc(1, MN_CERTIFICATES_FILE_MAX + 1);

    ck_assert_int_eq(read_and_forget(mn_span(NULL, 0)), MN_E_FORMAT);
    ck_assert_int_eq(read_and_forget(mn_span("hello", 5)), MN_E_FORMAT);
    ck_assert_int_eq(read_and_forget(mn_span("0", 1)), MN_E_FORMAT);
    ck_assert_int_eq(read_and_forget(mn_span(one.ptr, one.len - 1)), MN_E_DAMAGED);
    ck_assert_int_eq(read_and_forget(mn_span(large, MN_CERTIFICATES_FILE_MAX + 1)), MN_E_EXCESSIVE);
    append_pem(&text, "EC PARAMETERS", &one);
    ck_assert_int_eq(read_and_forget(mn_bytes_span(&text)), MN_E_FORMAT);
    append_pem(&text, "CERTIFICATE", &one);
    ck_assert_int_eq(read_and_forget(mn_span(text.ptr, text.len - 20)), MN_E_DAMAGED);
    append_text(&text, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
    ck_assert_int_eq(mn_certificates_add(&list, mn_span("x", 1)), MN_OK);
    ck_assert_int_eq(mn_certificates_read(mn_bytes_span(&text), &list), MN_E_DAMAGED);
    ck_assert_uint_eq(list.count, 1);
    mn_certificates_free(&list);
    mn_bytes_free(&text);
    free(large);
}
END_TEST

START_TEST(more_certificates_than_anybody_needs_are_refused)
{
    struct mn_bytes text = {0};

    for (int i = 0; i < MN_CERTIFICATES_MAX; i++)
        append_pem(&text, "CERTIFICATE", &one);
    ck_assert_int_eq(read_and_forget(mn_bytes_span(&text)), MN_OK);
    append_pem(&text, "CERTIFICATE", &one);
    ck_assert_int_eq(read_and_forget(mn_bytes_span(&text)), MN_E_EXCESSIVE);
    mn_bytes_free(&text);
}
END_TEST

START_TEST(no_cut_and_no_flipped_bit_does_harm)
{
    struct mn_bytes der = pkcs7();

    for (size_t len = 0; len < der.len; len++) {
        uint8_t *cut = malloc(len ? len : 1);

        memcpy(cut, der.ptr, len);
        ck_assert_int_ne(read_and_forget(mn_span(cut, len)), MN_OK);
        free(cut);
    }
    for (size_t i = 0; i < der.len * 8; i++) {
        der.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
        (void)read_and_forget(mn_bytes_span(&der));
        der.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    assert_both(mn_bytes_span(&der));
    mn_bytes_free(&der);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/certificates");
    TCase *tcase = tcase_create("certificates");

    tcase_add_unchecked_fixture(tcase, make, forget);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_certificate_in_der_is_added);
    tcase_add_test(tcase, pem_is_read_whatever_stands_around_it);
    tcase_add_test(tcase, pkcs7_is_read_in_der_and_in_pem);
    tcase_add_test(tcase, what_has_no_certificate_is_told_apart_from_what_is_damaged);
    tcase_add_test(tcase, more_certificates_than_anybody_needs_are_refused);
    tcase_add_test(tcase, no_cut_and_no_flipped_bit_does_harm);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
