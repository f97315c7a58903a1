#include "crypto/description.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "crypto/certificates.h"
#include "crypto/library.h"
#include "made.h"
#include "runner.h"

#define ID(n) "otherName:1.2.392.200149.8.5.5." #n ";UTF8:"

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static void make_keys(void)
{
    made_ec_key();
}

static void free_keys(void)
{
    EVP_PKEY_free(made_ec_key());
}

static struct mn_bytes certificate_with(const char *alternatives)
{
    return made_certificate(
        &(struct made_plan){.key = made_ec_key(), .alternatives = alternatives});
}

static const struct mn_described_extension *find(const struct mn_description *d, const char *oid)
{
    for (size_t i = 0; i < d->len; i++)
        if (strcmp(d->extensions[i].oid, oid) == 0)
            return &d->extensions[i];
    ck_abort_msg("no extension %s", oid);
    return NULL;
}

START_TEST(fields_are_described)
{
    struct mn_bytes der = certificate_with(NULL);
    struct mn_description d;

    ck_assert_int_eq(mn_description_read(mn_bytes_span(&der), &d), MN_OK);
    ck_assert_uint_eq(d.version, 3);
    ck_assert_str_eq(d.public_key, "EC prime256v1");
    ck_assert_str_eq(d.signature_algorithm, "ecdsa-with-SHA256");
    ck_assert_ptr_nonnull(strstr(d.subject, "="));
    ck_assert_uint_gt(strlen(d.serial), 0);
    ck_assert_uint_eq(strlen(d.serial) % 2, 0);
    mn_description_release(&d);
    ck_assert_ptr_null(d.extensions);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(a_version_that_there_is_not_is_refused)
{
    static const uint8_t third[] = {0xA0, 0x03, 0x02, 0x01, 0x02}, bad[] = {0x03, 0x7F, 0x80, 0xFF};
    struct mn_bytes der = certificate_with("DNS:a");
    uint8_t *place = memmem(der.ptr, der.len, third, sizeof third);
    struct mn_description d;

    ck_assert_ptr_nonnull(place);
    place[4] = bad[_i];
    ck_assert_int_eq(mn_description_read(mn_bytes_span(&der), &d), MN_E_BAD_CERTIFICATE);
    ck_assert_uint_eq(d.version, 0);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(names_of_jpki_have_their_labels)
{
    struct mn_bytes der = certificate_with(ID(1) "鼓田　澪," ID(3) "2,otherName:1.2.3;UTF8:else,"
                                                                   "email:x@example.org");
    const struct mn_described_extension *names;
    struct mn_description d;

    ck_assert_int_eq(mn_description_read(mn_bytes_span(&der), &d), MN_OK);
    names = find(&d, "2.5.29.17");
    ck_assert_str_eq(names->name, "subjectAltName");
    ck_assert_uint_eq(names->len, 4);
    ck_assert_str_eq(names->lines[0].label, "Name");
    ck_assert_str_eq(names->lines[0].text, "鼓田　澪");
    ck_assert_str_eq(names->lines[0].oid, "1.2.392.200149.8.5.5.1");
    ck_assert_str_eq(names->lines[1].text, "2");
    ck_assert_str_eq(names->lines[1].meaning, "female");
    ck_assert_str_eq(names->lines[2].label, "Other name");
    ck_assert_str_eq(names->lines[2].oid, "1.2.3");
    ck_assert_str_eq(names->lines[3].text, "x@example.org");
    mn_description_release(&d);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(text_is_what_others_read)
{
    struct mn_bytes der = certificate_with(NULL), pem = {0};

    ck_assert_int_eq(mn_description_to_pem(mn_bytes_span(&der), &pem), MN_OK);
    ck_assert_uint_gt(pem.len, 60);
    ck_assert_int_eq(memcmp(pem.ptr, "-----BEGIN CERTIFICATE-----\n", 28), 0);
    ck_assert_int_eq(mn_description_to_pem(mn_span("0", 1), &pem), MN_E_BAD_CERTIFICATE);
    mn_bytes_free(&pem);
    mn_bytes_free(&der);
}
END_TEST

/* The last byte of its signature has bits that do not count, and are set. */
START_TEST(text_has_each_byte_of_the_certificate)
{
    struct mn_bytes der = certificate_with("DNS:a"), pem = {0};
    struct mn_certificates list = {0};
    size_t at = der.len - 1;

    while (memcmp(der.ptr + --at, "\x00\x30", 2) != 0)
        ck_assert_uint_gt(at, 0);
    der.ptr[at] = 1;
    der.ptr[der.len - 1] |= 1;
    ck_assert_int_eq(mn_description_to_pem(mn_bytes_span(&der), &pem), MN_OK);
    ck_assert_int_eq(mn_certificates_read(mn_bytes_span(&pem), &list), MN_OK);
    ck_assert_uint_eq(list.count, 1);
    ck_assert(mn_span_equal(mn_bytes_span(&list.der[0]), mn_bytes_span(&der)));
    mn_certificates_free(&list);
    mn_bytes_free(&pem);
    mn_bytes_free(&der);
}
END_TEST

START_TEST(no_cut_and_no_flipped_bit_does_harm)
{
    struct mn_bytes der = certificate_with(ID(1) "鼓田　澪,URI:http://x,DNS:a,IP:10.0.0.1");
    struct mn_description d;

    for (size_t len = 0; len < der.len; len++) {
        uint8_t *cut = malloc(len ? len : 1);

        memcpy(cut, der.ptr, len);
        ck_assert_int_eq(mn_description_read(mn_span(cut, len), &d), MN_E_BAD_CERTIFICATE);
        ck_assert_ptr_null(d.extensions);
        free(cut);
    }
    for (size_t i = 0; i < der.len * 8; i++) {
        der.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
        if (mn_description_read(mn_bytes_span(&der), &d) == MN_OK)
            mn_description_release(&d);
        der.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    ck_assert_int_eq(mn_description_read(mn_bytes_span(&der), &d), MN_OK);
    mn_description_release(&d);
    mn_bytes_free(&der);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/description");
    TCase *tcase = tcase_create("description");

    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, fields_are_described);
    tcase_add_loop_test(tcase, a_version_that_there_is_not_is_refused, 0, 4);
    tcase_add_test(tcase, names_of_jpki_have_their_labels);
    tcase_add_test(tcase, text_is_what_others_read);
    tcase_add_test(tcase, text_has_each_byte_of_the_certificate);
    tcase_add_test(tcase, no_cut_and_no_flipped_bit_does_harm);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
