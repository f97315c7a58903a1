#include "crypto/parsed_certificate.h"

#include <string.h>

#include <openssl/evp.h>

#include "crypto/certificate.h"
#include "crypto/issued.h"
#include "crypto/jpki_holder.h"
#include "crypto/library.h"
#include "crypto/signer_keys.h"
#include "made.h"
#include "runner.h"

static struct mn_bytes der;

static void make_key(void)
{
    (void)made_ec_key();
}

static void forget_key(void)
{
    EVP_PKEY_free(made_ec_key());
}

static void begin(void)
{
    const struct made_plan plan = {.key = made_ec_key(),
                                   .name = "黒桐　幹也",
                                   .usage = "digitalSignature",
                                   .alternatives = "email:mikiya@example.jp"};

    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    der = made_certificate(&plan);
}

static void end(void)
{
    mn_bytes_free(&der);
    mn_crypto_close();
}

static struct mn_parsed_certificate *parsed_now(void)
{
    struct mn_parsed_certificate *parsed;

    ck_assert_int_eq(mn_parsed_certificate_new(mn_bytes_span(&der), &parsed), MN_OK);
    return parsed;
}

START_TEST(it_is_a_copy_of_its_bytes)
{
    struct mn_parsed_certificate *parsed = parsed_now();
    struct mn_span kept = mn_parsed_certificate_der(parsed);

    ck_assert_ptr_ne(kept.ptr, der.ptr);
    ck_assert(mn_span_equal(kept, mn_bytes_span(&der)));
    mn_parsed_certificate_free(&parsed);
    ck_assert_ptr_null(parsed);
    mn_parsed_certificate_free(&parsed);
}
END_TEST

static void same_fields(const struct mn_certificate *a, const struct mn_certificate *b)
{
    ck_assert(mn_span_equal(mn_bytes_span(&a->subject), mn_bytes_span(&b->subject)));
    ck_assert(mn_span_equal(mn_bytes_span(&a->serial), mn_bytes_span(&b->serial)));
    ck_assert(mn_span_equal(mn_bytes_span(&a->ec_point), mn_bytes_span(&b->ec_point)));
    ck_assert(
        mn_span_equal(mn_bytes_span(&a->public_key_info), mn_bytes_span(&b->public_key_info)));
    ck_assert_mem_eq(a->sha1, b->sha1, sizeof a->sha1);
    ck_assert_uint_eq(a->key_usage, b->key_usage);
    ck_assert_int_eq(a->not_after_time, b->not_after_time);
}

/* Twice, for what was asked before must not show in what is answered next. */
START_TEST(it_answers_every_question_as_its_bytes_do)
{
    struct mn_parsed_certificate *parsed = parsed_now();
    struct mn_certificate fields, asked;
    struct mn_jpki_holder holder;

    ck_assert_int_eq(mn_certificate_read(mn_bytes_span(&der), &fields), MN_OK);
    for (int i = 0; i < 2; i++) {
        struct mn_issued issued;

        ck_assert_int_eq(mn_certificate_read_parsed(parsed, &asked), MN_OK);
        same_fields(&fields, &asked);
        mn_certificate_release(&asked);
        ck_assert_int_eq(mn_issued_read_parsed(parsed, &issued), MN_OK);
        ck_assert_str_eq(issued.name, "黒桐　幹也");
        ck_assert_str_eq(issued.mail, "mikiya@example.jp");
        mn_issued_release(&issued);
        ck_assert_int_eq(mn_issued_check_possession_parsed(parsed), MN_OK);
        ck_assert_int_eq(mn_jpki_holder_read_parsed(parsed, &holder), MN_E_NOT_FOUND);
    }
    mn_certificate_release(&fields);
    mn_parsed_certificate_free(&parsed);
}
END_TEST

START_TEST(what_is_no_certificate_is_refused)
{
    struct mn_parsed_certificate *parsed;
    uint8_t longer[4096] = {0};

    for (size_t len = 0; len < der.len; len++)
        ck_assert_int_eq(mn_parsed_certificate_new(mn_span(der.ptr, len), &parsed),
                         MN_E_BAD_CERTIFICATE);
    memcpy(longer, der.ptr, der.len);
    ck_assert_int_eq(mn_parsed_certificate_new(mn_span(longer, der.len + 1), &parsed),
                     MN_E_BAD_CERTIFICATE);
    ck_assert_ptr_null(parsed);
}
END_TEST

START_TEST(the_certificates_of_signers_are_parsed_once)
{
    const struct mn_parsed_certificate *one, *again;
    struct mn_signer_keys *keys;

    ck_assert_int_eq(mn_signer_keys_new(&keys), MN_OK);
    ck_assert_int_eq(mn_signer_keys_certificate(keys, mn_bytes_span(&der), &one), MN_OK);
    ck_assert(mn_span_equal(mn_parsed_certificate_der(one), mn_bytes_span(&der)));
    ck_assert_int_eq(mn_signer_keys_certificate(keys, mn_bytes_span(&der), &again), MN_OK);
    ck_assert_ptr_eq(one, again);
    ck_assert_int_eq(mn_signer_keys_certificate(keys, mn_span("0", 1), &again),
                     MN_E_BAD_CERTIFICATE);
    ck_assert_ptr_null(again);
    ck_assert_int_eq(mn_signer_keys_certificate(keys, made_elsewhere(), &again), MN_OK);
    ck_assert(mn_span_equal(mn_parsed_certificate_der(again), made_elsewhere()));
    mn_signer_keys_free(&keys);
}
END_TEST

START_TEST(a_closed_library_parses_nothing)
{
    struct mn_parsed_certificate *parsed;

    mn_crypto_close();
    ck_assert_int_eq(mn_parsed_certificate_new(mn_bytes_span(&der), &parsed), MN_E_CRYPTO);
    ck_assert_ptr_null(parsed);
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parsed_certificate");
    TCase *tests = tcase_create("parsed_certificate");

    tcase_add_unchecked_fixture(tests, make_key, forget_key);
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, it_is_a_copy_of_its_bytes);
    tcase_add_test(tests, it_answers_every_question_as_its_bytes_do);
    tcase_add_test(tests, what_is_no_certificate_is_refused);
    tcase_add_test(tests, the_certificates_of_signers_are_parsed_once);
    tcase_add_test(tests, a_closed_library_parses_nothing);
    suite_add_tcase(suite, tests);
    return mn_test_run(suite);
}
