/* A software certificate behind the upper seam. */
#include "backend/soft_token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/made_pfx.h"
#include "base/file.h"
#include "base/scratch.h"
#include "crypto/library.h"
#include "crypto/public_key.h"
#include "runner.h"

static struct mn_token token;
static struct mn_key key;
static struct mn_view view;
static unsigned pauses[16], paused;
static char path[512];

static void note_pause(unsigned ms)
{
    pauses[paused++] = ms;
}

static void set_up(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    strcpy(path, mn_scratch_path("soft.pfx"));
    made_pfx(path);
    struct mn_soft_entry entry = made_entry(path);
    ck_assert_int_eq(mn_soft_token_new(&entry, &token), MN_OK);
    ck_assert_str_eq(entry.path, "");
    mn_soft_token_use_pause(note_pause);
}

static void tear_down(void)
{
    mn_key_give_back(&key);
    mn_view_release(&view);
    mn_token_close(&token);
    mn_crypto_close();
}

static mn_rc login(const char *passphrase)
{
    return token.ops->login(token.self, mn_span(passphrase, strlen(passphrase)));
}

static mn_rc set_pin(const char *old, const char *new)
{
    return token.ops->set_pin(token.self, mn_span(old, strlen(old)), mn_span(new, strlen(new)));
}

static mn_rc lend(void)
{
    mn_key_give_back(&key);
    return token.ops->lend_key(token.self, token.facts->key_ref, &key);
}

static mn_rc sign(void)
{
    static const struct mn_scheme pkcs1 = {.kind = MN_SCHEME_PKCS1};
    uint8_t signature[256];
    size_t len = sizeof signature;
    return key.ops->sign(key.self, &pkcs1, mn_span("x", 1), signature, &len);
}

START_TEST(what_it_is_is_known_before_login)
{
    const struct mn_token_facts *facts = token.facts;
    ck_assert_str_eq(facts->label, "Software");
    ck_assert_str_eq(facts->ca_label, "Software CA");
    ck_assert_uint_eq(facts->key_id.len, 20);
    ck_assert_uint_eq(facts->ca_id.len, 0);
    ck_assert_int_eq(facts->key_kind, MN_KEY_RSA);
    ck_assert_uint_eq(facts->key_bits, 2048);
    ck_assert(facts->can_decrypt && facts->certificate_is_public && !facts->in_hardware);
    ck_assert_uint_eq(strlen(facts->serial), 16);
    ck_assert_int_eq(
        token.ops->load(token.self, MN_WANT_CERTIFICATE | MN_WANT_CA_CERTIFICATE, &view), MN_OK);
    ck_assert_uint_gt(view.certificate.len, 0);
    ck_assert_uint_eq(view.ca_len, 1);
    ck_assert(!token.ops->is_open(token.self));
    ck_assert_int_eq(lend(), MN_E_NOT_LOGGED_IN);
}
END_TEST

START_TEST(the_passphrase_opens_the_key_until_logout)
{
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_OK);
    ck_assert(token.ops->is_open(token.self));
    ck_assert_int_eq(lend(), MN_OK);
    ck_assert_int_eq(sign(), MN_OK);
    token.ops->logout(token.self);
    ck_assert(!token.ops->is_open(token.self));
    ck_assert_int_eq(sign(), MN_OK); /* lent before: whoever is at work ends it */
    ck_assert_int_eq(lend(), MN_E_NOT_LOGGED_IN);
}
END_TEST

START_TEST(a_key_that_was_lent_outlives_its_token)
{
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_OK);
    ck_assert_int_eq(lend(), MN_OK);
    mn_token_close(&token);
    ck_assert_int_eq(sign(), MN_OK);
}
END_TEST

START_TEST(wrong_passphrases_are_slowed_down_and_never_locked)
{
    static const unsigned expected[] = {100, 200, 400, 800, 1000, 1000, 1000};
    struct mn_pin_info info;
    for (size_t i = 0; i < 7; i++)
        ck_assert_int_eq(login("wrong horse"), MN_E_PASSPHRASE);
    ck_assert_uint_eq(paused, 7);
    ck_assert_mem_eq(pauses, expected, sizeof expected);
    ck_assert_int_eq(token.ops->pin_info(token.self, &info), MN_OK);
    ck_assert_int_eq(info.tries, -1);
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_OK);
    ck_assert_uint_eq(paused, 7);
    ck_assert_int_eq(login("wrong horse"), MN_E_PASSPHRASE);
    ck_assert_uint_eq(pauses[7], 100);
}
END_TEST

START_TEST(a_wrong_passphrase_leaves_an_open_key_open)
{
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_OK);
    ck_assert_int_eq(login("wrong horse"), MN_E_PASSPHRASE);
    ck_assert(token.ops->is_open(token.self));
}
END_TEST

START_TEST(it_encrypts_to_itself)
{
    const struct mn_padding padding = {.kind = MN_PADDING_OAEP,
                                       .oaep = {.hash = MN_SHA256, .mgf_hash = MN_SHA256}};
    struct mn_bytes encrypted = {0}, plain = {0};
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_OK);
    ck_assert_int_eq(lend(), MN_OK);
    struct mn_span info = mn_private_key_public_info(key.self);
    ck_assert_int_eq(
        mn_public_key_encrypt_oaep(info, &padding.oaep, mn_span("secret", 6), &encrypted), MN_OK);
    ck_assert_int_eq(key.ops->decrypt(key.self, &padding, mn_bytes_span(&encrypted), &plain),
                     MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&plain), mn_span("secret", 6)));
    mn_bytes_free(&encrypted);
    mn_bytes_free(&plain);
}
END_TEST

START_TEST(a_file_that_is_gone_or_broken_opens_nothing)
{
    ck_assert_int_eq(truncate(path, 400), 0);
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_E_DAMAGED);
    mn_scratch_write("soft.pfx", "no PKCS#12 file");
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_E_FORMAT);
    ck_assert_int_eq(truncate(path, 3 * 1024 * 1024), 0);
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_E_EXCESSIVE);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_E_REMOVED);
    ck_assert(!token.ops->is_open(token.self));
    ck_assert_uint_eq(paused, 0);
}
END_TEST

START_TEST(another_certificates_key_is_refused)
{
    struct mn_soft_entry entry = made_entry(path);
    struct mn_bytes ca = {0};
    ck_assert_int_eq(mn_bytes_set(&ca, mn_bytes_span(&entry.chain.der[0])), MN_OK);
    mn_bytes_move(&entry.certificate, &ca);
    mn_token_close(&token);
    ck_assert_int_eq(mn_soft_token_new(&entry, &token), MN_OK);
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_E_NO_CERTIFICATE);
    ck_assert(!token.ops->is_open(token.self));
}
END_TEST

START_TEST(what_is_no_certificate_is_no_token)
{
    struct mn_soft_entry entry = made_entry(path);
    struct mn_token none = {0};
    entry.certificate.len--;
    ck_assert_int_eq(mn_soft_token_new(&entry, &none), MN_E_BAD_CERTIFICATE);
    ck_assert_ptr_null(none.ops);
    ck_assert_uint_eq(entry.certificate.len, 0);
}
END_TEST

START_TEST(a_new_passphrase_takes_the_old_ones_place)
{
    struct stat st;
    ck_assert_int_eq(set_pin("wrong horse", "battery staple"), MN_E_PASSPHRASE);
    ck_assert_int_eq(set_pin(MADE_PASSPHRASE, ""), MN_E_NEW_PIN_LENGTH);
    ck_assert_int_eq(set_pin(MADE_PASSPHRASE, "battery staple"), MN_OK);
    ck_assert_int_eq(login(MADE_PASSPHRASE), MN_E_PASSPHRASE);
    ck_assert_int_eq(login("battery staple"), MN_OK);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_uint_eq(mn_scratch_count(mn_scratch_path("")), 1); /* nothing is left beside it */
}
END_TEST

START_TEST(what_an_earlier_change_left_is_not_overwritten)
{
    struct mn_bytes before = {0}, after = {0};
    mn_scratch_write("soft.pfx.old", "somebody's last hope");
    ck_assert_int_eq(mn_file_read(path, 65536, &before), MN_OK);
    ck_assert_int_eq(set_pin(MADE_PASSPHRASE, "battery staple"), MN_E_FILE_EXISTS);
    ck_assert_int_eq(mn_file_read(path, 65536, &after), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&before), mn_bytes_span(&after)));
    char *old = mn_scratch_read(mn_scratch_path("soft.pfx.old"));
    ck_assert_str_eq(old, "somebody's last hope");
    free(old);
    mn_bytes_free(&before);
    mn_bytes_free(&after);
}
END_TEST

START_TEST(a_link_to_the_file_stays_one)
{
    struct stat st;
    char real[512];
    strcpy(real, mn_scratch_path("real.pfx"));
    ck_assert_int_eq(rename(path, real), 0);
    ck_assert_int_eq(symlink(real, path), 0);
    ck_assert_int_eq(set_pin(MADE_PASSPHRASE, "battery staple"), MN_OK);
    ck_assert_int_eq(lstat(path, &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
    ck_assert_int_eq(login("battery staple"), MN_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backend/soft_token");
    TCase *tcase = tcase_create("token");

    mn_scratch_attach(tcase);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 100);
    tcase_add_test(tcase, what_it_is_is_known_before_login);
    tcase_add_test(tcase, the_passphrase_opens_the_key_until_logout);
    tcase_add_test(tcase, a_key_that_was_lent_outlives_its_token);
    tcase_add_test(tcase, wrong_passphrases_are_slowed_down_and_never_locked);
    tcase_add_test(tcase, a_wrong_passphrase_leaves_an_open_key_open);
    tcase_add_test(tcase, it_encrypts_to_itself);
    tcase_add_test(tcase, a_file_that_is_gone_or_broken_opens_nothing);
    tcase_add_test(tcase, another_certificates_key_is_refused);
    tcase_add_test(tcase, what_is_no_certificate_is_no_token);
    tcase_add_test(tcase, a_new_passphrase_takes_the_old_ones_place);
    tcase_add_test(tcase, what_an_earlier_change_left_is_not_overwritten);
    tcase_add_test(tcase, a_link_to_the_file_stays_one);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
