#include "crypto/certificate_file.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "made.h"
#include "crypto/library.h"
#include "runner.h"

static struct mn_bytes first, second;

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

static void make_two(void)
{
    first = made_certificate(&(struct made_plan){.key = made_rsa_key(), .name = "first"});
    second = made_certificate(&(struct made_plan){.key = made_ec_key(), .name = "second"});
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static void drop_two(void)
{
    mn_bytes_free(&first);
    mn_bytes_free(&second);
    mn_crypto_close();
}

static X509 *parsed(const struct mn_bytes *der)
{
    const unsigned char *at = der->ptr;

    return d2i_X509(NULL, &at, (long)der->len);
}

/* Takes what was written to the bio. */
static struct mn_bytes taken(BIO *bio)
{
    struct mn_bytes bytes = {0};
    char *text;
    long len = BIO_get_mem_data(bio, &text);

    ck_assert_int_eq(mn_bytes_set(&bytes, mn_span(text, (size_t)len)), MN_OK);
    BIO_free(bio);
    return bytes;
}

static void put_pem(BIO *bio, const struct mn_bytes *der)
{
    X509 *x = parsed(der);

    ck_assert_int_eq(PEM_write_bio_X509(bio, x), 1);
    X509_free(x);
}

/* A PKCS#7 message with both certificates and nothing else, as CAs send it. */
static PKCS7 *message(void)
{
    PKCS7 *p7 = PKCS7_new();
    X509 *a = parsed(&first), *b = parsed(&second);

    PKCS7_set_type(p7, NID_pkcs7_signed);
    PKCS7_content_new(p7, NID_pkcs7_data);
    PKCS7_set_detached(p7, 1);
    ck_assert_int_eq(PKCS7_add_certificate(p7, a), 1);
    ck_assert_int_eq(PKCS7_add_certificate(p7, b), 1);
    X509_free(a);
    X509_free(b);
    return p7;
}

static void assert_gives(struct mn_span file, size_t count)
{
    const struct mn_bytes *const wanted[] = {&first, &second};
    struct mn_certificates list;

    ck_assert_int_eq(mn_certificate_file_read(file, &list), MN_OK);
    ck_assert_uint_eq(list.count, count);
    for (size_t i = 0; i < count; i++)
        ck_assert(mn_span_equal(mn_bytes_span(&list.der[i]), mn_bytes_span(wanted[i])));
    mn_certificates_free(&list);
}

static void assert_refused(mn_rc rc, struct mn_span file)
{
    struct mn_certificates list = {.count = 7};

    ck_assert_int_eq(mn_certificate_file_read(file, &list), rc);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_ptr_null(list.der);
}

START_TEST(one_in_der)
{
    assert_gives(mn_bytes_span(&first), 1);
}
END_TEST

START_TEST(several_in_pem_with_words_between)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct mn_bytes file;

    BIO_puts(bio, "Your certificate:\r\n");
    put_pem(bio, &first);
    BIO_puts(bio, "\nand its CA's:\n-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n");
    put_pem(bio, &second);
    file = taken(bio);
    assert_gives(mn_bytes_span(&file), 2);
    mn_bytes_free(&file);
}
END_TEST

START_TEST(a_message_in_der)
{
    PKCS7 *p7 = message();
    BIO *bio = BIO_new(BIO_s_mem());
    struct mn_bytes file;

    ck_assert_int_eq(i2d_PKCS7_bio(bio, p7), 1);
    file = taken(bio);
    assert_gives(mn_bytes_span(&file), 2);
    mn_bytes_free(&file);
    PKCS7_free(p7);
}
END_TEST

START_TEST(a_message_in_pem)
{
    PKCS7 *p7 = message();
    BIO *bio = BIO_new(BIO_s_mem());
    struct mn_bytes file;

    ck_assert_int_eq(PEM_write_bio_PKCS7(bio, p7), 1);
    file = taken(bio);
    assert_gives(mn_bytes_span(&file), 2);
    mn_bytes_free(&file);
    PKCS7_free(p7);
}
END_TEST

START_TEST(what_has_no_certificate_is_refused)
{
    static const char *const texts[] = {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n",
                                        "-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_refused(MN_E_FORMAT, mn_span(texts[i], strlen(texts[i])));
}
END_TEST

START_TEST(a_certificate_cut_off_is_refused)
{
    static const char text[] = "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n";

    assert_refused(MN_E_FORMAT, mn_span(first.ptr, first.len - 1));
    assert_refused(MN_E_FORMAT, mn_span(first.ptr, 20));
    assert_refused(MN_E_BAD_CERTIFICATE, mn_span(text, strlen(text)));
}
END_TEST

START_TEST(a_bad_one_after_a_good_one_spoils_the_file)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct mn_bytes file;

    put_pem(bio, &first);
    BIO_puts(bio, "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n");
    file = taken(bio);
    assert_refused(MN_E_BAD_CERTIFICATE, mn_bytes_span(&file));
    mn_bytes_free(&file);
}
END_TEST

START_TEST(a_huge_file_is_refused)
{
    static const uint8_t huge[MN_CERTIFICATE_FILE_MAX + 1];

    assert_refused(MN_E_EXCESSIVE, mn_span(huge, sizeof huge));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/certificate_file");
    TCase *tcase = tcase_create("certificate_file");

    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_add_checked_fixture(tcase, make_two, drop_two);
    tcase_add_test(tcase, one_in_der);
    tcase_add_test(tcase, several_in_pem_with_words_between);
    tcase_add_test(tcase, a_message_in_der);
    tcase_add_test(tcase, a_message_in_pem);
    tcase_add_test(tcase, what_has_no_certificate_is_refused);
    tcase_add_test(tcase, a_certificate_cut_off_is_refused);
    tcase_add_test(tcase, a_bad_one_after_a_good_one_spoils_the_file);
    tcase_add_test(tcase, a_huge_file_is_refused);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
