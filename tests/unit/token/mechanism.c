#include "token/mechanism.h"

#include "runner.h"
#include "standin.h"

static struct standin standin;
static struct mn_token token;

static void set_up(void)
{
    standin_init_public(&standin);
    token = standin_token(&standin);
}

static void tear_down(void)
{
    standin_release(&standin);
}

START_TEST(every_listed_mechanism_is_found_and_no_other)
{
    CK_MECHANISM_TYPE list[MN_MECHANISMS_MAX];
    size_t len = mn_mechanism_list(&token, false, list);
    ck_assert_uint_eq(len, 13);
    for (size_t i = 0; i < len; i++) {
        const struct mn_mechanism *m = mn_mechanism_find(&token, list[i]);
        ck_assert_ptr_nonnull(m);
        ck_assert_uint_eq(m->type, list[i]);
    }
    ck_assert_ptr_null(mn_mechanism_find(&token, CKM_RSA_X_509));
    ck_assert_ptr_null(mn_mechanism_find(&token, CKM_MD5_RSA_PKCS));
    ck_assert_ptr_null(mn_mechanism_find(&token, CKM_SHA384_RSA_PKCS_PSS));
    ck_assert_ptr_null(mn_mechanism_find(&token, CKM_RSA_PKCS_KEY_PAIR_GEN));
}
END_TEST

START_TEST(a_token_without_pss_lists_none)
{
    CK_MECHANISM_TYPE list[MN_MECHANISMS_MAX];
    standin.has_pss = false;
    size_t len = mn_mechanism_list(&token, false, list);
    ck_assert_uint_eq(len, 11);
    for (size_t i = 0; i < len; i++)
        ck_assert(list[i] != CKM_RSA_PKCS_PSS && list[i] != CKM_SHA256_RSA_PKCS_PSS);
    ck_assert_ptr_null(mn_mechanism_find(&token, CKM_RSA_PKCS_PSS));
    ck_assert_ptr_null(mn_mechanism_find(&token, CKM_SHA256_RSA_PKCS_PSS));
}
END_TEST

START_TEST(the_token_is_asked_about_pss_only)
{
    ck_assert_ptr_nonnull(mn_mechanism_find(&token, CKM_RSA_PKCS));
    ck_assert_ptr_nonnull(mn_mechanism_find(&token, CKM_SHA256_RSA_PKCS));
    ck_assert_ptr_nonnull(mn_mechanism_find(&token, CKM_SHA_1));
    ck_assert_uint_eq(standin.offers, 0);
    ck_assert_ptr_nonnull(mn_mechanism_find(&token, CKM_RSA_PKCS_PSS));
    ck_assert_uint_eq(standin.offers, 1);
}
END_TEST

START_TEST(the_signing_mechanisms_are_the_keys_own)
{
    CK_MECHANISM_TYPE list[MN_MECHANISMS_MAX];
    size_t len = mn_mechanism_list(&token, true, list);
    ck_assert_uint_eq(len, 8);
    ck_assert_uint_eq(list[0], CKM_RSA_PKCS);
    for (size_t i = 0; i < len; i++)
        ck_assert_int_ne(mn_mechanism_find(&token, list[i])->kind, MN_MECHANISM_DIGEST);
}
END_TEST

START_TEST(what_a_mechanism_says_of_itself_is_true)
{
    CK_MECHANISM_INFO info;
    mn_mechanism_info(mn_mechanism_find(&token, CKM_SHA256_RSA_PKCS), &standin.facts, &info);
    ck_assert_uint_eq(info.flags, CKF_HW | CKF_SIGN | CKF_VERIFY);
    ck_assert_uint_eq(info.ulMinKeySize, 2048);
    ck_assert_uint_eq(info.ulMaxKeySize, 2048);
    standin.facts.in_hardware = false;
    mn_mechanism_info(mn_mechanism_find(&token, CKM_RSA_PKCS_PSS), &standin.facts, &info);
    ck_assert_uint_eq(info.flags, CKF_SIGN | CKF_VERIFY);
    mn_mechanism_info(mn_mechanism_find(&token, CKM_SHA256), &standin.facts, &info);
    ck_assert_uint_eq(info.flags, CKF_DIGEST);
    ck_assert_uint_eq(info.ulMaxKeySize, 0);
}
END_TEST

static CK_RV check_pss(CK_MECHANISM_TYPE hash, CK_RSA_PKCS_MGF_TYPE mgf, CK_ULONG salt)
{
    CK_RSA_PKCS_PSS_PARAMS params = {hash, mgf, salt};
    CK_MECHANISM given = {CKM_RSA_PKCS_PSS, &params, sizeof params};
    return mn_mechanism_check(mn_mechanism_find(&token, CKM_RSA_PKCS_PSS), &given);
}

START_TEST(pss_is_sha_256_throughout_with_a_salt_of_32)
{
    ck_assert_uint_eq(check_pss(CKM_SHA256, CKG_MGF1_SHA256, 32), CKR_OK);
    ck_assert_uint_eq(check_pss(CKM_SHA384, CKG_MGF1_SHA256, 32), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(CKM_SHA256, CKG_MGF1_SHA1, 32), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(CKM_SHA256, CKG_MGF1_SHA256, 20), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(CKM_SHA256, CKG_MGF1_SHA256, 0), CKR_MECHANISM_PARAM_INVALID);
}
END_TEST

START_TEST(a_parameter_of_the_wrong_size_is_refused)
{
    CK_RSA_PKCS_PSS_PARAMS params = {CKM_SHA256, CKG_MGF1_SHA256, 32};
    const struct mn_mechanism *pss = mn_mechanism_find(&token, CKM_SHA256_RSA_PKCS_PSS);
    const struct mn_mechanism *pkcs1 = mn_mechanism_find(&token, CKM_RSA_PKCS);
    CK_MECHANISM shorter = {CKM_SHA256_RSA_PKCS_PSS, &params, sizeof params - 1};
    CK_MECHANISM none = {CKM_SHA256_RSA_PKCS_PSS, NULL, 0};
    CK_MECHANISM missing = {CKM_SHA256_RSA_PKCS_PSS, NULL, sizeof params};
    CK_MECHANISM needless = {CKM_RSA_PKCS, &params, sizeof params};
    ck_assert_uint_eq(mn_mechanism_check(pss, &shorter), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(mn_mechanism_check(pss, &none), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(mn_mechanism_check(pss, &missing), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(mn_mechanism_check(pkcs1, &needless), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(mn_mechanism_check(pkcs1, &none), CKR_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token/mechanism");
    TCase *tcase = tcase_create("mechanism");

    tcase_add_unchecked_fixture(tcase, standin_make, NULL);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, every_listed_mechanism_is_found_and_no_other);
    tcase_add_test(tcase, a_token_without_pss_lists_none);
    tcase_add_test(tcase, the_token_is_asked_about_pss_only);
    tcase_add_test(tcase, the_signing_mechanisms_are_the_keys_own);
    tcase_add_test(tcase, what_a_mechanism_says_of_itself_is_true);
    tcase_add_test(tcase, pss_is_sha_256_throughout_with_a_salt_of_32);
    tcase_add_test(tcase, a_parameter_of_the_wrong_size_is_refused);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
