#include "crypto/chain.h"

#include <string.h>

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "crypto/library.h"
#include "made.h"
#include "runner.h"

#define IN_2026 1780000000
#define IN_2035 2050000000

static EVP_PKEY *other_key;
static struct mn_bytes root, namesake, middle, leaf;

static struct mn_bytes issue(EVP_PKEY *key, const char *name, EVP_PKEY *signer, const char *issuer,
                             bool ca)
{
    return made_certificate(&(struct made_plan){
        .key = key, .name = name, .signer = signer, .issuer = issuer, .ca = ca});
}

static void make(void)
{
    other_key = EVP_EC_gen("P-256");
    root = issue(made_rsa_key(), "root", NULL, NULL, true);
    namesake = issue(other_key, "root", NULL, NULL, true);
    middle = issue(made_ec_key(), "middle", made_rsa_key(), "root", true);
    leaf = issue(other_key, "leaf", made_ec_key(), "middle", false);
}

static void forget(void)
{
    mn_bytes_free(&root);
    mn_bytes_free(&namesake);
    mn_bytes_free(&middle);
    mn_bytes_free(&leaf);
    EVP_PKEY_free(other_key);
    EVP_PKEY_free(made_rsa_key());
    EVP_PKEY_free(made_ec_key());
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static mn_rc check_issued(const struct mn_bytes *certificate, const struct mn_bytes *issuer)
{
    return mn_chain_check_issued(mn_bytes_span(certificate), mn_bytes_span(issuer));
}

/* A list with these; either may be NULL. */
static struct mn_certificates list(const struct mn_bytes *one, const struct mn_bytes *two)
{
    struct mn_certificates made = {0};

    if (one)
        ck_assert_int_eq(mn_certificates_add(&made, mn_bytes_span(one)), MN_OK);
    if (two)
        ck_assert_int_eq(mn_certificates_add(&made, mn_bytes_span(two)), MN_OK);
    return made;
}

/* The leaf, and the anchors that can be read, parsed beforehand. */
static mn_rc check_parsed(const struct mn_certificates *others,
                          const struct mn_certificates *anchors, time_t at)
{
    struct mn_parsed_certificate *x, *parsed[2] = {NULL};
    size_t count = 0;
    mn_rc rc;

    ck_assert_int_eq(mn_parsed_certificate_new(mn_bytes_span(&leaf), &x), MN_OK);
    for (size_t i = 0; i < anchors->count; i++)
        if (mn_parsed_certificate_new(mn_bytes_span(&anchors->der[i]), &parsed[count]) == MN_OK)
            count++;
    rc = mn_chain_check_parsed(x, others, (const struct mn_parsed_certificate *const *)parsed,
                               count, at);
    for (size_t i = 0; i < count; i++)
        mn_parsed_certificate_free(&parsed[i]);
    mn_parsed_certificate_free(&x);
    return rc;
}

static mn_rc check(const struct mn_bytes *one, const struct mn_bytes *two,
                   const struct mn_bytes *anchor, time_t at)
{
    struct mn_certificates others = list(one, two), anchors = list(anchor, NULL);
    mn_rc rc = mn_chain_check(mn_bytes_span(&leaf), &others, &anchors, at);

    ck_assert_int_eq(check_parsed(&others, &anchors, at), rc);
    mn_certificates_free(&anchors);
    mn_certificates_free(&others);
    return rc;
}

START_TEST(an_issuer_vouches_for_its_own_only)
{
    ck_assert_int_eq(check_issued(&leaf, &middle), MN_OK);
    ck_assert_int_eq(check_issued(&middle, &root), MN_OK);
    ck_assert_int_eq(check_issued(&root, &root), MN_OK);
    ck_assert_int_eq(check_issued(&leaf, &root), MN_E_UNTRUSTED);
    ck_assert_int_eq(check_issued(&middle, &namesake), MN_E_UNTRUSTED);
    ck_assert_int_eq(check_issued(&leaf, &leaf), MN_E_UNTRUSTED);
}
END_TEST

START_TEST(what_is_no_ca_vouches_for_nobody)
{
    struct mn_bytes plain = issue(made_ec_key(), "middle", NULL, NULL, false);
    struct mn_bytes no_usage = made_certificate(&(struct made_plan){
        .key = made_ec_key(), .name = "middle", .ca = true, .usage = "critical,digitalSignature"});

    ck_assert_int_eq(check_issued(&leaf, &plain), MN_E_UNTRUSTED);
    ck_assert_int_eq(check_issued(&leaf, &no_usage), MN_E_UNTRUSTED);
    ck_assert_int_eq(mn_chain_check_issued(mn_bytes_span(&leaf), mn_span("0", 1)),
                     MN_E_BAD_CERTIFICATE);
    mn_bytes_free(&no_usage);
    mn_bytes_free(&plain);
}
END_TEST

START_TEST(a_chain_leads_to_an_anchor)
{
    ck_assert_int_eq(check(&middle, NULL, &root, IN_2026), MN_OK);
    ck_assert_int_eq(check(&namesake, &middle, &root, IN_2026), MN_OK);
    ck_assert_int_eq(check(NULL, NULL, &middle, IN_2026), MN_OK);
    ck_assert_int_eq(check(NULL, NULL, &leaf, IN_2026), MN_OK);
}
END_TEST

START_TEST(a_chain_that_leads_elsewhere_is_not_trusted)
{
    ck_assert_int_eq(check(NULL, NULL, &root, IN_2026), MN_E_UNTRUSTED);
    ck_assert_int_eq(check(&middle, &root, &namesake, IN_2026), MN_E_UNTRUSTED);
    ck_assert_int_eq(check(&middle, &root, NULL, IN_2026), MN_E_UNTRUSTED);
    leaf.ptr[leaf.len - 1] ^= 1;
    ck_assert_int_eq(check(&middle, NULL, &root, IN_2026), MN_E_UNTRUSTED);
    ck_assert_int_eq(check(&middle, NULL, &root, IN_2035), MN_E_UNTRUSTED);
    leaf.ptr[leaf.len - 1] ^= 1;
}
END_TEST

START_TEST(dates_are_told_apart)
{
    ck_assert_int_eq(check(&middle, NULL, &root, IN_2035), MN_E_EXPIRED);
    ck_assert_int_eq(check(&middle, NULL, &root, 0), MN_E_EXPIRED);
}
END_TEST

START_TEST(a_pile_is_sorted_for_a_key)
{
    struct mn_certificates pile = list(&root, &namesake), issuers = {0};
    struct mn_bytes info = made_public_key_info(made_ec_key()), own = {0};

    ck_assert_int_eq(mn_certificates_add(&pile, mn_bytes_span(&middle)), MN_OK);
    ck_assert_int_eq(mn_chain_sort(&pile, mn_bytes_span(&info), &own, &issuers), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&own), mn_bytes_span(&middle)));
    ck_assert_uint_eq(issuers.count, 1);
    ck_assert(mn_span_equal(mn_bytes_span(&issuers.der[0]), mn_bytes_span(&root)));
    ck_assert_uint_eq(pile.count, 1);
    ck_assert(mn_span_equal(mn_bytes_span(&pile.der[0]), mn_bytes_span(&namesake)));
    ck_assert_int_eq(mn_chain_sort(&pile, mn_bytes_span(&info), &own, &issuers),
                     MN_E_NO_CERTIFICATE);
    mn_bytes_free(&info);
    mn_bytes_free(&own);
    mn_certificates_free(&issuers);
    mn_certificates_free(&pile);
}
END_TEST

START_TEST(a_fingerprint_is_the_sha256)
{
    uint8_t made[MN_FINGERPRINT_BYTES], wanted[MN_FINGERPRINT_BYTES];

    ck_assert_int_eq(mn_chain_fingerprint(mn_bytes_span(&root), made), MN_OK);
    ck_assert_int_eq(EVP_Digest(root.ptr, root.len, wanted, NULL, EVP_sha256(), NULL), 1);
    ck_assert_mem_eq(made, wanted, sizeof made);
}
END_TEST

START_TEST(a_list_has_an_end)
{
    struct mn_certificates full = {0};

    for (size_t i = 0; i < MN_CERTIFICATES_MAX; i++)
        ck_assert_int_eq(mn_certificates_add(&full, mn_span("x", 1)), MN_OK);
    ck_assert_int_eq(mn_certificates_add(&full, mn_span("x", 1)), MN_E_EXCESSIVE);
    ck_assert_uint_eq(full.count, MN_CERTIFICATES_MAX);
    mn_certificates_free(&full);
    ck_assert_uint_eq(full.count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/chain");
    TCase *tcase = tcase_create("chain");

    tcase_add_unchecked_fixture(tcase, make, forget);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_add_test(tcase, an_issuer_vouches_for_its_own_only);
    tcase_add_test(tcase, what_is_no_ca_vouches_for_nobody);
    tcase_add_test(tcase, a_chain_leads_to_an_anchor);
    tcase_add_test(tcase, a_chain_that_leads_elsewhere_is_not_trusted);
    tcase_add_test(tcase, dates_are_told_apart);
    tcase_add_test(tcase, a_pile_is_sorted_for_a_key);
    tcase_add_test(tcase, a_fingerprint_is_the_sha256);
    tcase_add_test(tcase, a_list_has_an_end);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
