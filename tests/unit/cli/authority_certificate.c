#include "cli/verify/authority_certificate.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "crypto/library.h"
#include "runner.h"

static struct mn_bytes file;
static struct mn_authority_certificate authority;

static void set_up(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static void tear_down(void)
{
    mn_authority_certificate_release(&authority);
    mn_bytes_free(&file);
    mn_crypto_close();
}

static void read_pki(const char *name)
{
    char path[4096];
    struct mn_bytes more = {0};
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 16384, &more), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&file, mn_bytes_span(&more)), MN_OK);
    mn_bytes_free(&more);
}

static mn_rc take(void)
{
    return mn_authority_certificate_read(mn_bytes_span(&file), &authority);
}

START_TEST(a_certificate_is_described)
{
    char fingerprint[MN_FINGERPRINT_TEXT_ROOM];

    read_pki("sign-ca.der");
    ck_assert_int_eq(take(), MN_OK);
    ck_assert_str_eq(authority.key, "RSA 2048");
    ck_assert_int_lt(authority.not_before, authority.not_after);
    ck_assert_int_eq(mn_fingerprint_text(mn_bytes_span(&file), fingerprint), MN_OK);
    ck_assert_str_eq(authority.fingerprint, fingerprint);
    ck_assert_uint_eq(strlen(fingerprint), 95);
    ck_assert_int_eq(fingerprint[2], ':');
}
END_TEST

START_TEST(pem_is_the_same_certificate)
{
    struct mn_bytes der = {0};

    read_pki("sign-ca.der");
    mn_bytes_move(&der, &file);
    read_pki("sign-ca.pem");
    ck_assert_int_eq(take(), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&authority.der), mn_bytes_span(&der)));
    mn_bytes_free(&der);
}
END_TEST

START_TEST(none_and_two_are_refused)
{
    ck_assert_int_ne(take(), MN_OK);
    ck_assert_int_eq(mn_bytes_set(&file, mn_span("hello", 5)), MN_OK);
    ck_assert_int_eq(take(), MN_E_FORMAT);
    mn_bytes_free(&file);
    read_pki("sign-ca.pem");
    read_pki("auth-ca.pem");
    ck_assert_int_eq(take(), MN_E_FORMAT);
    ck_assert_uint_eq(authority.der.len, 0);
}
END_TEST

START_TEST(a_fingerprint_is_known_in_every_spelling)
{
    char plain[80] = "", blanks[160] = "", *to = plain;

    read_pki("sign-ca.der");
    ck_assert_int_eq(take(), MN_OK);
    for (const char *c = authority.fingerprint; *c; c++)
        if (*c != ':')
            *to++ = *c >= 'A' ? (char)(*c + 'a' - 'A') : *c;
    snprintf(blanks, sizeof blanks, " %.8s %s", plain, plain + 8);
    ck_assert(mn_fingerprint_is(authority.fingerprint, authority.fingerprint));
    ck_assert(mn_fingerprint_is(plain, authority.fingerprint));
    ck_assert(mn_fingerprint_is(blanks, authority.fingerprint));
}
END_TEST

START_TEST(another_fingerprint_or_a_piece_of_it_is_not_it)
{
    char text[MN_FINGERPRINT_TEXT_ROOM + 2];

    read_pki("sign-ca.der");
    ck_assert_int_eq(take(), MN_OK);
    ck_assert(!mn_fingerprint_is("", authority.fingerprint));
    ck_assert(!mn_fingerprint_is(":", authority.fingerprint));
    snprintf(text, sizeof text, "%.92s", authority.fingerprint);
    ck_assert(!mn_fingerprint_is(text, authority.fingerprint));
    snprintf(text, sizeof text, "%s0", authority.fingerprint);
    ck_assert(!mn_fingerprint_is(text, authority.fingerprint));
    snprintf(text, sizeof text, "%s", authority.fingerprint);
    text[94] = text[94] == '0' ? '1' : '0';
    ck_assert(!mn_fingerprint_is(text, authority.fingerprint));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/authority_certificate");
    TCase *tcase = tcase_create("authority_certificate");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_certificate_is_described);
    tcase_add_test(tcase, pem_is_the_same_certificate);
    tcase_add_test(tcase, none_and_two_are_refused);
    tcase_add_test(tcase, a_fingerprint_is_known_in_every_spelling);
    tcase_add_test(tcase, another_fingerprint_or_a_piece_of_it_is_not_it);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
