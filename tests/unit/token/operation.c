/* Sign, verify and digest, in every state. */
#include "token/operation.h"

#include <string.h>

#include "crypto/certificate.h"
#include "crypto/library.h"
#include "runner.h"
#include "standin.h"
#include "token/object.h"

#define SIZE STANDIN_SIZE

static struct standin standin;
static struct mn_token token;
static struct mn_attributes public_key;
static struct mn_operation op;
static CK_BYTE data[SIZE], out[SIZE + 1];
static CK_ULONG len;
static CK_RSA_PKCS_PSS_PARAMS pss_params = {CKM_SHA256, CKG_MGF1_SHA256, 32};

static void read_public_key(void)
{
    struct mn_certificate certificate;
    ck_assert_int_eq(mn_certificate_read(standin_certificate(), &certificate), MN_OK);
    struct mn_object_source source = {.facts = &standin.facts, .certificate = &certificate};
    ck_assert_int_eq(mn_object_build(MN_OBJECT_PUBLIC_KEY, &source, &public_key), MN_OK);
    mn_certificate_release(&certificate);
}

static void set_up(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    standin_init_public(&standin);
    standin.open = true;
    token = standin_token(&standin);
    read_public_key();
    memset(data, 'd', sizeof data);
    len = sizeof out;
}

static void set_up_lending(void)
{
    set_up();
    token = standin_lending_token(&standin);
}

static void tear_down(void)
{
    mn_operation_end(&op);
    ck_assert_uint_eq(standin.lent, 0);
    mn_attributes_free(&public_key);
    standin_release(&standin);
    mn_crypto_close();
}

static CK_MECHANISM mechanism(CK_MECHANISM_TYPE type)
{
    if (type == CKM_RSA_PKCS_PSS || type == CKM_SHA256_RSA_PKCS_PSS)
        return (CK_MECHANISM){type, &pss_params, sizeof pss_params};
    return (CK_MECHANISM){type, NULL, 0};
}

static void begin_sign(CK_MECHANISM_TYPE type)
{
    CK_MECHANISM m = mechanism(type);
    ck_assert_uint_eq(mn_operation_begin_sign(&op, &token, &m), CKR_OK);
}

static void begin_verify(CK_MECHANISM_TYPE type)
{
    CK_MECHANISM m = mechanism(type);
    ck_assert_uint_eq(mn_operation_begin_verify(&op, &token, &m, &public_key), CKR_OK);
}

static void begin_digest(CK_MECHANISM_TYPE type)
{
    CK_MECHANISM m = mechanism(type);
    ck_assert_uint_eq(mn_operation_begin_digest(&op, &token, &m), CKR_OK);
}

static bool is_active(void)
{
    return mn_operation_is_active(&op);
}

/* As C_Sign and C_SignFinal call the room. */
static CK_RV sign_into(const CK_BYTE *from, CK_ULONG data_len, CK_BYTE *to, CK_ULONG *to_len)
{
    struct mn_late late = {0};
    CK_RV rv = mn_operation_sign(&op, &token, from, data_len, to, to_len, &late);
    return rv == CKR_OK ? mn_late_sign(&late) : rv;
}

static CK_RV sign_final(CK_BYTE *to)
{
    struct mn_late late = {0};
    CK_RV rv = mn_operation_sign_final(&op, &token, to, &len, &late);
    return rv == CKR_OK ? mn_late_sign(&late) : rv;
}

static CK_RV sign(CK_ULONG data_len)
{
    return sign_into(data, data_len, out, &len);
}

static CK_RV verify(CK_ULONG data_len, CK_ULONG signature_len)
{
    return mn_operation_verify(&op, data, data_len, out, signature_len);
}

/* How much each mechanism is given. */
static CK_ULONG fitting(CK_MECHANISM_TYPE type)
{
    return type == CKM_RSA_PKCS_PSS ? 32 : 99;
}

static const CK_MECHANISM_TYPE signing[] = {
    CKM_RSA_PKCS,        CKM_SHA1_RSA_PKCS,   CKM_SHA224_RSA_PKCS, CKM_SHA256_RSA_PKCS,
    CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS, CKM_RSA_PKCS_PSS,    CKM_SHA256_RSA_PKCS_PSS};
#define SIGNING (int)(sizeof signing / sizeof signing[0])

START_TEST(what_was_signed_is_verified)
{
    CK_ULONG size = fitting(signing[_i]);
    begin_sign(signing[_i]);
    ck_assert_uint_eq(sign(size), CKR_OK);
    ck_assert_uint_eq(len, SIZE);
    ck_assert(!is_active());
    begin_verify(signing[_i]);
    ck_assert_uint_eq(verify(size, SIZE), CKR_OK);
    ck_assert(!is_active());
}
END_TEST

START_TEST(parts_make_the_same_as_the_whole)
{
    CK_ULONG size = fitting(signing[_i]);
    begin_sign(signing[_i]);
    ck_assert_uint_eq(mn_operation_update(&op, data, 10), CKR_OK);
    ck_assert_uint_eq(mn_operation_update(&op, data + 10, 0), CKR_OK);
    ck_assert_uint_eq(mn_operation_update(&op, data + 10, size - 10), CKR_OK);
    ck_assert_uint_eq(sign_final(out), CKR_OK);
    ck_assert(!is_active());
    begin_verify(signing[_i]);
    ck_assert_uint_eq(verify(size, SIZE), CKR_OK);
    begin_verify(signing[_i]);
    ck_assert_uint_eq(mn_operation_update(&op, data, size - 1), CKR_OK);
    ck_assert_uint_eq(mn_operation_update(&op, data, 1), CKR_OK);
    ck_assert_uint_eq(mn_operation_verify_final(&op, out, SIZE), CKR_OK);
    ck_assert(!is_active());
}
END_TEST

START_TEST(other_data_and_other_signatures_are_found_out)
{
    CK_ULONG size = fitting(signing[_i]);
    begin_sign(signing[_i]);
    ck_assert_uint_eq(sign(size), CKR_OK);
    data[0] ^= 1;
    begin_verify(signing[_i]);
    ck_assert_uint_eq(verify(size, SIZE), CKR_SIGNATURE_INVALID);
    ck_assert(!is_active());
    data[0] ^= 1;
    out[SIZE - 1] ^= 1;
    begin_verify(signing[_i]);
    ck_assert_uint_eq(verify(size, SIZE), CKR_SIGNATURE_INVALID);
    begin_verify(signing[_i]);
    ck_assert_uint_eq(verify(size, SIZE - 1), CKR_SIGNATURE_LEN_RANGE);
    begin_verify(signing[_i]);
    ck_assert_uint_eq(verify(size, SIZE + 1), CKR_SIGNATURE_LEN_RANGE);
    ck_assert(!is_active());
}
END_TEST

START_TEST(a_question_for_the_size_costs_nothing)
{
    begin_sign(signing[_i]);
    len = 0;
    ck_assert_uint_eq(sign_into(data, 10, NULL, &len), CKR_OK);
    ck_assert_uint_eq(len, SIZE);
    ck_assert_uint_eq(sign_into(NULL, 0, NULL, &len), CKR_OK);
    len = SIZE - 1;
    ck_assert_uint_eq(sign(fitting(signing[_i])), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(len, SIZE);
    ck_assert(is_active());
    ck_assert_uint_eq(standin.signatures, 0);
    ck_assert_uint_eq(sign(fitting(signing[_i])), CKR_OK);
}
END_TEST

START_TEST(the_same_holds_for_the_end_of_parts)
{
    begin_sign(signing[_i]);
    ck_assert_uint_eq(mn_operation_update(&op, data, fitting(signing[_i])), CKR_OK);
    ck_assert_uint_eq(sign_final(NULL), CKR_OK);
    ck_assert_uint_eq(len, SIZE);
    len = 1;
    ck_assert_uint_eq(sign_final(out), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(len, SIZE);
    ck_assert(is_active());
    ck_assert_uint_eq(standin.signatures, 0);
    ck_assert_uint_eq(sign_final(out), CKR_OK);
    begin_verify(signing[_i]);
    ck_assert_uint_eq(verify(fitting(signing[_i]), SIZE), CKR_OK);
}
END_TEST

START_TEST(ready_content_may_fill_what_the_padding_leaves)
{
    begin_sign(CKM_RSA_PKCS);
    ck_assert_uint_eq(sign(SIZE - 11), CKR_OK);
    begin_sign(CKM_RSA_PKCS);
    ck_assert_uint_eq(sign(SIZE - 10), CKR_DATA_LEN_RANGE);
    ck_assert(!is_active());
    begin_sign(CKM_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_update(&op, data, SIZE - 11), CKR_OK);
    ck_assert_uint_eq(mn_operation_update(&op, data, 1), CKR_DATA_LEN_RANGE);
    ck_assert(!is_active());
    begin_sign(CKM_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_update(&op, data, (CK_ULONG)-1), CKR_DATA_LEN_RANGE);
    begin_verify(CKM_RSA_PKCS);
    ck_assert_uint_eq(verify(SIZE - 10, SIZE), CKR_DATA_LEN_RANGE);
    ck_assert_uint_eq(standin.signatures, 1);
}
END_TEST

START_TEST(pss_takes_a_hash_value_and_nothing_else)
{
    begin_sign(CKM_RSA_PKCS_PSS);
    ck_assert_uint_eq(sign(31), CKR_DATA_LEN_RANGE);
    begin_sign(CKM_RSA_PKCS_PSS);
    ck_assert_uint_eq(sign(33), CKR_DATA_LEN_RANGE);
    begin_sign(CKM_RSA_PKCS_PSS);
    ck_assert_uint_eq(sign_final(out), CKR_DATA_LEN_RANGE);
    ck_assert_uint_eq(standin.signatures, 0);
}
END_TEST

START_TEST(without_any_part_the_empty_message_is_signed)
{
    begin_sign(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(sign_final(out), CKR_OK);
    begin_verify(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_verify_final(&op, out, SIZE), CKR_OK);
    begin_verify(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_verify(&op, NULL, 0, out, SIZE), CKR_OK);
}
END_TEST

START_TEST(all_at_once_does_not_go_with_parts)
{
    begin_sign(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_update(&op, data, 1), CKR_OK);
    ck_assert_uint_eq(sign(1), CKR_OPERATION_ACTIVE);
    ck_assert(!is_active());
    begin_verify(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_update(&op, data, 1), CKR_OK);
    ck_assert_uint_eq(verify(1, SIZE), CKR_OPERATION_ACTIVE);
    begin_digest(CKM_SHA256);
    ck_assert_uint_eq(mn_operation_update(&op, data, 1), CKR_OK);
    ck_assert_uint_eq(mn_operation_digest(&op, data, 1, out, &len), CKR_OPERATION_ACTIVE);
    ck_assert(!is_active());
}
END_TEST

START_TEST(nothing_goes_on_that_was_not_begun)
{
    ck_assert_uint_eq(sign(1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_operation_update(&op, data, 1), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(sign_final(out), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(verify(1, SIZE), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_operation_verify_final(&op, out, SIZE), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_operation_digest(&op, data, 1, out, &len), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_operation_digest_final(&op, out, &len), CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(a_missing_argument_ends_the_operation)
{
    begin_sign(CKM_RSA_PKCS);
    ck_assert_uint_eq(sign_into(NULL, 5, out, &len), CKR_ARGUMENTS_BAD);
    ck_assert(!is_active());
    begin_sign(CKM_RSA_PKCS);
    ck_assert_uint_eq(sign_into(data, 5, out, NULL), CKR_ARGUMENTS_BAD);
    ck_assert(!is_active());
    begin_sign(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_update(&op, NULL, 5), CKR_ARGUMENTS_BAD);
    ck_assert(!is_active());
    begin_verify(CKM_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_verify(&op, data, 5, NULL, SIZE), CKR_ARGUMENTS_BAD);
    ck_assert(!is_active());
    begin_digest(CKM_SHA_1);
    ck_assert_uint_eq(mn_operation_digest(&op, data, 5, out, NULL), CKR_ARGUMENTS_BAD);
    ck_assert(!is_active());
}
END_TEST

START_TEST(a_failing_signature_ends_the_operation)
{
    static const struct {
        mn_rc rc;
        CK_RV rv;
    } cases[] = {{MN_E_NOT_LOGGED_IN, CKR_USER_NOT_LOGGED_IN},
                 {MN_E_REMOVED, CKR_DEVICE_REMOVED},
                 {MN_E_COMM, CKR_DEVICE_ERROR},
                 {MN_E_MEMORY, CKR_HOST_MEMORY}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        standin.sign_fails = cases[i].rc;
        begin_sign(CKM_SHA256_RSA_PKCS);
        ck_assert_uint_eq(sign(10), cases[i].rv);
        ck_assert(!is_active());
    }
}
END_TEST

START_TEST(a_key_that_wants_a_login_each_time_waits_for_it)
{
    standin.facts.always_authenticate = true;
    begin_sign(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(sign_into(data, 10, NULL, &len), CKR_OK);
    ck_assert_uint_eq(sign(10), CKR_USER_NOT_LOGGED_IN);
    ck_assert(is_active());
    ck_assert_uint_eq(standin.signatures, 0);
    op.authenticated = true;
    len = sizeof out;
    ck_assert_uint_eq(sign(10), CKR_OK);
    begin_verify(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(verify(10, SIZE), CKR_OK);
    begin_sign(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_update(&op, data, 10), CKR_OK);
    ck_assert_uint_eq(sign_final(out), CKR_USER_NOT_LOGGED_IN);
    op.authenticated = true;
    ck_assert_uint_eq(sign_final(out), CKR_OK);
    begin_verify(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(verify(10, SIZE), CKR_OK);
}
END_TEST

START_TEST(a_mechanism_must_be_for_the_operation)
{
    CK_MECHANISM digest = mechanism(CKM_SHA256), rsa = mechanism(CKM_RSA_PKCS);
    CK_MECHANISM other = mechanism(CKM_RSA_X_509), bad = {CKM_RSA_PKCS_PSS, NULL, 0};
    ck_assert_uint_eq(mn_operation_begin_sign(&op, &token, &digest), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(mn_operation_begin_sign(&op, &token, &other), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(mn_operation_begin_sign(&op, &token, &bad), CKR_MECHANISM_PARAM_INVALID);
    ck_assert_uint_eq(mn_operation_begin_verify(&op, &token, &digest, &public_key),
                      CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(mn_operation_begin_digest(&op, &token, &rsa), CKR_MECHANISM_INVALID);
    ck_assert(!is_active());
}
END_TEST

START_TEST(a_digest_is_that_of_the_data)
{
    static const CK_BYTE abc_sha1[] = {0xA9, 0x99, 0x3E, 0x36, 0x47, 0x06, 0x81, 0x6A, 0xBA, 0x3E,
                                       0x25, 0x71, 0x78, 0x50, 0xC2, 0x6C, 0x9C, 0xD0, 0xD8, 0x9D};
    CK_BYTE abc[] = "abc";
    begin_digest(CKM_SHA_1);
    ck_assert_uint_eq(mn_operation_digest(&op, abc, 3, NULL, &len), CKR_OK);
    ck_assert_uint_eq(len, sizeof abc_sha1);
    len = sizeof abc_sha1 - 1;
    ck_assert_uint_eq(mn_operation_digest(&op, abc, 3, out, &len), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(mn_operation_digest(&op, abc, 3, out, &len), CKR_OK);
    ck_assert_mem_eq(out, abc_sha1, sizeof abc_sha1);
    ck_assert(!is_active());
    begin_digest(CKM_SHA_1);
    ck_assert_uint_eq(mn_operation_update(&op, abc, 1), CKR_OK);
    ck_assert_uint_eq(mn_operation_update(&op, abc + 1, 2), CKR_OK);
    memset(out, 0, sizeof out);
    ck_assert_uint_eq(mn_operation_digest_final(&op, NULL, &len), CKR_OK);
    ck_assert_uint_eq(mn_operation_digest_final(&op, out, &len), CKR_OK);
    ck_assert_mem_eq(out, abc_sha1, sizeof abc_sha1);
    ck_assert(!is_active());
}
END_TEST

START_TEST(every_digest_has_its_length)
{
    static const struct {
        CK_MECHANISM_TYPE type;
        CK_ULONG len;
    } digests[] = {
        {CKM_SHA_1, 20}, {CKM_SHA224, 28}, {CKM_SHA256, 32}, {CKM_SHA384, 48}, {CKM_SHA512, 64}};
    for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
        begin_digest(digests[i].type);
        len = sizeof out;
        ck_assert_uint_eq(mn_operation_digest(&op, data, 10, out, &len), CKR_OK);
        ck_assert_uint_eq(len, digests[i].len);
    }
}
END_TEST

START_TEST(cancelling_what_is_active_leaves_nothing)
{
    begin_sign(CKM_SHA256_RSA_PKCS);
    ck_assert_uint_eq(mn_operation_cancel(&op), CKR_OK);
    ck_assert(!is_active());
    ck_assert_uint_eq(mn_operation_cancel(&op), CKR_ARGUMENTS_BAD);
}
END_TEST

/* A card that signs by itself, and a key that is lent: the same tests. */
static void add_tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, what_was_signed_is_verified, 0, SIGNING);
    tcase_add_loop_test(tcase, parts_make_the_same_as_the_whole, 0, SIGNING);
    tcase_add_loop_test(tcase, other_data_and_other_signatures_are_found_out, 0, SIGNING);
    tcase_add_loop_test(tcase, a_question_for_the_size_costs_nothing, 0, SIGNING);
    tcase_add_loop_test(tcase, the_same_holds_for_the_end_of_parts, 0, SIGNING);
    tcase_add_test(tcase, ready_content_may_fill_what_the_padding_leaves);
    tcase_add_test(tcase, pss_takes_a_hash_value_and_nothing_else);
    tcase_add_test(tcase, without_any_part_the_empty_message_is_signed);
    tcase_add_test(tcase, all_at_once_does_not_go_with_parts);
    tcase_add_test(tcase, nothing_goes_on_that_was_not_begun);
    tcase_add_test(tcase, a_missing_argument_ends_the_operation);
    tcase_add_test(tcase, a_failing_signature_ends_the_operation);
    tcase_add_test(tcase, a_key_that_wants_a_login_each_time_waits_for_it);
    tcase_add_test(tcase, a_mechanism_must_be_for_the_operation);
    tcase_add_test(tcase, a_digest_is_that_of_the_data);
    tcase_add_test(tcase, every_digest_has_its_length);
    tcase_add_test(tcase, cancelling_what_is_active_leaves_nothing);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*set_up)(void);
    } kinds[] = {{"signing token", set_up}, {"lending token", set_up_lending}};
    Suite *suite = suite_create("token/operation");
    for (size_t i = 0; i < 2; i++) {
        TCase *tcase = tcase_create(kinds[i].name);
        tcase_add_unchecked_fixture(tcase, standin_make, NULL);
        tcase_add_checked_fixture(tcase, kinds[i].set_up, tear_down);
        tcase_set_timeout(tcase, 60);
        add_tests(tcase);
        suite_add_tcase(suite, tcase);
    }
    return mn_test_run(suite);
}
