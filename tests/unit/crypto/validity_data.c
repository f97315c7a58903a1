#include "crypto/validity_data.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/digest.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "crypto/validity_maker.h"
#include "made.h"
#include "runner.h"

#define WHEN  1780000000 /* in 2026 */
#define YEARS (2 * 365 * 86400)

static struct mn_bytes subject, other; /* what is said is about the one, not about the other */

/* Stands for the authority's key; counts. */
struct authority {
    struct mn_private_key *key;
    struct mn_bytes certificate;
    int asked;
    mn_rc refuses;
    bool slips;
};

static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    struct authority *authority = self;
    mn_rc rc;

    authority->asked++;
    if (authority->refuses)
        return authority->refuses;
    rc = mn_private_key_kind(authority->key) == MN_KEY_RSA
             ? mn_private_key_sign_pkcs1(authority->key, content, out, len)
             : mn_private_key_sign_ecdsa(authority->key, content, out, len);
    if (authority->slips)
        out[9] ^= 1;
    return rc;
}

static struct mn_bytes certificate_of(struct mn_private_key *key, const char *not_after)
{
    struct mn_span info = mn_private_key_public_info(key);
    const unsigned char *at = info.ptr;
    EVP_PKEY *half = d2i_PUBKEY(NULL, &at, (long)info.len);
    struct mn_bytes der = made_certificate(&(struct made_plan){.key = half,
                                                               .name = "authority",
                                                               .not_after = not_after,
                                                               .signer = made_ec_key(),
                                                               .usage = "digitalSignature"});

    EVP_PKEY_free(half);
    return der;
}

static struct authority new_authority(enum mn_key_choice choice)
{
    struct authority authority = {0};

    ck_assert_int_eq(mn_private_key_generate(choice, &authority.key), MN_OK);
    authority.certificate = certificate_of(authority.key, NULL);
    return authority;
}

static void free_authority(struct authority *authority)
{
    mn_bytes_free(&authority->certificate);
    mn_private_key_free(&authority->key);
}

static struct mn_validity good(void)
{
    return (struct mn_validity){.number = 300,
                                .state = MN_VALIDITY_GOOD,
                                .produced_at = WHEN + 5,
                                .this_update = WHEN,
                                .next_update = WHEN + YEARS};
}

static struct mn_validity revoked(enum mn_revocation_reason reason)
{
    struct mn_validity what = good();

    what.state = MN_VALIDITY_REVOKED;
    what.revoked_at = WHEN - 60;
    what.reason = reason;
    return what;
}

static mn_rc make(struct authority *authority, const struct mn_validity *what, struct mn_bytes *out)
{
    struct mn_cms_signer signer = {mn_bytes_span(&authority->certificate), NULL, sign, authority};
    struct mn_validity_maker *maker;
    mn_rc rc = mn_validity_maker_open(&signer, &maker);

    ck_assert_int_eq(rc, MN_OK);
    rc = mn_validity_make(maker, mn_bytes_span(&subject), what, out);
    mn_validity_maker_free(&maker);
    ck_assert_ptr_null(maker);
    return rc;
}

static mn_rc look(const struct mn_bytes *der, const struct mn_bytes *certificate,
                  const struct authority *authority, struct mn_validity *out)
{
    return mn_validity_check(mn_bytes_span(der), mn_bytes_span(certificate),
                             mn_bytes_span(&authority->certificate), out);
}

static void same(const struct mn_validity *a, const struct mn_validity *b)
{
    ck_assert_uint_eq(a->number, b->number);
    ck_assert_int_eq(a->state, b->state);
    ck_assert_int_eq(a->revoked_at, b->revoked_at);
    ck_assert_int_eq(a->reason, b->reason);
    ck_assert_int_eq(a->produced_at, b->produced_at);
    ck_assert_int_eq(a->this_update, b->this_update);
    ck_assert_int_eq(a->next_update, b->next_update);
}

static void prepare(void)
{
    subject = made_certificate(&(struct made_plan){
        .key = made_rsa_key(), .name = "架空", .serial = {(const uint8_t *)"\x81\x02", 2}});
    other = made_certificate(&(struct made_plan){
        .key = made_rsa_key(), .name = "架空", .serial = {(const uint8_t *)"\x81\x03", 2}});
    made_ec_key();
}

static void forget(void)
{
    mn_bytes_free(&subject);
    mn_bytes_free(&other);
    EVP_PKEY_free(made_rsa_key());
    EVP_PKEY_free(made_ec_key());
}

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static const enum mn_key_choice choices[] = {MN_CHOICE_RSA_2048, MN_CHOICE_P256, MN_CHOICE_P384};

START_TEST(what_was_said_is_read_with_each_kind_of_key)
{
    struct authority authority = new_authority(choices[_i]);
    struct mn_validity said[] = {good(), revoked(MN_REASON_KEY_COMPROMISE),
                                 revoked(MN_REASON_UNSPECIFIED), revoked(MN_REASON_AA_COMPROMISE)};
    struct mn_validity read;

    said[3].number = MN_VALIDITY_NUMBER_MAX;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct mn_bytes der = {0};

        ck_assert_int_eq(make(&authority, &said[i], &der), MN_OK);
        ck_assert_int_eq(authority.asked, (int)i + 1);
        ck_assert_int_eq(look(&der, &subject, &authority, &read), MN_OK);
        same(&read, &said[i]);
        mn_bytes_free(&der);
    }
    free_authority(&authority);
}
END_TEST

static X509 *parse(const struct mn_bytes *der)
{
    const unsigned char *at = der->ptr;
    X509 *x = d2i_X509(NULL, &at, (long)der->len);

    ck_assert_ptr_nonnull(x);
    return x;
}

/* What OpenSSL takes it to say of the certificate; -1: it does not believe it. */
static int judge(const struct mn_bytes *der, const struct authority *authority,
                 const struct mn_bytes *certificate, int *reason)
{
    const unsigned char *at = der->ptr;
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)der->len);
    OCSP_BASICRESP *basic = response ? OCSP_response_get1_basic(response) : NULL;
    X509 *above = parse(&authority->certificate), *x = parse(certificate);
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha256(), x, x);
    STACK_OF(X509) *trusted = sk_X509_new_null();
    X509_STORE *store = X509_STORE_new();
    int status = -1;

    ck_assert_ptr_nonnull(basic);
    ck_assert_ptr_eq(at, der->ptr + der->len);
    sk_X509_push(trusted, above);
    if (OCSP_basic_verify(basic, trusted, store, OCSP_TRUSTOTHER) == 1)
        OCSP_resp_find_status(basic, id, &status, reason, NULL, NULL, NULL);
    X509_STORE_free(store);
    sk_X509_free(trusted);
    OCSP_CERTID_free(id);
    X509_free(x);
    X509_free(above);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    return status;
}

START_TEST(openssl_reads_the_same)
{
    struct authority authority = new_authority(choices[_i]);
    struct mn_validity said = good();
    struct mn_bytes der = {0};
    uint8_t hash[32], *at;
    int reason = 0;

    ck_assert_int_eq(make(&authority, &said, &der), MN_OK);
    ck_assert_int_eq(judge(&der, &authority, &subject, &reason), V_OCSP_CERTSTATUS_GOOD);
    ck_assert_int_eq(judge(&der, &authority, &other, &reason), -1);
    mn_bytes_free(&der);
    said = revoked(MN_REASON_SUPERSEDED);
    ck_assert_int_eq(make(&authority, &said, &der), MN_OK);
    ck_assert_int_eq(judge(&der, &authority, &subject, &reason), V_OCSP_CERTSTATUS_REVOKED);
    ck_assert_int_eq(reason, OCSP_REVOKED_STATUS_SUPERSEDED);
    ck_assert_int_eq(mn_digest_of(MN_SHA256, mn_bytes_span(&subject), hash), MN_OK);
    at = memmem(der.ptr, der.len, hash, sizeof hash);
    ck_assert_ptr_nonnull(at);
    *at ^= 1;
    ck_assert_int_eq(judge(&der, &authority, &subject, &reason), -1);
    ck_assert_int_eq(look(&der, &subject, &authority, &said), MN_E_BAD_SIGNATURE);
    mn_bytes_free(&der);
    free_authority(&authority);
}
END_TEST

/* Each bit for the small one, whose signature is ECDSA's; it takes the strictest reading. */
START_TEST(a_change_of_any_bit_is_refused)
{
    struct authority authority = new_authority(MN_CHOICE_P256);
    struct mn_validity said = revoked(MN_REASON_KEY_COMPROMISE), read, none = {0};
    struct mn_bytes der = {0};

    ck_assert_int_eq(make(&authority, &said, &der), MN_OK);
    for (size_t i = 0; i < der.len * 8; i++) {
        der.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
        ck_assert_msg(look(&der, &subject, &authority, &read) != MN_OK, "bit %zu of byte %zu",
                      i % 8, i / 8);
        same(&read, &none);
        der.ptr[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    ck_assert_int_eq(look(&der, &subject, &authority, &read), MN_OK);
    mn_bytes_free(&der);
    free_authority(&authority);
}
END_TEST

START_TEST(a_part_of_it_and_more_than_it_are_refused)
{
    struct authority authority = new_authority(MN_CHOICE_P256);
    struct mn_validity said = good(), read;
    struct mn_bytes der = {0}, longer = {0};

    ck_assert_int_eq(make(&authority, &said, &der), MN_OK);
    for (size_t len = 0; len < der.len; len++) {
        struct mn_bytes part = {der.ptr, len};
        mn_rc rc = look(&part, &subject, &authority, &read);

        ck_assert(rc == MN_E_DAMAGED || (len < 8 && rc == MN_E_FORMAT));
    }
    ck_assert_int_eq(mn_bytes_set(&longer, mn_bytes_span(&der)), MN_OK);
    ck_assert_int_eq(mn_bytes_append(&longer, mn_span("", 1)), MN_OK);
    ck_assert_int_eq(look(&longer, &subject, &authority, &read), MN_E_DAMAGED);
    mn_bytes_free(&longer);
    longer.ptr = calloc(1, MN_VALIDITY_FILE_MAX + 1);
    longer.len = MN_VALIDITY_FILE_MAX + 1;
    ck_assert_int_eq(look(&longer, &subject, &authority, &read), MN_E_EXCESSIVE);
    ck_assert_int_eq(look(&subject, &subject, &authority, &read), MN_E_FORMAT);
    mn_bytes_free(&longer);
    mn_bytes_free(&der);
    free_authority(&authority);
}
END_TEST

START_TEST(each_kind_of_refusal_has_its_own_code)
{
    struct authority authority = new_authority(MN_CHOICE_RSA_2048),
                     stranger = new_authority(MN_CHOICE_RSA_2048);
    struct mn_validity said = good(), read, none = {0};
    struct mn_bytes der = {0}, twin, inside = {0}, empty = {0};

    ck_assert_int_eq(make(&authority, &said, &der), MN_OK);
    ck_assert_int_eq(look(&der, &subject, &stranger, &read), MN_E_OTHER_AUTHORITY);
    same(&read, &none);
    ck_assert_int_eq(look(&der, &other, &authority, &read), MN_E_OTHER_CERTIFICATE);
    same(&read, &said);
    ck_assert_int_eq(look(&der, &empty, &authority, &read), MN_OK);
    same(&read, &said);
    ck_assert_int_eq(mn_validity_check(mn_bytes_span(&der), mn_span("0", 1),
                                       mn_bytes_span(&authority.certificate), &read),
                     MN_E_BAD_CERTIFICATE);
    ck_assert_int_eq(
        mn_validity_check(mn_bytes_span(&der), mn_span(NULL, 0), mn_span("0", 1), &read),
        MN_E_BAD_CERTIFICATE);
    ck_assert_int_eq(mn_validity_authority(mn_bytes_span(&der), &inside), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&inside), mn_bytes_span(&authority.certificate)));
    ck_assert_int_eq(mn_validity_authority(mn_bytes_span(&subject), &inside), MN_E_FORMAT);
    /* The same key and name in another certificate. */
    twin = certificate_of(authority.key, "320101000000Z");
    mn_bytes_free(&stranger.certificate);
    stranger.certificate = twin;
    ck_assert_int_eq(look(&der, &subject, &stranger, &read), MN_E_OTHER_AUTHORITY);
    mn_bytes_free(&inside);
    mn_bytes_free(&der);
    free_authority(&stranger);
    free_authority(&authority);
}
END_TEST

/* One and the same CertID, for that has neither dates nor extensions: only the hash tells. */
START_TEST(a_certificate_that_differs_where_ocsp_does_not_look_is_another)
{
    struct authority authority = new_authority(MN_CHOICE_P256);
    struct mn_validity said = good(), read;
    struct mn_bytes der = {0}, later = made_certificate(
                                   &(struct made_plan){.key = made_rsa_key(),
                                                       .name = "架空",
                                                       .serial = {(const uint8_t *)"\x81\x02", 2},
                                                       .not_after = "320101000000Z"});
    int reason;

    ck_assert_int_eq(make(&authority, &said, &der), MN_OK);
    ck_assert_int_eq(judge(&der, &authority, &later, &reason), V_OCSP_CERTSTATUS_GOOD);
    ck_assert_int_eq(look(&der, &later, &authority, &read), MN_E_OTHER_CERTIFICATE);
    mn_bytes_free(&later);
    mn_bytes_free(&der);
    free_authority(&authority);
}
END_TEST

START_TEST(what_the_key_says_comes_through)
{
    struct authority authority = new_authority(MN_CHOICE_P256);
    struct mn_cms_signer signer = {mn_span("0", 1), NULL, sign, &authority};
    struct mn_validity said = good();
    struct mn_validity_maker *maker;
    struct mn_bytes der = {0};

    authority.refuses = MN_E_REMOVED;
    ck_assert_int_eq(make(&authority, &said, &der), MN_E_REMOVED);
    authority.refuses = MN_OK;
    authority.slips = true;
    ck_assert_int_eq(make(&authority, &said, &der), MN_E_BAD_SIGNATURE);
    ck_assert_uint_eq(der.len, 0);
    ck_assert_int_eq(mn_validity_maker_open(&signer, &maker), MN_E_BAD_CERTIFICATE);
    ck_assert_ptr_null(maker);
    free_authority(&authority);
}
END_TEST

START_TEST(what_cannot_be_said_is_not_signed)
{
    struct authority authority = new_authority(MN_CHOICE_P256);
    struct mn_validity bad[] = {good(),
                                good(),
                                good(),
                                good(),
                                revoked(MN_REASON_UNSPECIFIED),
                                revoked((enum mn_revocation_reason)7)};
    struct mn_bytes der = {0};

    bad[0].number = 0;
    bad[1].number = MN_VALIDITY_NUMBER_MAX + 1;
    bad[2].next_update = bad[2].this_update;
    bad[3].produced_at = 0;
    bad[4].revoked_at = 0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(make(&authority, &bad[i], &der), MN_E_ARGUMENT);
    ck_assert_int_eq(authority.asked, 0);
    free_authority(&authority);
}
END_TEST

START_TEST(times_are_told)
{
    struct mn_validity said = good();

    ck_assert_int_eq(mn_validity_at(&said, WHEN), MN_VALIDITY_CURRENT);
    ck_assert_int_eq(mn_validity_at(&said, WHEN - MN_VALIDITY_CLOCKS_DIFFER), MN_VALIDITY_CURRENT);
    ck_assert_int_eq(mn_validity_at(&said, WHEN - MN_VALIDITY_CLOCKS_DIFFER - 1),
                     MN_VALIDITY_NOT_YET);
    ck_assert_int_eq(mn_validity_at(&said, WHEN + YEARS - 1), MN_VALIDITY_CURRENT);
    ck_assert_int_eq(mn_validity_at(&said, WHEN + YEARS), MN_VALIDITY_EXPIRED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/validity_data");
    TCase *tcase = tcase_create("validity_data");

    tcase_add_unchecked_fixture(tcase, prepare, forget);
    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, what_was_said_is_read_with_each_kind_of_key, 0, 3);
    tcase_add_loop_test(tcase, openssl_reads_the_same, 0, 3);
    tcase_add_test(tcase, a_change_of_any_bit_is_refused);
    tcase_add_test(tcase, a_part_of_it_and_more_than_it_are_refused);
    tcase_add_test(tcase, each_kind_of_refusal_has_its_own_code);
    tcase_add_test(tcase, a_certificate_that_differs_where_ocsp_does_not_look_is_another);
    tcase_add_test(tcase, what_the_key_says_comes_through);
    tcase_add_test(tcase, what_cannot_be_said_is_not_signed);
    tcase_add_test(tcase, times_are_told);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
