/* meson.build names fewer than people get, for AddressSanitizer. */
#ifdef MN_PKCS12_ITERATIONS
#define ITERATIONS_AT_LEAST MN_PKCS12_ITERATIONS
#else
#define ITERATIONS_AT_LEAST 600000
#endif
#include "crypto/pkcs12.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "crypto/library.h"
#include "crypto/public_key.h"
#include "made.h"
#include "runner.h"

/* What a file is to be like; the rest is what OpenSSL's command would do. */
struct plan {
    EVP_PKEY *key;             /* NULL: none */
    EVP_PKEY *certificate_key; /* NULL: no certificate */
    const char *passphrase;
    int key_nid, certificate_nid;   /* -1: not encrypted */
    int iterations, mac_iterations; /* the latter -1: no MAC */
    int extra;                      /* further certificates */
};

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

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

static struct mn_bytes certificate_of(EVP_PKEY *key, const char *name)
{
    return made_certificate(&(struct made_plan){.key = key, .name = name});
}

static X509 *x509_of(EVP_PKEY *key, const char *name)
{
    struct mn_bytes der = certificate_of(key, name);
    const unsigned char *at = der.ptr;
    X509 *x = d2i_X509(NULL, &at, (long)der.len);

    ck_assert_ptr_nonnull(x);
    mn_bytes_free(&der);
    return x;
}

static struct mn_bytes encode(PKCS12 *p12)
{
    unsigned char *der = NULL;
    int len = i2d_PKCS12(p12, &der);
    struct mn_bytes file = {0};

    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(mn_bytes_set(&file, mn_span(der, (size_t)len)), MN_OK);
    OPENSSL_free(der);
    PKCS12_free(p12);
    return file;
}

static void add_part(STACK_OF(PKCS7) * *parts, STACK_OF(PKCS12_SAFEBAG) * bags, int nid,
                     const struct plan *plan)
{
    if (bags)
        ck_assert_int_eq(PKCS12_add_safe(parts, bags, nid, plan->iterations, plan->passphrase), 1);
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

static void add_certificate(STACK_OF(PKCS12_SAFEBAG) * *bags, EVP_PKEY *key, const char *name)
{
    X509 *x = x509_of(key, name);

    ck_assert_ptr_nonnull(PKCS12_add_cert(bags, x));
    X509_free(x);
}

/* A file made by OpenSSL alone. */
static struct mn_bytes made_file(const struct plan *plan)
{
    STACK_OF(PKCS7) *parts = NULL;
    STACK_OF(PKCS12_SAFEBAG) *keys = NULL, *certificates = NULL;
    PKCS12 *p12;

    if (plan->key)
        ck_assert_ptr_nonnull(
            PKCS12_add_key(&keys, plan->key, 0, plan->iterations, plan->key_nid, plan->passphrase));
    if (plan->certificate_key)
        add_certificate(&certificates, plan->certificate_key, "own");
    for (int i = 0; i < plan->extra; i++)
        add_certificate(&certificates, made_ec_key(), i == 0 ? "extra 0" : "extra 1");
    add_part(&parts, keys, -1, plan);
    add_part(&parts, certificates, plan->certificate_nid, plan);
    p12 = PKCS12_add_safes(parts, 0);
    ck_assert_ptr_nonnull(p12);
    sk_PKCS7_pop_free(parts, PKCS7_free);
    if (plan->mac_iterations != -1)
        ck_assert_int_eq(
            PKCS12_set_mac(p12, plan->passphrase, -1, NULL, 0, plan->mac_iterations, EVP_sha256()),
            1);
    return encode(p12);
}

static PKCS12 *decode(struct mn_bytes *file)
{
    const unsigned char *at = file->ptr;
    PKCS12 *p12 = d2i_PKCS12(NULL, &at, (long)file->len);

    ck_assert_ptr_nonnull(p12);
    mn_bytes_free(file);
    return p12;
}

static struct mn_span text(const char *s)
{
    return mn_span(s, strlen(s));
}

static mn_rc read_and_forget(struct mn_span file, const char *passphrase)
{
    struct mn_pkcs12 p = {0};
    mn_rc rc = mn_pkcs12_read(file, text(passphrase), &p);

    if (rc != MN_OK) {
        ck_assert_ptr_null(p.key);
        ck_assert_uint_eq(p.certificate.len, 0);
        ck_assert_uint_eq(p.others.count, 0);
    }
    mn_pkcs12_release(&p);
    return rc;
}

static void assert_read(struct plan plan, const char *passphrase, mn_rc rc)
{
    struct mn_bytes file = made_file(&plan);

    ck_assert_int_eq(read_and_forget(mn_bytes_span(&file), passphrase), rc);
    mn_bytes_free(&file);
}

static struct plan plain(void)
{
    return (struct plan){
        made_rsa_key(), made_rsa_key(), "secret", NID_aes_256_cbc, NID_aes_256_cbc, 100, 100, 2};
}

START_TEST(key_certificate_and_the_others_are_read_in_order)
{
    struct plan plan = plain();
    struct mn_bytes file = made_file(&plan), own = certificate_of(made_rsa_key(), "own");
    struct mn_bytes info = made_public_key_info(made_rsa_key());
    struct mn_pkcs12 p;

    ck_assert_int_eq(mn_pkcs12_read(mn_bytes_span(&file), text("secret"), &p), MN_OK);
    ck_assert(mn_span_equal(mn_private_key_public_info(p.key), mn_bytes_span(&info)));
    ck_assert(mn_span_equal(mn_bytes_span(&p.certificate), mn_bytes_span(&own)));
    ck_assert_uint_eq(p.others.count, 2);
    ck_assert_ptr_nonnull(memmem(p.others.der[0].ptr, p.others.der[0].len, "extra 0", 7));
    ck_assert_ptr_nonnull(memmem(p.others.der[1].ptr, p.others.der[1].len, "extra 1", 7));
    mn_pkcs12_release(&p);
    ck_assert_ptr_null(p.key);
    mn_bytes_free(&info);
    mn_bytes_free(&own);
    mn_bytes_free(&file);
}
END_TEST

START_TEST(files_of_many_kinds_are_read)
{
    struct plan plan = plain();

    plan.key_nid = plan.certificate_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
    assert_read(plan, "secret", MN_OK);
    plan = plain();
    plan.key_nid = plan.certificate_nid = -1;
    assert_read(plan, "secret", MN_OK);
    plan.mac_iterations = -1;
    assert_read(plan, "anything", MN_OK);
    plan = plain();
    plan.mac_iterations = -1;
    assert_read(plan, "secret", MN_OK);
    plan = plain();
    plan.passphrase = "";
    assert_read(plan, "", MN_OK);
    plan = plain();
    plan.key = plan.certificate_key = made_ec_key();
    assert_read(plan, "secret", MN_OK);
    plan.passphrase = "\xE5\x90\x88\xE8\xA8\x80\xE8\x91\x89"; /* UTF-8 */
    plan.key_nid = plan.certificate_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
    assert_read(plan, plan.passphrase, MN_OK);
}
END_TEST

START_TEST(a_wrong_passphrase_is_told_apart)
{
    struct plan plan = plain();

    assert_read(plan, "Secret", MN_E_PASSPHRASE);
    assert_read(plan, "", MN_E_PASSPHRASE);
    plan.mac_iterations = -1;
    assert_read(plan, "Secret", MN_E_PASSPHRASE);
}
END_TEST

START_TEST(what_is_missing_is_named)
{
    struct plan plan = plain();

    plan.key = NULL;
    assert_read(plan, "secret", MN_E_NO_KEY);
    plan = plain();
    plan.certificate_key = made_ec_key();
    assert_read(plan, "secret", MN_E_NO_CERTIFICATE);
    plan.certificate_key = NULL;
    plan.extra = 0;
    assert_read(plan, "secret", MN_E_NO_CERTIFICATE);
    plan = plain();
    plan.key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    assert_read(plan, "secret", MN_E_KEY_KIND);
    EVP_PKEY_free(plan.key);
}
END_TEST

/* Where the legacy provider is installed, the old files are read; where it is not, the code says
 * so. Nobody's other files change by it. */
START_TEST(old_algorithms_are_read_where_openssl_still_can)
{
    OSSL_PROVIDER *plain_provider = OSSL_PROVIDER_load(NULL, "default");
    OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(NULL, "legacy");
    struct plan plan = plain();

    if (legacy) {
        plan.certificate_nid = NID_pbe_WithSHA1And40BitRC2_CBC;
        plan.key_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
        assert_read(plan, "secret", MN_OK);
        assert_read(plan, "Secret", MN_E_PASSPHRASE);
        OSSL_PROVIDER_unload(legacy);
    }
    OSSL_PROVIDER_unload(plain_provider);
}
END_TEST

/* In all of these, computing with the numbers would take hours, and the answer be another. */
START_TEST(costly_files_are_refused_before_anything_is_computed)
{
    static uint8_t large[MN_PKCS12_MAX + 1];
    static const int64_t counts[] = {MN_PKCS12_ITERATIONS_MAX + 1, INT64_MAX};
    struct plan plan = plain();

    ck_assert_int_eq(read_and_forget(mn_span(large, sizeof large), ""), MN_E_EXCESSIVE);
    for (size_t i = 0; i < 2; i++) {
        struct mn_bytes file = made_file(&plan);
        PKCS12 *p12 = decode(&file);
        const ASN1_INTEGER *iterations = NULL;

        PKCS12_get0_mac(NULL, NULL, NULL, &iterations, p12);
        ck_assert_int_eq(ASN1_INTEGER_set_int64((ASN1_INTEGER *)(uintptr_t)iterations, counts[i]),
                         1);
        file = encode(p12);
        ck_assert_int_eq(read_and_forget(mn_bytes_span(&file), "secret"), MN_E_EXCESSIVE);
        mn_bytes_free(&file);
    }
}
END_TEST

START_TEST(the_iterations_of_all_parts_count_together)
{
    struct plan plan = plain();
    struct mn_bytes file;
    uint8_t *at;
    PKCS12 *p12;

    /* The key's become 8388607, which alone is allowed; the MAC has the rest and one more. */
    plan.mac_iterations = -1;
    plan.iterations = 65537;
    plan.certificate_key = NULL;
    plan.extra = 0;
    file = made_file(&plan);
    at = memmem(file.ptr, file.len, "\x02\x03\x01\x00\x01", 5);
    ck_assert_ptr_nonnull(at);
    memcpy(at, "\x02\x03\x7F\xFF\xFF", 5);
    p12 = decode(&file);
    ck_assert_int_eq(PKCS12_set_mac(p12, "secret", -1, NULL, 0, MN_PKCS12_ITERATIONS_MAX - 8388606,
                                    EVP_sha256()),
                     1);
    file = encode(p12);
    ck_assert_int_eq(read_and_forget(mn_bytes_span(&file), "secret"), MN_E_EXCESSIVE);
    mn_bytes_free(&file);
}
END_TEST

START_TEST(what_is_no_such_file_is_told_apart_from_a_damaged_one)
{
    struct plan plan = plain();
    struct mn_bytes file = made_file(&plan), certificate = certificate_of(made_rsa_key(), "x");

    ck_assert_int_eq(read_and_forget(mn_span(NULL, 0), ""), MN_E_FORMAT);
    ck_assert_int_eq(read_and_forget(text("-----BEGIN CERTIFICATE-----"), ""), MN_E_FORMAT);
    ck_assert_int_eq(read_and_forget(mn_bytes_span(&certificate), ""), MN_E_FORMAT);
    ck_assert_int_eq(read_and_forget(mn_span(file.ptr, file.len - 1), "secret"), MN_E_DAMAGED);
    ck_assert_int_eq(read_and_forget(mn_span(file.ptr, file.len / 2), "secret"), MN_E_DAMAGED);
    mn_bytes_free(&certificate);
    mn_bytes_free(&file);
}
END_TEST

START_TEST(no_cut_and_no_flipped_bit_does_harm)
{
    struct plan plan = plain();
    struct mn_bytes file;
    size_t read_well = 0;

    plan.key = plan.certificate_key = made_ec_key();
    plan.iterations = plan.mac_iterations = 1;
    plan.extra = 0;
    file = made_file(&plan);
    for (size_t len = 0; len < file.len; len++) {
        uint8_t *cut = malloc(len ? len : 1); /* so that reading behind it is seen */

        memcpy(cut, file.ptr, len);
        ck_assert_int_ne(read_and_forget(mn_span(cut, len), "secret"), MN_OK);
        free(cut);
    }
    for (size_t i = 0; i < file.len * 8; i += 3) {
        file.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
        read_well += read_and_forget(mn_bytes_span(&file), "secret") == MN_OK;
        file.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    ck_assert_uint_lt(read_well, 20); /* what the MAC does not cover and nobody reads */
    plan.mac_iterations = -1;         /* so that what is inside is reached */
    plan.key_nid = plan.certificate_nid = -1;
    mn_bytes_free(&file);
    file = made_file(&plan);
    for (size_t i = 0; i < file.len * 8; i++) {
        file.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
        (void)read_and_forget(mn_bytes_span(&file), "secret");
        file.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    ck_assert_int_eq(read_and_forget(mn_bytes_span(&file), "secret"), MN_OK);
    mn_bytes_free(&file);
}
END_TEST

/* Something to write: a new key and a certificate for it, read from a file of OpenSSL's. */
static struct mn_pkcs12 content(void)
{
    struct plan plan = plain();
    struct mn_bytes file = made_file(&plan);
    struct mn_pkcs12 p;

    ck_assert_int_eq(mn_pkcs12_read(mn_bytes_span(&file), text("secret"), &p), MN_OK);
    mn_bytes_free(&file);
    return p;
}

START_TEST(what_is_written_is_read_again_by_us_and_by_openssl)
{
    struct mn_pkcs12 one = content(), other;
    struct mn_bytes file = {0};
    const ASN1_INTEGER *iterations = NULL;
    const X509_ALGOR *algorithm = NULL;
    EVP_PKEY *key = NULL;
    X509 *x = NULL;
    PKCS12 *p12;

    ck_assert_int_eq(mn_pkcs12_write(&one, "a name", text("p\xC3\xA4ss"), &file), MN_OK);
    ck_assert_int_eq(mn_pkcs12_read(mn_bytes_span(&file), text("p\xC3\xA4ss"), &other), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&one.certificate), mn_bytes_span(&other.certificate)));
    ck_assert_uint_eq(other.others.count, 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert(
            mn_span_equal(mn_bytes_span(&one.others.der[i]), mn_bytes_span(&other.others.der[i])));
    p12 = decode(&file);
    PKCS12_get0_mac(NULL, &algorithm, NULL, &iterations, p12);
    ck_assert_int_ge(ASN1_INTEGER_get(iterations), ITERATIONS_AT_LEAST);
    ck_assert_int_eq(OBJ_obj2nid(algorithm->algorithm), NID_sha256);
    ck_assert_int_eq(PKCS12_parse(p12, "p\xC3\xA4ss", &key, &x, NULL), 1);
    ck_assert_int_eq(X509_check_private_key(x, key), 1);
    X509_free(x);
    EVP_PKEY_free(key);
    PKCS12_free(p12);
    mn_pkcs12_release(&other);
    mn_pkcs12_release(&one);
}
END_TEST

START_TEST(certificates_are_in_clear_only_where_that_is_wanted)
{
    for (int in_clear = 0; in_clear <= 1; in_clear++) {
        struct mn_pkcs12 one = content(), other;
        struct mn_bytes file = {0};

        one.in_clear = in_clear;
        ck_assert_int_eq(mn_pkcs12_write(&one, NULL, text("pass"), &file), MN_OK);
        ck_assert_int_eq(
            memmem(file.ptr, file.len, one.certificate.ptr, one.certificate.len) != NULL, in_clear);
        ck_assert_int_eq(mn_pkcs12_read(mn_bytes_span(&file), text("pasS"), &other),
                         MN_E_PASSPHRASE);
        ck_assert_int_eq(mn_pkcs12_read(mn_bytes_span(&file), text("pass"), &other), MN_OK);
        ck_assert(
            mn_span_equal(mn_bytes_span(&one.certificate), mn_bytes_span(&other.certificate)));
        mn_pkcs12_release(&other);
        mn_pkcs12_release(&one);
        mn_bytes_free(&file);
    }
}
END_TEST

START_TEST(what_does_not_belong_together_is_not_written)
{
    struct mn_pkcs12 one = content();
    struct mn_bytes file = {0}, foreign = certificate_of(made_ec_key(), "foreign");

    ck_assert_int_eq(mn_pkcs12_write(&one, NULL, mn_span("a\0b", 3), &file), MN_E_ARGUMENT);
    mn_bytes_move(&one.certificate, &foreign);
    ck_assert_int_eq(mn_pkcs12_write(&one, NULL, text("x"), &file), MN_E_NO_CERTIFICATE);
    one.certificate.len--;
    ck_assert_int_eq(mn_pkcs12_write(&one, NULL, text("x"), &file), MN_E_BAD_CERTIFICATE);
    ck_assert_uint_eq(file.len, 0);
    mn_pkcs12_release(&one);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/pkcs12");
    TCase *tcase = tcase_create("pkcs12");

    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, key_certificate_and_the_others_are_read_in_order);
    tcase_add_test(tcase, files_of_many_kinds_are_read);
    tcase_add_test(tcase, a_wrong_passphrase_is_told_apart);
    tcase_add_test(tcase, what_is_missing_is_named);
    tcase_add_test(tcase, old_algorithms_are_read_where_openssl_still_can);
    tcase_add_test(tcase, costly_files_are_refused_before_anything_is_computed);
    tcase_add_test(tcase, the_iterations_of_all_parts_count_together);
    tcase_add_test(tcase, what_is_no_such_file_is_told_apart_from_a_damaged_one);
    tcase_add_test(tcase, no_cut_and_no_flipped_bit_does_harm);
    tcase_add_test(tcase, what_is_written_is_read_again_by_us_and_by_openssl);
    tcase_add_test(tcase, certificates_are_in_clear_only_where_that_is_wanted);
    tcase_add_test(tcase, what_does_not_belong_together_is_not_written);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
