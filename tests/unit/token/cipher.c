/* Decrypt and encrypt, in every state. */
#include <string.h>

#include "crypto/certificate.h"
#include "crypto/library.h"
#include "runner.h"
#include "standin.h"
#include "token/object.h"
#include "token/operation.h"

#define SIZE STANDIN_SIZE

static struct standin standin;
static struct mn_token token;
static struct mn_attributes public_key;
static struct mn_operation op;
static CK_BYTE message[SIZE], encrypted[SIZE + 1], out[SIZE];
static CK_ULONG len;
static char label[] = "label";
static CK_RSA_PKCS_OAEP_PARAMS oaep[] = {
    {CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, NULL, 0},
    {CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, label, 5},
    {CKM_SHA512, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, NULL, 0}};
static CK_MECHANISM mechanisms[] = {{CKM_RSA_PKCS, NULL, 0},
                                    {CKM_RSA_PKCS_OAEP, &oaep[0], sizeof oaep[0]},
                                    {CKM_RSA_PKCS_OAEP, &oaep[1], sizeof oaep[1]},
                                    {CKM_RSA_PKCS_OAEP, &oaep[2], sizeof oaep[2]}};
static const CK_ULONG room[] = {SIZE - 11, SIZE - 42, SIZE - 66, SIZE - 130};
#define MECHANISMS (int)(sizeof mechanisms / sizeof mechanisms[0])

static void set_up(void)
{
    struct mn_certificate certificate;
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    standin_init_public(&standin);
    standin.open = true;
    token = standin_lending_token(&standin);
    ck_assert_int_eq(mn_certificate_read(standin_certificate(), &certificate), MN_OK);
    struct mn_object_source source = {.facts = &standin.facts, .certificate = &certificate};
    ck_assert_int_eq(mn_object_build(MN_OBJECT_PUBLIC_KEY, &source, &public_key), MN_OK);
    mn_certificate_release(&certificate);
    memset(message, 'm', sizeof message);
    len = SIZE;
}

static void tear_down(void)
{
    mn_operation_end(&op);
    ck_assert_uint_eq(standin.lent, 0);
    mn_attributes_free(&public_key);
    standin_release(&standin);
    mn_crypto_close();
}

static bool is_active(void)
{
    return mn_operation_is_active(&op);
}

/* A message of that length, into encrypted. */
static void encrypt(int which, CK_ULONG message_len)
{
    CK_ULONG size = SIZE;
    ck_assert_uint_eq(mn_operation_begin_encrypt(&op, &token, &mechanisms[which], &public_key),
                      CKR_OK);
    ck_assert_uint_eq(mn_operation_encrypt(&op, message, message_len, encrypted, &size), CKR_OK);
    ck_assert_uint_eq(size, SIZE);
    ck_assert(!is_active());
}

static void begin_decrypt(int which)
{
    ck_assert_uint_eq(mn_operation_begin_decrypt(&op, &token, &mechanisms[which]), CKR_OK);
}

/* As C_Decrypt and C_DecryptFinal call the room. */
static CK_RV finish(CK_RV rv, struct mn_late *late)
{
    if (rv == CKR_OK)
        rv = mn_late_decrypt(late);
    if (mn_operation_is_active(&late->op))
        op = late->op;
    return rv;
}

static CK_RV decrypt(CK_ULONG encrypted_len, CK_BYTE *to)
{
    struct mn_late late = {0};
    return finish(mn_operation_decrypt(&op, &token, encrypted, encrypted_len, to, &len, &late),
                  &late);
}

static CK_RV decrypt_final(CK_BYTE *to)
{
    struct mn_late late = {0};
    return finish(mn_operation_decrypt_final(&op, &token, to, &len, &late), &late);
}

static void assert_is_message(CK_ULONG message_len)
{
    ck_assert_uint_eq(len, message_len);
    ck_assert_mem_eq(out, message, message_len);
    ck_assert(!is_active());
}

START_TEST(what_was_encrypted_is_decrypted)
{
    const CK_ULONG lengths[] = {1, 48, room[_i]};
    for (size_t i = 0; i < 3; i++) {
        encrypt(_i, lengths[i]);
        begin_decrypt(_i);
        len = SIZE;
        ck_assert_uint_eq(decrypt(SIZE, out), CKR_OK);
        assert_is_message(lengths[i]);
    }
}
END_TEST

START_TEST(parts_come_out_at_the_end)
{
    CK_ULONG size = 77;
    ck_assert_uint_eq(mn_operation_begin_encrypt(&op, &token, &mechanisms[_i], &public_key),
                      CKR_OK);
    ck_assert_uint_eq(mn_operation_update_cipher(&op, message, 20, &size), CKR_OK);
    ck_assert_uint_eq(size, 0);
    ck_assert_uint_eq(mn_operation_update_cipher(&op, message, 10, &size), CKR_OK);
    size = SIZE;
    ck_assert_uint_eq(mn_operation_encrypt_final(&op, NULL, &size), CKR_OK);
    ck_assert_uint_eq(mn_operation_encrypt_final(&op, encrypted, &size), CKR_OK);
    begin_decrypt(_i);
    ck_assert_uint_eq(mn_operation_update_cipher(&op, encrypted, 100, &size), CKR_OK);
    ck_assert_uint_eq(mn_operation_update_cipher(&op, encrypted + 100, SIZE - 100, &size), CKR_OK);
    ck_assert_uint_eq(size, 0);
    len = 29;
    ck_assert_uint_eq(decrypt_final(out), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(len, 30);
    ck_assert_uint_eq(decrypt_final(out), CKR_OK);
    assert_is_message(30);
}
END_TEST

START_TEST(a_question_for_the_size_uses_no_key)
{
    encrypt(_i, 48);
    begin_decrypt(_i);
    ck_assert_uint_eq(decrypt(SIZE, NULL), CKR_OK);
    ck_assert_uint_eq(len, SIZE); /* at most */
    ck_assert(is_active());
    ck_assert_uint_eq(standin.decryptions, 0);
    ck_assert_uint_eq(decrypt(SIZE, out), CKR_OK);
    assert_is_message(48);
}
END_TEST

START_TEST(room_for_the_message_is_enough)
{
    encrypt(_i, 48);
    begin_decrypt(_i);
    len = 47;
    out[0] = 'x';
    ck_assert_uint_eq(decrypt(SIZE, out), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(len, 48);
    ck_assert_uint_eq(out[0], 'x');
    ck_assert(is_active());
    ck_assert_uint_eq(decrypt(SIZE, out), CKR_OK);
    assert_is_message(48);
}
END_TEST

START_TEST(what_is_too_long_is_refused)
{
    ck_assert_uint_eq(mn_operation_begin_encrypt(&op, &token, &mechanisms[_i], &public_key),
                      CKR_OK);
    ck_assert_uint_eq(mn_operation_encrypt(&op, message, room[_i] + 1, encrypted, &len),
                      CKR_DATA_LEN_RANGE);
    ck_assert(!is_active());
    encrypt(_i, 10);
    begin_decrypt(_i);
    ck_assert_uint_eq(mn_operation_update_cipher(&op, encrypted, SIZE + 1, &len),
                      CKR_ENCRYPTED_DATA_LEN_RANGE);
    ck_assert(!is_active());
    for (CK_ULONG size = SIZE - 1; size <= SIZE + 1; size += 2) {
        begin_decrypt(_i);
        ck_assert_uint_eq(decrypt(size, out), CKR_ENCRYPTED_DATA_LEN_RANGE);
        ck_assert(!is_active());
    }
}
END_TEST

START_TEST(oaep_of_another_label_or_hash_is_not_decrypted)
{
    encrypt(1, 10);
    begin_decrypt(2);
    ck_assert_uint_eq(decrypt(SIZE, out), CKR_ENCRYPTED_DATA_INVALID);
    ck_assert(!is_active());
    begin_decrypt(1);
    encrypted[5] ^= 1;
    ck_assert_uint_eq(decrypt(SIZE, out), CKR_ENCRYPTED_DATA_INVALID);
    ck_assert(!is_active());
}
END_TEST

START_TEST(a_closed_key_decrypts_nothing)
{
    encrypt(0, 10);
    begin_decrypt(0);
    standin.open = false;
    ck_assert_uint_eq(decrypt(SIZE, out), CKR_USER_NOT_LOGGED_IN);
    ck_assert(!is_active());
}
END_TEST

START_TEST(nothing_goes_on_that_was_not_begun)
{
    ck_assert_uint_eq(decrypt(SIZE, out), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(decrypt_final(out), CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_operation_update_cipher(&op, message, 1, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_operation_encrypt(&op, message, 1, encrypted, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
    ck_assert_uint_eq(mn_operation_encrypt_final(&op, encrypted, &len),
                      CKR_OPERATION_NOT_INITIALIZED);
}
END_TEST

START_TEST(a_missing_argument_ends_the_operation)
{
    struct mn_late late = {0};
    begin_decrypt(0);
    ck_assert_uint_eq(mn_operation_decrypt(&op, &token, NULL, 5, out, &len, &late),
                      CKR_ARGUMENTS_BAD);
    ck_assert(!is_active());
    begin_decrypt(0);
    ck_assert_uint_eq(mn_operation_decrypt(&op, &token, encrypted, SIZE, out, NULL, &late),
                      CKR_ARGUMENTS_BAD);
    ck_assert(!is_active());
    begin_decrypt(0);
    ck_assert_uint_eq(mn_operation_update_cipher(&op, encrypted, 1, NULL), CKR_ARGUMENTS_BAD);
    ck_assert(!is_active());
    begin_decrypt(0);
    ck_assert_uint_eq(mn_operation_update_cipher(&op, encrypted, 1, &len), CKR_OK);
    ck_assert_uint_eq(decrypt(SIZE, out), CKR_OPERATION_ACTIVE);
    ck_assert(!is_active());
}
END_TEST

START_TEST(a_token_that_only_signs_has_no_part_in_it)
{
    token = standin_token(&standin);
    standin.facts.can_decrypt = false;
    for (int i = 0; i < MECHANISMS; i++) {
        ck_assert_uint_eq(mn_operation_begin_decrypt(&op, &token, &mechanisms[i]),
                          CKR_MECHANISM_INVALID);
        ck_assert_uint_eq(mn_operation_begin_encrypt(&op, &token, &mechanisms[i], &public_key),
                          CKR_MECHANISM_INVALID);
    }
    ck_assert(!is_active());
}
END_TEST

START_TEST(a_mechanism_must_be_for_the_operation)
{
    CK_MECHANISM hashing = {CKM_SHA256_RSA_PKCS, NULL, 0};
    ck_assert_uint_eq(mn_operation_begin_decrypt(&op, &token, &hashing), CKR_MECHANISM_INVALID);
    ck_assert_uint_eq(mn_operation_begin_sign(&op, &token, &mechanisms[1]), CKR_MECHANISM_INVALID);
    CK_MECHANISM bare = {CKM_RSA_PKCS_OAEP, NULL, 0};
    ck_assert_uint_eq(mn_operation_begin_decrypt(&op, &token, &bare), CKR_MECHANISM_PARAM_INVALID);
    ck_assert(!is_active());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token/cipher");
    TCase *tcase = tcase_create("cipher");

    tcase_add_unchecked_fixture(tcase, standin_make, NULL);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, what_was_encrypted_is_decrypted, 0, MECHANISMS);
    tcase_add_loop_test(tcase, parts_come_out_at_the_end, 0, MECHANISMS);
    tcase_add_loop_test(tcase, a_question_for_the_size_uses_no_key, 0, MECHANISMS);
    tcase_add_loop_test(tcase, room_for_the_message_is_enough, 0, MECHANISMS);
    tcase_add_loop_test(tcase, what_is_too_long_is_refused, 0, MECHANISMS);
    tcase_add_test(tcase, oaep_of_another_label_or_hash_is_not_decrypted);
    tcase_add_test(tcase, a_closed_key_decrypts_nothing);
    tcase_add_test(tcase, nothing_goes_on_that_was_not_begun);
    tcase_add_test(tcase, a_missing_argument_ends_the_operation);
    tcase_add_test(tcase, a_token_that_only_signs_has_no_part_in_it);
    tcase_add_test(tcase, a_mechanism_must_be_for_the_operation);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
