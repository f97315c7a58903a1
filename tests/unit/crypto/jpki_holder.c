#include "crypto/jpki_holder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "crypto/library.h"
#include "made.h"
#include "runner.h"

#define ID(n) "otherName:1.2.392.200149.8.5.5." #n ";UTF8:"

/* A person whom nobody is; in the order that real cards have. */
static const char person[] =
    ID(1) "鼓田　澪," ID(4) "319800217," ID(3) "2," ID(5) "東京都架空市中央１－２－３," ID(
        2) "0100," ID(6) "0000000000000,otherName:1.2.3;UTF8:else,email:x@example.org";

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

static mn_rc read_with(const char *alternatives, struct mn_jpki_holder *h)
{
    struct mn_bytes der = certificate_with(alternatives);
    mn_rc rc = mn_jpki_holder_read(mn_bytes_span(&der), h);

    mn_bytes_free(&der);
    return rc;
}

static bool is(const struct mn_bytes *field, const char *text)
{
    return mn_span_equal(mn_bytes_span(field), mn_span(text, strlen(text)));
}

START_TEST(all_fields_are_read)
{
    struct mn_jpki_holder h;
    int year, month, day;

    ck_assert_int_eq(read_with(person, &h), MN_OK);
    ck_assert(is(&h.name, "鼓田　澪"));
    ck_assert(is(&h.name_substitutes, "0100"));
    ck_assert(is(&h.address, "東京都架空市中央１－２－３"));
    ck_assert(is(&h.address_substitutes, "0000000000000"));
    ck_assert(is(&h.birth_date, "319800217"));
    ck_assert(is(&h.sex, "2"));
    ck_assert(mn_jpki_holder_is_replaced(&h.name_substitutes));
    ck_assert(!mn_jpki_holder_is_replaced(&h.address_substitutes));
    ck_assert(mn_jpki_holder_birth(&h, &year, &month, &day));
    ck_assert_int_eq(year, 1980);
    ck_assert_int_eq(month, 2);
    ck_assert_int_eq(day, 17);
    mn_jpki_holder_release(&h);
    ck_assert_ptr_null(h.name.ptr);
}
END_TEST

START_TEST(absent_fields_are_empty)
{
    struct mn_jpki_holder h;
    int year, month, day;

    ck_assert_int_eq(read_with(ID(1) "A", &h), MN_OK);
    ck_assert(is(&h.name, "A"));
    ck_assert_uint_eq(h.address.len + h.birth_date.len + h.sex.len + h.name_substitutes.len, 0);
    ck_assert(!mn_jpki_holder_birth(&h, &year, &month, &day));
    ck_assert_int_eq(year, 0);
    mn_jpki_holder_release(&h);
    ck_assert_int_eq(read_with(ID(4) "400000000", &h), MN_OK);
    ck_assert(mn_jpki_holder_birth(&h, &year, &month, &day));
    ck_assert_int_eq(year + month + day, 0);
    mn_jpki_holder_release(&h);
}
END_TEST

START_TEST(a_certificate_without_a_holder_says_so)
{
    struct mn_jpki_holder h;

    ck_assert_int_eq(read_with(NULL, &h), MN_E_NOT_FOUND);
    ck_assert_int_eq(read_with("email:x@example.org", &h), MN_E_NOT_FOUND);
    ck_assert_int_eq(mn_jpki_holder_read(made_elsewhere(), &h), MN_E_NOT_FOUND);
    ck_assert_int_eq(mn_jpki_holder_read(mn_span("0", 1), &h), MN_E_BAD_CERTIFICATE);
    ck_assert_ptr_null(h.name.ptr);
}
END_TEST

START_TEST(substitutes_that_do_not_fit_their_field_say_nothing)
{
    static const char *const digits[] = {"000", "00000", "0200", "0x00"};
    struct mn_jpki_holder h;
    char text[200];

    snprintf(text, sizeof text, ID(1) "鼓田　澪," ID(2) "%s", digits[_i]);
    ck_assert_int_eq(read_with(text, &h), MN_OK);
    ck_assert_uint_eq(h.name_substitutes.len, 0);
    ck_assert(!mn_jpki_holder_is_replaced(&h.name_substitutes));
    mn_jpki_holder_release(&h);
}
END_TEST

START_TEST(a_holder_that_is_not_clear_is_refused)
{
    struct mn_jpki_holder h;
    char text[MN_HOLDER_FIELD_MAX + 100] = ID(1);

    ck_assert_int_eq(read_with(ID(1) "A," ID(1) "B", &h), MN_E_BAD_CERTIFICATE);
    ck_assert_int_eq(read_with("otherName:1.2.392.200149.8.5.5.1;IA5:A", &h), MN_E_BAD_CERTIFICATE);
    memset(text + strlen(text), 'A', MN_HOLDER_FIELD_MAX + 1);
    ck_assert_int_eq(read_with(text, &h), MN_E_BAD_CERTIFICATE);
    ck_assert_ptr_null(h.name.ptr);
}
END_TEST

START_TEST(no_cut_and_no_flipped_bit_does_harm)
{
    struct mn_bytes der = certificate_with(person);
    struct mn_jpki_holder h;

    for (size_t len = 0; len < der.len; len++) {
        uint8_t *cut = malloc(len ? len : 1);

        memcpy(cut, der.ptr, len);
        ck_assert_int_eq(mn_jpki_holder_read(mn_span(cut, len), &h), MN_E_BAD_CERTIFICATE);
        free(cut);
    }
    for (size_t i = 0; i < der.len * 8; i++) {
        der.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
        if (mn_jpki_holder_read(mn_bytes_span(&der), &h) == MN_OK)
            mn_jpki_holder_release(&h);
        der.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    ck_assert_int_eq(mn_jpki_holder_read(mn_bytes_span(&der), &h), MN_OK);
    mn_jpki_holder_release(&h);
    mn_bytes_free(&der);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/jpki_holder");
    TCase *tcase = tcase_create("jpki_holder");

    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, all_fields_are_read);
    tcase_add_test(tcase, absent_fields_are_empty);
    tcase_add_test(tcase, a_certificate_without_a_holder_says_so);
    tcase_add_loop_test(tcase, substitutes_that_do_not_fit_their_field_say_nothing, 0, 4);
    tcase_add_test(tcase, a_holder_that_is_not_clear_is_refused);
    tcase_add_test(tcase, no_cut_and_no_flipped_bit_does_harm);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
