/* Signing, verifying, digesting, random numbers (3.0, 5.12 to 5.19). */
#include <string.h>

#include "runner.h"
#include "stage.h"

static CK_BYTE data[RSA_SIZE], signature[RSA_SIZE + 1];
static CK_ULONG len;
static CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, 32};

static CK_MECHANISM mechanism(CK_MECHANISM_TYPE type)
{
    if (type == CKM_RSA_PKCS_PSS || type == CKM_SHA256_RSA_PKCS_PSS)
        return (CK_MECHANISM){type, &pss, sizeof pss};
    return (CK_MECHANISM){type, NULL, 0};
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type)
{
    CK_MECHANISM m = mechanism(type);
    len = sizeof signature;
    return p11->C_SignInit(session, &m, only(session, CKO_PRIVATE_KEY));
}

static CK_RV verify_init(CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type)
{
    CK_MECHANISM m = mechanism(type);
    return p11->C_VerifyInit(session, &m, only(session, CKO_PUBLIC_KEY));
}

static const CK_MECHANISM_TYPE signing[] = {
    CKM_RSA_PKCS,        CKM_SHA1_RSA_PKCS,   CKM_SHA224_RSA_PKCS, CKM_SHA256_RSA_PKCS,
    CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS, CKM_RSA_PKCS_PSS,    CKM_SHA256_RSA_PKCS_PSS};
#define SIGNING (int)(sizeof signing / sizeof signing[0])

/* The card signs by itself, OpenSSL checks: both must mean the same. */
START_TEST(both_keys_sign_with_every_mechanism)
{
    for (CK_SLOT_ID slot = AUTH_SLOT; slot <= SIGN_SLOT; slot++) {
        CK_SESSION_HANDLE session = log_in(slot);
        ck_assert_uint_eq(sign_init(session, signing[_i]), CKR_OK);
        ck_assert_uint_eq(p11->C_Sign(session, data, 32, signature, &len), CKR_OK);
        ck_assert_uint_eq(len, RSA_SIZE);
        ck_assert_uint_eq(verify_init(session, signing[_i]), CKR_OK);
        ck_assert_uint_eq(p11->C_Verify(session, data, 32, signature, len), CKR_OK);
        ck_assert_uint_eq(verify_init(session, signing[_i]), CKR_OK);
        ck_assert_uint_eq(p11->C_VerifyUpdate(session, data, 31), CKR_OK);
        ck_assert_uint_eq(p11->C_VerifyUpdate(session, data, 1), CKR_OK);
        ck_assert_uint_eq(p11->C_VerifyFinal(session, signature, len), CKR_OK);
    }
}
END_TEST

START_TEST(a_signature_can_be_made_of_parts)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_init(session, signing[_i]), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 20), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 12), CKR_OK);
    ck_assert_uint_eq(p11->C_SignFinal(session, NULL, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OK);
    ck_assert_uint_eq(verify_init(session, signing[_i]), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 32, signature, len), CKR_OK);
}
END_TEST

START_TEST(the_size_is_told_without_the_card)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    cardsim_clear_counts(card);
    ck_assert_uint_eq(p11->C_Sign(session, data, 32, NULL, &len), CKR_OK);
    ck_assert_uint_eq(len, RSA_SIZE);
    len = RSA_SIZE - 1;
    ck_assert_uint_eq(p11->C_Sign(session, data, 32, signature, &len), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(len, RSA_SIZE);
    ck_assert_uint_eq(cardsim_count(card), 0);
    ck_assert_uint_eq(p11->C_Sign(session, data, 32, signature, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 32, signature, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(a_key_is_checked_before_it_is_used)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_OBJECT_HANDLE found[8], key = only(session, CKO_PRIVATE_KEY);
    CK_MECHANISM good = mechanism(CKM_RSA_PKCS), unknown = mechanism(CKM_AES_CBC);
    CK_MECHANISM digest = mechanism(CKM_SHA256), bad = {CKM_RSA_PKCS_PSS, &pss, 3};
    ck_assert_uint_eq(find_class(session, CKO_CERTIFICATE, found), 2);
    ck_assert_uint_eq(p11->C_SignInit(session, &good, 0), CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &good, found[0]), CKR_KEY_HANDLE_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &good, only(session, CKO_PUBLIC_KEY)),
                      CKR_KEY_FUNCTION_NOT_PERMITTED);
    ck_assert_uint_eq(p11->C_VerifyInit(session, &good, key), CKR_KEY_FUNCTION_NOT_PERMITTED);
    ck_assert_uint_eq(p11->C_SignInit(session, &unknown, key), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &digest, key), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &bad, key), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(p11->C_SignInit(session, &good, key), CKR_OK);
    ck_assert_uint_eq(p11->C_SignInit(session, &good, key), CKR_OPERATION_ACTIVE);
}
END_TEST

START_TEST(other_pss_parameters_are_refused)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    pss.sLen = 20;
    ck_assert_uint_eq(sign_init(session, CKM_RSA_PKCS_PSS), CKR_MECHANISM_PARAM_INVALID);
    pss.sLen = 32;
    pss.hashAlg = CKM_SHA512;
    ck_assert_uint_eq(sign_init(session, CKM_SHA256_RSA_PKCS_PSS), CKR_MECHANISM_PARAM_INVALID);
    pss.hashAlg = CKM_SHA256;
    pss.mgf = CKG_MGF1_SHA1;
    ck_assert_uint_eq(sign_init(session, CKM_RSA_PKCS_PSS), CKR_MECHANISM_PARAM_INVALID);
}
END_TEST

START_TEST(what_is_too_long_is_refused)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_init(session, CKM_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, RSA_SIZE - 10, signature, &len),
                      CKR_DATA_LEN_RANGE);
    ck_assert_uint_eq(p11->C_Sign(session, data, 1, signature, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(sign_init(session, CKM_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, RSA_SIZE - 11, signature, &len), CKR_OK);
    ck_assert_uint_eq(sign_init(session, CKM_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, (CK_ULONG)-1, signature, &len),
                      CKR_DATA_LEN_RANGE);
}
END_TEST

START_TEST(nothing_at_all_can_be_hashed_and_signed)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OK);
    ck_assert_uint_eq(verify_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, NULL, 0, signature, len), CKR_OK);
}
END_TEST

START_TEST(steps_in_the_wrong_order_are_refused)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(sign_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 1, signature, &len), CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(sign_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 1, signature, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_Verify(session, data, 1, signature, len),
                      CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(a_bad_signature_is_told_from_a_short_one)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 10, signature, &len), CKR_OK);
    ck_assert_uint_eq(verify_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 9, signature, len), CKR_SIGNATURE_INVALID);
    ck_assert_uint_eq(verify_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 10, signature, len - 1),
                      CKR_SIGNATURE_LEN_RANGE);
    ck_assert_uint_eq(verify_init(session, CKM_SHA1_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 10, signature, len), CKR_SIGNATURE_INVALID);
}
END_TEST

START_TEST(verifying_needs_no_login_and_no_card)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Sign(session, data, 10, signature, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_Logout(session), CKR_OK);
    ck_assert_uint_eq(find_class(session, CKO_PUBLIC_KEY, NULL), 1);
    cardsim_clear_counts(card);
    ck_assert_uint_eq(verify_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 10, signature, len), CKR_OK);
    ck_assert_uint_eq(cardsim_count(card), 0);
}
END_TEST

START_TEST(a_mechanism_that_is_none_cancels)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    ck_assert_uint_eq(sign_init(session, CKM_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_SignInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_SignInit(session, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(verify_init(session, CKM_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_VerifyInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestInit(session, NULL), CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(operations_of_different_kinds_go_side_by_side)
{
    CK_SESSION_HANDLE session = log_in(AUTH_SLOT);
    CK_MECHANISM sha1 = mechanism(CKM_SHA_1);
    CK_BYTE digest[20];
    CK_ULONG digest_len = sizeof digest, count;
    CK_OBJECT_HANDLE found[8];
    ck_assert_uint_eq(sign_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_SignUpdate(session, data, 1), CKR_OK);
    ck_assert_uint_eq(verify_init(session, CKM_SHA256_RSA_PKCS), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestInit(session, &sha1), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestInit(session, &sha1), CKR_OPERATION_ACTIVE);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_Digest(session, data, 3, digest, &digest_len), CKR_OK);
    ck_assert_uint_eq(p11->C_SignFinal(session, signature, &len), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjects(session, found, 8, &count), CKR_OK);
    ck_assert_uint_eq(p11->C_Verify(session, data, 1, signature, len), CKR_OK);
}
END_TEST

START_TEST(digests_are_those_of_the_standard)
{
    static const CK_BYTE abc[] = {0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40,
                                  0xDE, 0x5D, 0xAE, 0x22, 0x23, 0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17,
                                  0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD};
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    CK_MECHANISM sha256 = mechanism(CKM_SHA256), rsa = mechanism(CKM_RSA_PKCS);
    CK_BYTE text[] = "abc", digest[32];
    CK_ULONG digest_len = 31;
    ck_assert_uint_eq(p11->C_DigestInit(session, &rsa), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(p11->C_DigestInit(session, &sha256), CKR_OK);
    ck_assert_uint_eq(p11->C_Digest(session, text, 3, digest, &digest_len), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(digest_len, 32);
    ck_assert_uint_eq(p11->C_Digest(session, text, 3, digest, &digest_len), CKR_OK);
    ck_assert_mem_eq(digest, abc, 32);
    ck_assert_uint_eq(p11->C_DigestInit(session, &sha256), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestUpdate(session, text, 1), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestUpdate(session, text + 1, 2), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestFinal(session, NULL, &digest_len), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestFinal(session, digest, &digest_len), CKR_OK);
    ck_assert_mem_eq(digest, abc, 32);
    ck_assert_uint_eq(p11->C_DigestFinal(session, digest, &digest_len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_DigestKey(session, 1), CKR_FUNCTION_NOT_SUPPORTED);
}
END_TEST

START_TEST(random_numbers_come_at_any_length)
{
    CK_SESSION_HANDLE session = open_session(AUTH_SLOT, false);
    CK_BYTE first[64] = {0}, second[64] = {0};
    ck_assert_uint_eq(p11->C_GenerateRandom(session, first, 64), CKR_OK);
    ck_assert_uint_eq(p11->C_GenerateRandom(session, second, 64), CKR_OK);
    ck_assert_mem_ne(first, second, 64);
    ck_assert_uint_eq(p11->C_GenerateRandom(session, first, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_GenerateRandom(session, NULL, 0), CKR_OK);
    ck_assert_uint_eq(p11->C_GenerateRandom(session, NULL, 1), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_SeedRandom(session, first, 64), CKR_OK);
    ck_assert_uint_eq(p11->C_SeedRandom(session, NULL, 1), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(cardsim_count(card), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/crypto");
    TCase *tcase = tcase_create("crypto");

    stage_attach(tcase);
    tcase_add_loop_test(tcase, both_keys_sign_with_every_mechanism, 0, SIGNING);
    tcase_add_loop_test(tcase, a_signature_can_be_made_of_parts, 0, SIGNING);
    tcase_add_test(tcase, the_size_is_told_without_the_card);
    tcase_add_test(tcase, a_key_is_checked_before_it_is_used);
    tcase_add_test(tcase, other_pss_parameters_are_refused);
    tcase_add_test(tcase, what_is_too_long_is_refused);
    tcase_add_test(tcase, nothing_at_all_can_be_hashed_and_signed);
    tcase_add_test(tcase, steps_in_the_wrong_order_are_refused);
    tcase_add_test(tcase, a_bad_signature_is_told_from_a_short_one);
    tcase_add_test(tcase, verifying_needs_no_login_and_no_card);
    tcase_add_test(tcase, a_mechanism_that_is_none_cancels);
    tcase_add_test(tcase, operations_of_different_kinds_go_side_by_side);
    tcase_add_test(tcase, digests_are_those_of_the_standard);
    tcase_add_test(tcase, random_numbers_come_at_any_length);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
