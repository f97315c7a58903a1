#include "cli/sign/signing_key.h"

#include <check.h>
#include <string.h>

#include <openssl/evp.h>

#include "cli/sign/key_home.h"
#include "cli/verb.h"
#include "crypto/library.h"
#include "crypto/made.h"
#include "runner.h"

#define MID_2027   1814400000 /* made certificates are valid from 2026 to 2031 */
#define LATER_2035 2051222400

/* A home in place of all: what it has, what it answers, and what was asked of it. */
static struct home {
    const char *asked; /* which of them it was made as */
    EVP_PKEY *tells;   /* the key whose public half it tells, or NULL */
    struct mn_bytes nearby[3];
    size_t count;
    mn_rc answer;
    unsigned opened, signed_, closed;
} home;

static EVP_PKEY *ec, *rsa;
static struct mn_signing_key *key;
static struct mn_signing_key_choice choice;

static int home_open(void *self, struct mn_key_found *found)
{
    struct home *h = self;
    h->opened++;
    if (h->tells)
        found->public_info = made_public_key_info(h->tells);
    for (size_t i = 0; i < h->count; i++)
        ck_assert_int_eq(mn_certificates_add(&found->nearby, mn_bytes_span(&h->nearby[i])), MN_OK);
    return MN_EXIT_OK;
}

static mn_rc home_sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    struct home *h = self;
    h->signed_++;
    memcpy(out, content.ptr, content.len);
    *len = content.len;
    return h->answer;
}

static void home_close(void *self)
{
    ((struct home *)self)->closed++;
}

static int make(const char *asked, struct mn_key_home *out)
{
    static const struct mn_key_home_ops ops = {
        .open = home_open, .sign = home_sign, .close = home_close};
    home.asked = asked;
    out->ops = &ops;
    out->self = &home;
    strcpy(out->name, "the key");
    out->tells_holder = strcmp(asked, "card") == 0;
    return MN_EXIT_OK;
}

int mn_key_home_shelf(const struct mn_signing_key_choice *c, struct mn_key_home *out)
{
    (void)c;
    return make("shelf", out);
}

int mn_key_home_file(const struct mn_signing_key_choice *c, struct mn_key_home *out)
{
    (void)c;
    return make("file", out);
}

int mn_key_home_card(const struct mn_signing_key_choice *c, struct mn_key_home *out)
{
    (void)c;
    return make("card", out);
}

int mn_key_home_token(const struct mn_signing_key_choice *c, struct mn_key_home *out)
{
    (void)c;
    return strcmp(c->where, "pkcs11:none") == 0 ? MN_EXIT_FAILED : make("token", out);
}

static void make_keys(void)
{
    ec = made_ec_key();
    rsa = made_rsa_key();
}

static void free_keys(void)
{
    EVP_PKEY_free(ec);
    EVP_PKEY_free(rsa);
}

static void set_up(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    home = (struct home){0};
    choice = (struct mn_signing_key_choice){.now = MID_2027};
}

static void tear_down(void)
{
    mn_signing_key_close(&key);
    for (size_t i = 0; i < home.count; i++)
        mn_bytes_free(&home.nearby[i]);
    mn_crypto_close();
}

static void lay_beside(const struct made_plan *plan)
{
    home.nearby[home.count++] = made_certificate(plan);
}

static int open_key(void)
{
    int status = mn_signing_key_find(&choice, &key);
    return status ? status : mn_signing_key_open(key);
}

static bool has_certificate(size_t i)
{
    return mn_span_equal(mn_signing_key_certificate(key), mn_bytes_span(&home.nearby[i]));
}

/* --- where it is --- */

START_TEST(where_it_lives_is_told_by_its_name)
{
    static const struct {
        const char *where, *home;
    } rows[] = {{NULL, "shelf"},      {"soft", "shelf"},  {"soft:Me", "shelf"},
                {"sign", "card"},     {"my.pfx", "file"}, {"pkcs11:token=x", "token"},
                {"softer", "file"},   {"./sign", "file"}, {"sign.pfx", "file"},
                {"/pkcs11:", "file"}, {"", "file"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        choice.where = rows[i].where;
        ck_assert_int_eq(mn_signing_key_find(&choice, &key), MN_EXIT_OK);
        ck_assert_str_eq(home.asked, rows[i].home);
        ck_assert_uint_eq(home.opened, 0);
        mn_signing_key_close(&key);
        ck_assert_uint_eq(home.closed, i + 1);
    }
    choice.where = "pkcs11:none";
    ck_assert_int_eq(mn_signing_key_find(&choice, &key), MN_EXIT_FAILED);
    ck_assert_ptr_null(key);
}
END_TEST

/* --- its certificate --- */

START_TEST(the_keys_own_certificate_is_used_with_what_leads_up_from_it)
{
    lay_beside(&(struct made_plan){.key = rsa, .name = "Nobody"});
    lay_beside(&(struct made_plan){.key = rsa, .name = "CA", .ca = true});
    lay_beside(&(struct made_plan){.key = ec, .name = "Me", .issuer = "CA", .signer = rsa});
    home.tells = ec;
    ck_assert_int_eq(open_key(), MN_EXIT_OK);
    ck_assert(has_certificate(2));
    ck_assert_uint_eq(mn_signing_key_issuers(key)->count, 1);
    ck_assert(mn_span_equal(mn_bytes_span(&mn_signing_key_issuers(key)->der[0]),
                            mn_bytes_span(&home.nearby[1])));
    ck_assert(!mn_signing_key_tells_holder(key));
    ck_assert_str_eq(mn_signing_key_name(key), "the key");
}
END_TEST

START_TEST(where_the_key_is_not_told_the_first_certificate_counts)
{
    lay_beside(&(struct made_plan){.key = ec, .name = "Me"});
    lay_beside(&(struct made_plan){.key = rsa, .name = "Other"});
    ck_assert_int_eq(open_key(), MN_EXIT_OK);
    ck_assert(has_certificate(0));
}
END_TEST

START_TEST(a_certificate_that_does_not_belong_to_it_is_none)
{
    lay_beside(&(struct made_plan){.key = rsa, .name = "Other"});
    home.tells = ec;
    ck_assert_int_eq(open_key(), MN_EXIT_FAILED);
}
END_TEST

START_TEST(without_certificate_it_is_good_only_where_that_is_said)
{
    struct mn_bytes info = made_public_key_info(ec);
    home.tells = ec;
    ck_assert_int_eq(open_key(), MN_EXIT_FAILED);
    mn_signing_key_close(&key);
    choice.bare = true;
    ck_assert_int_eq(open_key(), MN_EXIT_OK);
    ck_assert_uint_eq(mn_signing_key_certificate(key).len, 0);
    ck_assert(mn_span_equal(mn_signing_key_public_info(key), mn_bytes_span(&info)));
    mn_signing_key_close(&key);
    home.tells = NULL; /* nothing at all is known of it */
    ck_assert_int_eq(open_key(), MN_EXIT_FAILED);
    mn_bytes_free(&info);
}
END_TEST

START_TEST(a_certificate_that_ended_or_is_for_other_uses_is_refused)
{
    lay_beside(&(struct made_plan){.key = ec, .name = "Me"});
    choice.now = LATER_2035;
    ck_assert_int_eq(open_key(), MN_EXIT_FAILED);
    mn_signing_key_close(&key);
    choice.now = 0;
    ck_assert_int_eq(open_key(), MN_EXIT_FAILED);
    mn_signing_key_close(&key);
    mn_bytes_free(&home.nearby[0]);
    home.count = 0;
    lay_beside(&(struct made_plan){.key = ec, .name = "Me", .usage = "keyAgreement"});
    choice.now = MID_2027;
    ck_assert_int_eq(open_key(), MN_EXIT_FAILED);
}
END_TEST

START_TEST(a_certificate_that_is_given_takes_the_place_of_others)
{
    struct mn_bytes given = made_certificate(&(struct made_plan){.key = ec, .name = "Given"});
    lay_beside(&(struct made_plan){.key = ec, .name = "Me"});
    home.tells = ec;
    choice.certificate = mn_bytes_span(&given);
    ck_assert_int_eq(open_key(), MN_EXIT_OK);
    ck_assert(mn_span_equal(mn_signing_key_certificate(key), mn_bytes_span(&given)));
    mn_signing_key_close(&key);
    home.tells = rsa;
    ck_assert_int_eq(open_key(), MN_EXIT_FAILED);
    mn_bytes_free(&given);
}
END_TEST

START_TEST(a_certificate_that_is_given_and_no_good_is_refused_before_the_question)
{
    struct mn_bytes given = made_certificate(&(struct made_plan){.key = ec, .name = "Given"});
    choice.certificate = mn_bytes_span(&given);
    choice.now = LATER_2035;
    ck_assert_int_eq(mn_signing_key_find(&choice, &key), MN_EXIT_FAILED);
    ck_assert_ptr_null(key);
    ck_assert_uint_eq(home.opened, 0);
    ck_assert_uint_eq(home.closed, 1);
    mn_bytes_free(&given);
}
END_TEST

START_TEST(who_is_told_of_is_known_by_the_certificate)
{
    choice.where = "sign";
    ck_assert_int_eq(mn_signing_key_find(&choice, &key), MN_EXIT_OK);
    ck_assert(mn_signing_key_tells_holder(key)); /* before anything was read */
    mn_signing_key_close(&key);
    choice.where = "pkcs11:token=card";
    lay_beside(&(struct made_plan){
        .key = ec, .name = "Me", .alternatives = "otherName:1.2.392.200149.8.5.5.1;UTF8:Name"});
    ck_assert_int_eq(open_key(), MN_EXIT_OK);
    ck_assert(mn_signing_key_tells_holder(key));
}
END_TEST

/* --- signing --- */

START_TEST(it_signs_as_often_as_it_is_asked)
{
    uint8_t out[64];
    lay_beside(&(struct made_plan){.key = ec, .name = "Me"});
    ck_assert_int_eq(open_key(), MN_EXIT_OK);
    struct mn_cms_signer signer = mn_signing_key_signer(key);
    for (int i = 0; i < 3; i++) {
        size_t len = sizeof out;
        ck_assert_int_eq(signer.sign(signer.self, mn_span("abc", 3), out, &len), MN_OK);
        ck_assert_uint_eq(len, 3);
    }
    ck_assert_uint_eq(home.opened, 1);
    ck_assert_uint_eq(home.signed_, 3);
}
END_TEST

START_TEST(after_a_refused_login_nothing_more_is_asked_of_it)
{
    uint8_t out[64];
    size_t len = sizeof out;
    lay_beside(&(struct made_plan){.key = ec, .name = "Me"});
    ck_assert_int_eq(open_key(), MN_EXIT_OK);
    home.answer = MN_E_REFUSED; /* this may pass */
    ck_assert_int_eq(mn_signing_key_sign(key, mn_span("abc", 3), out, &len), MN_E_REFUSED);
    home.answer = MN_E_NOT_LOGGED_IN;
    ck_assert_int_eq(mn_signing_key_sign(key, mn_span("abc", 3), out, &len), MN_E_NOT_LOGGED_IN);
    home.answer = MN_OK;
    ck_assert_int_eq(mn_signing_key_sign(key, mn_span("abc", 3), out, &len), MN_E_NOT_LOGGED_IN);
    ck_assert_uint_eq(home.signed_, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("signing_key");
    TCase *tcase = tcase_create("signing_key");
    tcase_add_unchecked_fixture(tcase, make_keys, free_keys);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, where_it_lives_is_told_by_its_name);
    tcase_add_test(tcase, the_keys_own_certificate_is_used_with_what_leads_up_from_it);
    tcase_add_test(tcase, where_the_key_is_not_told_the_first_certificate_counts);
    tcase_add_test(tcase, a_certificate_that_does_not_belong_to_it_is_none);
    tcase_add_test(tcase, without_certificate_it_is_good_only_where_that_is_said);
    tcase_add_test(tcase, a_certificate_that_ended_or_is_for_other_uses_is_refused);
    tcase_add_test(tcase, a_certificate_that_is_given_takes_the_place_of_others);
    tcase_add_test(tcase, a_certificate_that_is_given_and_no_good_is_refused_before_the_question);
    tcase_add_test(tcase, who_is_told_of_is_known_by_the_certificate);
    tcase_add_test(tcase, it_signs_as_often_as_it_is_asked);
    tcase_add_test(tcase, after_a_refused_login_nothing_more_is_asked_of_it);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
