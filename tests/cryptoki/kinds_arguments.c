/* Arguments that are missing or cannot be, for every kind of token. */
#include <string.h>

#include "kinds.h"
#include "runner.h"

static CK_SESSION_HANDLE session;
static CK_BYTE in[RSA_SIZE], out[RSA_SIZE];
static CK_ULONG len;

#define REFUSED(call) ck_assert_msg(p11->call == CKR_ARGUMENTS_BAD, #call)

/* One pointer is missing at a time. */
START_TEST(a_pointer_that_is_missing_is_told_before_anything_is_done)
{
    CK_SLOT_ID slot;
    CK_ULONG n = 0;
    CK_ATTRIBUTE template = {CKA_ID, NULL, 0};
    kind_begin(_i);
    session = kind_open(true);
    slot = kind->slot;
    cardsim_clear_counts(card);
    REFUSED(C_GetInfo(NULL));
    REFUSED(C_GetFunctionList(NULL));
    REFUSED(C_GetSlotList(CK_TRUE, NULL, NULL));
    REFUSED(C_GetSlotList(CK_TRUE, &slot, NULL));
    REFUSED(C_GetSlotInfo(slot, NULL));
    REFUSED(C_GetTokenInfo(slot, NULL));
    REFUSED(C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL));
    REFUSED(C_WaitForSlotEvent(0, NULL, NULL));
    REFUSED(C_WaitForSlotEvent(0, &slot, &slot));
    REFUSED(C_GetMechanismList(slot, NULL, NULL));
    REFUSED(C_GetMechanismInfo(slot, kind->signs, NULL));
    REFUSED(C_InitToken(slot, in, 4, NULL));
    REFUSED(C_InitToken(slot, NULL, 4, in));
    REFUSED(C_InitPIN(session, NULL, 4));
    REFUSED(C_SetPIN(session, NULL, 4, in, 4));
    REFUSED(C_SetPIN(session, in, 4, NULL, 4));
    REFUSED(C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, NULL));
    REFUSED(C_GetSessionInfo(session, NULL));
    REFUSED(C_GetOperationState(session, out, NULL));
    REFUSED(C_SetOperationState(session, NULL, 4, 0, 0));
    REFUSED(C_Login(session, CKU_USER, NULL, 4));
    REFUSED(C_CreateObject(session, NULL, 1, &n));
    REFUSED(C_CreateObject(session, &template, 1, NULL));
    REFUSED(C_CopyObject(session, 0, NULL, 1, &n));
    REFUSED(C_CopyObject(session, 0, &template, 1, NULL));
    REFUSED(C_GetObjectSize(session, 0, NULL));
    REFUSED(C_GetAttributeValue(session, 0, NULL, 1));
    REFUSED(C_SetAttributeValue(session, 0, NULL, 1));
    REFUSED(C_FindObjectsInit(session, NULL, 1));
    REFUSED(C_SeedRandom(session, NULL, 1));
    REFUSED(C_GenerateRandom(session, NULL, 1));
    ck_assert_uint_eq(list_3_0->C_GetInterface(NULL, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(list_3_0->C_GetInterfaceList(NULL, NULL), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(list_3_0->C_LoginUser(session, CKU_USER, NULL, 4, NULL, 0),
                      CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(cardsim_count(card), 0);
}
END_TEST

static void begin_all(void)
{
    CK_MECHANISM sign = {kind->hashes_and_signs, NULL, 0}, digest = {CKM_SHA256, NULL, 0};
    (void)list_3_0->C_SessionCancel(session, ~(CK_FLAGS)0);
    ck_assert_uint_eq(p11->C_SignInit(session, &sign, only(session, CKO_PRIVATE_KEY)), CKR_OK);
    ck_assert_uint_eq(p11->C_VerifyInit(session, &sign, only(session, CKO_PUBLIC_KEY)), CKR_OK);
    ck_assert_uint_eq(p11->C_DigestInit(session, &digest), CKR_OK);
    ck_assert_uint_eq(p11->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    len = sizeof out;
}

START_TEST(a_pointer_that_is_missing_in_an_operation_is_told)
{
    kind_begin(_i);
    session = kind_log_in();
    begin_all();
    REFUSED(C_FindObjects(session, NULL, 1, &len));
    REFUSED(C_FindObjects(session, &len, 1, NULL));
    REFUSED(C_Sign(session, in, 1, out, NULL));
    REFUSED(C_Verify(session, in, 1, NULL, RSA_SIZE));
    REFUSED(C_Digest(session, in, 1, out, NULL));
    begin_all();
    REFUSED(C_Sign(session, NULL, 1, out, &len));
    REFUSED(C_Verify(session, NULL, 1, in, 1));
    len = sizeof out;
    REFUSED(C_Digest(session, NULL, 1, out, &len));
    begin_all();
    REFUSED(C_SignUpdate(session, NULL, 1));
    REFUSED(C_VerifyUpdate(session, NULL, 1));
    REFUSED(C_DigestUpdate(session, NULL, 1));
    begin_all();
    REFUSED(C_SignFinal(session, out, NULL));
    REFUSED(C_VerifyFinal(session, NULL, RSA_SIZE));
    REFUSED(C_DigestFinal(session, out, NULL));
    REFUSED(C_SignInit(session, NULL, 0)); /* all have ended: there is nothing to cancel */
    REFUSED(C_VerifyInit(session, NULL, 0));
    REFUSED(C_DigestInit(session, NULL));
}
END_TEST

/* --- parameters of mechanisms --- */

static CK_RV init(bool decrypts, CK_MECHANISM_TYPE type, void *parameter, CK_ULONG size)
{
    CK_MECHANISM m = {type, parameter, size};
    CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY);
    CK_RV rv = decrypts ? p11->C_DecryptInit(session, &m, key) : p11->C_SignInit(session, &m, key);
    (void)list_3_0->C_SessionCancel(session, CKF_SIGN | CKF_DECRYPT);
    return rv;
}

START_TEST(a_mechanism_without_parameter_takes_none)
{
    kind_begin(_i);
    session = kind_log_in();
    CK_ULONG sizes[] = {1, sizeof(CK_RSA_PKCS_PSS_PARAMS), (CK_ULONG)-1};
    for (size_t i = 0; i < 3; i++) {
        CK_MECHANISM digest = {CKM_SHA256, in, sizes[i]};
        ck_assert_uint_eq(init(false, kind->signs, in, sizes[i]), CKR_MECHANISM_PARAM_INVALID);
        ck_assert_uint_eq(init(false, kind->signs, NULL, sizes[i]), CKR_MECHANISM_PARAM_INVALID);
        ck_assert_uint_eq(p11->C_DigestInit(session, &digest), CKR_MECHANISM_PARAM_INVALID);
    }
    ck_assert_uint_eq(init(false, kind->signs, in, 0), CKR_OK);
}
END_TEST

START_TEST(parameters_of_pss_are_checked)
{
    CK_RSA_PKCS_PSS_PARAMS good = {CKM_SHA256, CKG_MGF1_SHA256, 32}, bad;
    CK_ULONG sizes[] = {0, 1, sizeof good - 1, sizeof good + 1, (CK_ULONG)-1};
    CK_ULONG salts[] = {223, 256, (CK_ULONG)-1, (CK_ULONG)1 << 63};
    kind_begin(_i);
    session = kind_log_in();
    CK_RV wrong = CKR_MECHANISM_PARAM_INVALID, right = CKR_OK;
    if (kind->signs == CKM_ECDSA)
        wrong = right = CKR_MECHANISM_INVALID;
    ck_assert_uint_eq(init(false, CKM_RSA_PKCS_PSS, &good, sizeof good), right);
    ck_assert_uint_eq(init(false, CKM_RSA_PKCS_PSS, NULL, 0), wrong);
    ck_assert_uint_eq(init(false, CKM_RSA_PKCS_PSS, NULL, sizeof good), wrong);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        ck_assert_uint_eq(init(false, CKM_RSA_PKCS_PSS, &good, sizes[i]), wrong);
    for (size_t i = 0; i < sizeof salts / sizeof salts[0]; i++) {
        bad = good;
        bad.sLen = salts[i];
        ck_assert_uint_eq(init(false, CKM_SHA256_RSA_PKCS_PSS, &bad, sizeof bad), wrong);
    }
    bad = (CK_RSA_PKCS_PSS_PARAMS){CKM_SHA512, CKG_MGF1_SHA256, 32};
    ck_assert_uint_eq(init(false, CKM_SHA256_RSA_PKCS_PSS, &bad, sizeof bad), wrong);
    bad = (CK_RSA_PKCS_PSS_PARAMS){CKM_SHA256, 0, 32};
    ck_assert_uint_eq(init(false, CKM_RSA_PKCS_PSS, &bad, sizeof bad), wrong);
    bad = (CK_RSA_PKCS_PSS_PARAMS){CKM_MD5, CKG_MGF1_SHA256, 32};
    ck_assert_uint_eq(init(false, CKM_RSA_PKCS_PSS, &bad, sizeof bad), wrong);
}
END_TEST

START_TEST(parameters_of_oaep_are_checked)
{
    CK_RSA_PKCS_OAEP_PARAMS good = {CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, in, 5}, bad;
    CK_ULONG labels[] = {(CK_ULONG)-1, (CK_ULONG)1 << 63, (CK_ULONG)1 << 31};
    CK_ULONG sizes[] = {0, sizeof good - 1, sizeof good + 1, (CK_ULONG)-1};
    kind_begin(_i);
    session = kind_log_in();
    CK_RV wrong = CKR_MECHANISM_PARAM_INVALID, right = CKR_OK;
    if (!kind->decrypts)
        wrong = right = CKR_KEY_FUNCTION_NOT_PERMITTED;
    ck_assert_uint_eq(init(true, CKM_RSA_PKCS_OAEP, &good, sizeof good), right);
    ck_assert_uint_eq(init(true, CKM_RSA_PKCS_OAEP, NULL, sizeof good), wrong);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        ck_assert_uint_eq(init(true, CKM_RSA_PKCS_OAEP, &good, sizes[i]), wrong);
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        bad = good;
        bad.ulSourceDataLen = labels[i];
        ck_assert_uint_eq(init(true, CKM_RSA_PKCS_OAEP, &bad, sizeof bad), wrong);
    }
    bad = good;
    bad.pSourceData = NULL;
    ck_assert_uint_eq(init(true, CKM_RSA_PKCS_OAEP, &bad, sizeof bad), wrong);
    bad = good;
    bad.source = 7;
    ck_assert_uint_eq(init(true, CKM_RSA_PKCS_OAEP, &bad, sizeof bad), wrong);
    bad = good;
    bad.hashAlg = CKM_RSA_PKCS;
    ck_assert_uint_eq(init(true, CKM_RSA_PKCS_OAEP, &bad, sizeof bad), wrong);
}
END_TEST

/* --- encryption, which one kind of token has --- */

START_TEST(a_decryption_is_asked_for_its_size_and_ends_with_any_other_answer)
{
    CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
    CK_ULONG wrong[] = {0, 1, RSA_SIZE - 1, RSA_SIZE + 1, (CK_ULONG)-1};
    kind_begin(_i);
    session = kind_log_in();
    CK_OBJECT_HANDLE key = only(session, CKO_PRIVATE_KEY),
                     public_key = only(session, CKO_PUBLIC_KEY);
    CK_RV rv = kind->decrypts ? CKR_OK : CKR_KEY_FUNCTION_NOT_PERMITTED;
    ck_assert_uint_eq(p11->C_EncryptInit(session, &m, public_key), rv);
    ck_assert_uint_eq(p11->C_DecryptInit(session, &m, key), rv);
    if (!kind->decrypts) {
        len = sizeof out;
        ck_assert_uint_eq(p11->C_Decrypt(session, in, RSA_SIZE, out, &len),
                          CKR_OPERATION_NOT_INITIALIZED);
        return;
    }
    ck_assert_uint_eq(p11->C_Encrypt(session, in, 5, NULL, &len), CKR_OK);
    ck_assert_uint_eq(len, RSA_SIZE);
    len--;
    ck_assert_uint_eq(p11->C_Encrypt(session, in, 5, out, &len), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(p11->C_Encrypt(session, in, (CK_ULONG)-1, out, &len), CKR_DATA_LEN_RANGE);
    ck_assert_uint_eq(p11->C_Encrypt(session, in, 5, out, &len), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(p11->C_Decrypt(session, out, RSA_SIZE, NULL, &len), CKR_OK);
    ck_assert_uint_ge(len, RSA_SIZE - 11);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        len = sizeof out;
        ck_assert_uint_eq(p11->C_Decrypt(session, in, wrong[i], out, &len),
                          CKR_ENCRYPTED_DATA_LEN_RANGE);
        ck_assert_uint_eq(p11->C_DecryptInit(session, &m, key), CKR_OK);
    }
    ck_assert_uint_eq(p11->C_Decrypt(session, NULL, RSA_SIZE, out, &len), CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(p11->C_DecryptFinal(session, out, &len), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

/* --- what no token does --- */

START_TEST(what_no_token_does_is_refused_whatever_the_arguments)
{
    CK_ULONG n = 1;
    kind_begin(_i);
    CK_MECHANISM m = {kind->signs, NULL, 0};
    session = kind_log_in();
#define NOT_SUPPORTED(list, call) ck_assert_msg(list->call == CKR_FUNCTION_NOT_SUPPORTED, #call)
    NOT_SUPPORTED(p11, C_GenerateKey(session, &m, NULL, 0, &n));
    NOT_SUPPORTED(p11, C_GenerateKeyPair(session, &m, NULL, (CK_ULONG)-1, NULL, 0, &n, &n));
    NOT_SUPPORTED(p11, C_WrapKey(session, NULL, n, n, NULL, NULL));
    NOT_SUPPORTED(p11, C_UnwrapKey(session, &m, n, NULL, (CK_ULONG)-1, NULL, 0, NULL));
    NOT_SUPPORTED(p11, C_DeriveKey(session, &m, n, NULL, 0, &n));
    NOT_SUPPORTED(p11, C_SignRecoverInit(session, NULL, 0));
    NOT_SUPPORTED(p11, C_VerifyRecoverInit(session, &m, n));
    NOT_SUPPORTED(p11, C_SignEncryptUpdate(session, NULL, (CK_ULONG)-1, NULL, NULL));
    NOT_SUPPORTED(list_3_0, C_MessageSignInit(session, NULL, 0));
    NOT_SUPPORTED(list_3_0, C_SignMessage(session, NULL, 1, NULL, 1, NULL, NULL));
    NOT_SUPPORTED(list_3_0, C_SignMessageBegin(session, NULL, 1));
    NOT_SUPPORTED(list_3_0, C_SignMessageNext(session, NULL, 1, NULL, 1, NULL, NULL));
    NOT_SUPPORTED(list_3_0, C_MessageSignFinal(session));
    NOT_SUPPORTED(list_3_0, C_MessageVerifyInit(session, &m, n));
    NOT_SUPPORTED(list_3_0, C_MessageEncryptInit(session, NULL, 0));
    NOT_SUPPORTED(list_3_0, C_MessageDecryptInit(session, &m, n));
#undef NOT_SUPPORTED
    ck_assert_uint_eq(kind_sign(session), CKR_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cryptoki/kinds_arguments");
    TCase *tcase = tcase_create("arguments for every kind");

    stage_attach(tcase);
    kinds_add(tcase, a_pointer_that_is_missing_is_told_before_anything_is_done);
    kinds_add(tcase, a_pointer_that_is_missing_in_an_operation_is_told);
    kinds_add(tcase, a_mechanism_without_parameter_takes_none);
    kinds_add(tcase, parameters_of_pss_are_checked);
    kinds_add(tcase, parameters_of_oaep_are_checked);
    kinds_add(tcase, a_decryption_is_asked_for_its_size_and_ends_with_any_other_answer);
    kinds_add(tcase, what_no_token_does_is_refused_whatever_the_arguments);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
