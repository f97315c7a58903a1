#include "crypto/authority_draft.h"

#include <string.h>

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/certificate.h"
#include "crypto/issued.h"
#include "crypto/library.h"
#include "crypto/private_key.h"
#include "runner.h"

#define FROM 1795325400 /* in 2026 */
#define TO   2426045400 /* in 2046 */

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
}

static mn_rc sign(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    const struct mn_private_key *key = self;

    return mn_private_key_kind(key) == MN_KEY_EC
               ? mn_private_key_sign_ecdsa(key, content, out, len)
               : mn_private_key_sign_pkcs1(key, content, out, len);
}

/* Issues with the second key one for the first. */
static mn_rc issue(const char *name, struct mn_private_key *key, struct mn_private_key *by,
                   struct mn_bytes *out)
{
    const struct mn_authority_draft draft = {.name = name,
                                             .public_key_info = mn_private_key_public_info(key),
                                             .not_before = FROM,
                                             .not_after = TO};
    const struct mn_cms_signer signer = {.sign = sign, .self = by};

    return mn_authority_draft_issue(&draft, &signer, out);
}

static const enum mn_key_choice choices[] = {MN_CHOICE_RSA_3072, MN_CHOICE_P256, MN_CHOICE_P384};

START_TEST(it_may_speak_of_validity_and_of_nothing_else)
{
    struct mn_private_key *key = NULL;
    struct mn_bytes der = {0};
    const unsigned char *at;
    X509 *x;

    ck_assert_int_eq(mn_private_key_generate(choices[_i], &key), MN_OK);
    ck_assert_int_eq(issue("検証局", key, key, &der), MN_OK);
    ck_assert_int_eq(mn_issued_check_possession(mn_bytes_span(&der)), MN_OK);
    at = der.ptr;
    x = d2i_X509(NULL, &at, (long)der.len);
    ck_assert_ptr_nonnull(x);
    ck_assert_int_eq(X509_get_version(x), X509_VERSION_3);
    ck_assert_uint_eq(X509_get_key_usage(x), KU_DIGITAL_SIGNATURE | KU_CRL_SIGN);
    ck_assert_uint_eq(X509_get_extended_key_usage(x), XKU_OCSP_SIGN);
    ck_assert_int_eq(X509_check_ca(x), 0);
    /* Names and key identifiers fit, but it may issue nothing. */
    ck_assert_int_eq(X509_check_issued(x, x), X509_V_ERR_KEYUSAGE_NO_CERTSIGN);
    ck_assert_int_eq(X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)), 0);
    ck_assert_int_ge(X509_get_ext_by_NID(x, NID_id_pkix_OCSP_noCheck, -1), 0);
    ck_assert_int_eq(ASN1_TIME_cmp_time_t(X509_get0_notBefore(x), FROM), 0);
    ck_assert_int_eq(ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), TO), 0);
    ck_assert_int_eq(ASN1_STRING_length(X509_get0_serialNumber(x)), 16);
    X509_free(x);
    mn_bytes_free(&der);
    mn_private_key_free(&key);
}
END_TEST

START_TEST(another_key_cannot_sign_it)
{
    struct mn_private_key *key = NULL, *other = NULL;
    struct mn_bytes der = {0};

    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &other), MN_OK);
    ck_assert_int_eq(issue("authority", key, other, &der), MN_E_BAD_SIGNATURE);
    ck_assert_uint_eq(der.len, 0);
    mn_private_key_free(&other);
    mn_private_key_free(&key);
}
END_TEST

static mn_rc refuse(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    (void)self, (void)content, (void)out, (void)len;
    return MN_E_REMOVED;
}

START_TEST(what_the_key_says_is_passed_on)
{
    struct mn_private_key *key = NULL;
    struct mn_authority_draft draft = {.name = "authority", .not_before = FROM, .not_after = TO};
    const struct mn_cms_signer signer = {.sign = refuse};
    struct mn_bytes der = {0};

    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
    draft.public_key_info = mn_private_key_public_info(key);
    ck_assert_int_eq(mn_authority_draft_issue(&draft, &signer, &der), MN_E_REMOVED);
    draft.public_key_info = mn_span("hello", 5);
    ck_assert_int_eq(mn_authority_draft_issue(&draft, &signer, &der), MN_E_KEY_KIND);
    mn_private_key_free(&key);
}
END_TEST

START_TEST(names_that_no_certificate_can_have_are_refused)
{
    static const char *const names[] = {
        "", "\xff", "two\nlines",
        "12345678901234567890123456789012345678901234567890123456789012345"};
    struct mn_private_key *key = NULL;
    struct mn_bytes der = {0};

    ck_assert_int_eq(mn_private_key_generate(MN_CHOICE_P256, &key), MN_OK);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_int_eq(issue(names[i], key, key, &der), MN_E_ARGUMENT);
    mn_private_key_free(&key);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/authority_draft");
    TCase *tcase = tcase_create("authority_draft");

    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, it_may_speak_of_validity_and_of_nothing_else, 0,
                        (int)(sizeof choices / sizeof choices[0]));
    tcase_add_test(tcase, another_key_cannot_sign_it);
    tcase_add_test(tcase, what_the_key_says_is_passed_on);
    tcase_add_test(tcase, names_that_no_certificate_can_have_are_refused);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
