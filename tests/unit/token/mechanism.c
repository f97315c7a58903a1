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

static CK_RV check(CK_MECHANISM *given)
{
    struct mn_scheme scheme;
    return mn_mechanism_scheme(&token, mn_mechanism_find(&token, given->mechanism), given, &scheme);
}

static CK_RV check_pss(CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE hash, CK_RSA_PKCS_MGF_TYPE mgf,
                       CK_ULONG salt)
{
    CK_RSA_PKCS_PSS_PARAMS params = {hash, mgf, salt};
    CK_MECHANISM given = {type, &params, sizeof params};
    return check(&given);
}

START_TEST(what_a_card_cannot_do_is_no_parameter)
{
    static const CK_MECHANISM_TYPE type = CKM_RSA_PKCS_PSS;
    ck_assert_uint_eq(check_pss(type, CKM_SHA256, CKG_MGF1_SHA256, 32), CKR_OK);
    ck_assert_uint_eq(check_pss(type, CKM_SHA384, CKG_MGF1_SHA256, 32),
                      CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(type, CKM_SHA256, CKG_MGF1_SHA1, 32), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(type, CKM_SHA256, CKG_MGF1_SHA256, 20),
                      CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(type, CKM_SHA256, CKG_MGF1_SHA256, 0), CKR_MECHANISM_PARAM_INVALID);
}
END_TEST

START_TEST(a_key_in_software_takes_every_hash_and_salt_that_fit)
{
    token = standin_lending_token(&standin);
    ck_assert_uint_eq(check_pss(CKM_RSA_PKCS_PSS, CKM_SHA384, CKG_MGF1_SHA1, 0), CKR_OK);
    ck_assert_uint_eq(check_pss(CKM_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512, 190), CKR_OK);
    ck_assert_uint_eq(check_pss(CKM_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512, 191),
                      CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(CKM_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512, (CK_ULONG)-1),
                      CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384, CKG_MGF1_SHA384, 48), CKR_OK);
    ck_assert_uint_eq(check_pss(CKM_SHA384_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256, 32),
                      CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(CKM_RSA_PKCS_PSS, CKM_MD5, CKG_MGF1_SHA256, 32),
                      CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_pss(CKM_RSA_PKCS_PSS, CKM_SHA256, 99, 32), CKR_MECHANISM_PARAM_INVALID);
}
END_TEST

START_TEST(a_parameter_of_the_wrong_size_is_refused)
{
    CK_RSA_PKCS_PSS_PARAMS params = {CKM_SHA256, CKG_MGF1_SHA256, 32};
    CK_MECHANISM shorter = {CKM_SHA256_RSA_PKCS_PSS, &params, sizeof params - 1};
    CK_MECHANISM none = {CKM_SHA256_RSA_PKCS_PSS, NULL, 0};
    CK_MECHANISM missing = {CKM_SHA256_RSA_PKCS_PSS, NULL, sizeof params};
    CK_MECHANISM needless = {CKM_RSA_PKCS, &params, sizeof params};
    CK_MECHANISM plain = {CKM_RSA_PKCS, NULL, 0};
    ck_assert_uint_eq(check(&shorter), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check(&none), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check(&missing), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check(&needless), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check(&plain), CKR_OK);
}
END_TEST

static CK_RV check_oaep(CK_RSA_PKCS_OAEP_PARAMS params)
{
    struct mn_padding padding;
    CK_MECHANISM given = {CKM_RSA_PKCS_OAEP, &params, sizeof params};
    return mn_mechanism_padding(&token, mn_mechanism_find(&token, CKM_RSA_PKCS_OAEP), &given,
                                &padding);
}

START_TEST(oaep_takes_every_hash_and_a_label)
{
    char label[] = "label";
    token = standin_lending_token(&standin);
    ck_assert_uint_eq(
        check_oaep((CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED}),
        CKR_OK);
    ck_assert_uint_eq(check_oaep((CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA512, CKG_MGF1_SHA256}), CKR_OK);
    ck_assert_uint_eq(check_oaep((CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA256, CKG_MGF1_SHA256,
                                                           CKZ_DATA_SPECIFIED, label, 5}),
                      CKR_OK);
    ck_assert_uint_eq(
        check_oaep((CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA256, CKG_MGF1_SHA256, 0, label, 5}),
        CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_oaep((CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA256, CKG_MGF1_SHA256,
                                                           CKZ_DATA_SPECIFIED, NULL, 5}),
                      CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(
        check_oaep((CK_RSA_PKCS_OAEP_PARAMS){CKM_MD5, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED}),
        CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(check_oaep((CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA256, 77, CKZ_DATA_SPECIFIED}),
                      CKR_MECHANISM_PARAM_INVALID);
}
END_TEST

START_TEST(each_kind_of_key_has_its_mechanisms)
{
    CK_MECHANISM_TYPE list[MN_MECHANISMS_MAX];
    CK_MECHANISM_INFO info;
    token = standin_lending_token(&standin);
    ck_assert_uint_eq(mn_mechanism_list(&token, true, list), 13);
    mn_mechanism_info(mn_mechanism_find(&token, CKM_RSA_PKCS), &standin.facts, &info);
    ck_assert_uint_eq(info.flags, CKF_SIGN | CKF_VERIFY | CKF_DECRYPT | CKF_ENCRYPT);
    mn_mechanism_info(mn_mechanism_find(&token, CKM_RSA_PKCS_OAEP), &standin.facts, &info);
    ck_assert_uint_eq(info.flags, CKF_DECRYPT | CKF_ENCRYPT);
    mn_mechanism_info(mn_mechanism_find(&token, CKM_SHA1_RSA_PKCS), &standin.facts, &info);
    ck_assert_uint_eq(info.flags, CKF_SIGN | CKF_VERIFY);
    standin.facts.can_decrypt = false;
    standin.facts.key_kind = MN_KEY_EC;
    standin.facts.key_bits = 256;
    ck_assert_uint_eq(mn_mechanism_list(&token, true, list), 6);
    ck_assert_uint_eq(list[0], CKM_ECDSA);
    mn_mechanism_info(mn_mechanism_find(&token, CKM_ECDSA_SHA256), &standin.facts, &info);
    ck_assert_uint_eq(info.flags,
                      CKF_SIGN | CKF_VERIFY | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS);
    ck_assert_uint_eq(info.ulMaxKeySize, 256);
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
    tcase_add_test(tcase, what_a_card_cannot_do_is_no_parameter);
    tcase_add_test(tcase, a_key_in_software_takes_every_hash_and_salt_that_fit);
    tcase_add_test(tcase, oaep_takes_every_hash_and_a_label);
    tcase_add_test(tcase, each_kind_of_key_has_its_mechanisms);
    tcase_add_test(tcase, a_parameter_of_the_wrong_size_is_refused);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
