#include "crypto/private_key.h"

#include <pthread.h>
#include <string.h>

#include "crypto/library.h"
#include "crypto/public_key.h"
#include "runner.h"

#define THREADS 4
#define ROUNDS  20

static const struct mn_pss pss256 = {MN_SHA256, MN_SHA256, 32};
static uint8_t value[MN_HASH_MAX];

static void open_library(void)
{
    ck_assert_int_eq(mn_crypto_open(), MN_OK);
    memset(value, 0x5C, sizeof value);
}

static struct mn_private_key *make(enum mn_key_choice choice)
{
    struct mn_private_key *key = NULL;

    ck_assert_int_eq(mn_private_key_generate(choice, &key), MN_OK);
    ck_assert_ptr_nonnull(key);
    return key;
}

START_TEST(a_key_is_what_was_chosen)
{
    static const struct {
        enum mn_key_choice choice;
        enum mn_key_kind kind;
        unsigned bits;
        size_t signature_len;
    } rows[] = {
        {MN_CHOICE_RSA_2048, MN_KEY_RSA, 2048, 256},
        {MN_CHOICE_RSA_3072, MN_KEY_RSA, 3072, 384},
        {MN_CHOICE_P256, MN_KEY_EC, 256, 64},
        {MN_CHOICE_P384, MN_KEY_EC, 384, 96},
    };
    struct mn_private_key *key = make(rows[_i].choice);

    ck_assert_int_eq(mn_private_key_kind(key), rows[_i].kind);
    ck_assert_uint_eq(mn_private_key_bits(key), rows[_i].bits);
    ck_assert_uint_eq(mn_private_key_signature_len(key), rows[_i].signature_len);
    ck_assert_uint_eq(mn_private_key_public_info(key).ptr[0], 0x30);
    mn_private_key_free(&key);
    ck_assert_ptr_null(key);
    mn_private_key_free(&key);
}
END_TEST

START_TEST(pkcs1_signs_what_it_is_given)
{
    struct mn_private_key *key = make(MN_CHOICE_RSA_2048);
    struct mn_span info = mn_private_key_public_info(key);
    uint8_t most[245] = {1, 2, 3}, signature[256];
    size_t lens[] = {0, 1, 51, 245}, len;

    for (size_t i = 0; i < 4; i++) {
        struct mn_span content = mn_span(most, lens[i]);

        len = sizeof signature;
        ck_assert_int_eq(mn_private_key_sign_pkcs1(key, content, signature, &len), MN_OK);
        ck_assert_uint_eq(len, 256);
        ck_assert_int_eq(mn_public_key_verify_pkcs1(info, content, mn_span(signature, len)), MN_OK);
    }
    mn_private_key_free(&key);
}
END_TEST

START_TEST(pss_signs_with_any_hashes_and_salt)
{
    static const struct mn_pss rows[] = {
        {MN_SHA256, MN_SHA256, 32}, {MN_SHA1, MN_SHA1, 20},     {MN_SHA384, MN_SHA256, 0},
        {MN_SHA512, MN_SHA1, 190},  {MN_SHA224, MN_SHA512, 28},
    };
    struct mn_private_key *key = make(MN_CHOICE_RSA_2048);
    struct mn_span info = mn_private_key_public_info(key);
    uint8_t signature[256];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mn_pss other = rows[i];
        struct mn_span v = mn_span(value, mn_hash_len(rows[i].hash));
        size_t len = sizeof signature;

        ck_assert_int_eq(mn_private_key_sign_pss(key, &rows[i], v, signature, &len), MN_OK);
        ck_assert_int_eq(mn_public_key_verify_pss(info, &rows[i], v, mn_span(signature, len)),
                         MN_OK);
        other.mgf_hash = rows[i].mgf_hash == MN_SHA256 ? MN_SHA512 : MN_SHA256;
        ck_assert_int_eq(mn_public_key_verify_pss(info, &other, v, mn_span(signature, len)),
                         MN_E_BAD_SIGNATURE);
    }
    mn_private_key_free(&key);
}
END_TEST

START_TEST(ecdsa_signs_values_of_any_hash)
{
    static const enum mn_key_choice choices[] = {MN_CHOICE_P256, MN_CHOICE_P384};
    struct mn_private_key *key = make(choices[_i]);
    struct mn_span info = mn_private_key_public_info(key);
    uint8_t signature[96];

    for (size_t n = 1; n <= MN_HASH_MAX; n++) {
        struct mn_span v = mn_span(value, n);
        size_t len = sizeof signature;

        ck_assert_int_eq(mn_private_key_sign_ecdsa(key, v, signature, &len), MN_OK);
        ck_assert_uint_eq(len, mn_private_key_signature_len(key));
        ck_assert_int_eq(mn_public_key_verify_ecdsa(info, v, mn_span(signature, len)), MN_OK);
        value[0] ^= 1;
        ck_assert_int_eq(mn_public_key_verify_ecdsa(info, v, mn_span(signature, len)),
                         MN_E_BAD_SIGNATURE);
        value[0] ^= 1;
    }
    mn_private_key_free(&key);
}
END_TEST

START_TEST(ecdsa_lengths_are_checked_and_zero_is_no_signature)
{
    struct mn_private_key *key = make(MN_CHOICE_P256);
    struct mn_span info = mn_private_key_public_info(key), v = mn_span(value, 32);
    uint8_t signature[65] = {0};
    size_t len = sizeof signature;

    ck_assert_int_eq(mn_public_key_verify_ecdsa(info, v, mn_span(signature, 64)),
                     MN_E_BAD_SIGNATURE);
    ck_assert_int_eq(mn_public_key_verify_ecdsa(info, v, mn_span(signature, 63)),
                     MN_E_SIGNATURE_LENGTH);
    ck_assert_int_eq(mn_public_key_verify_ecdsa(info, v, mn_span(signature, 65)),
                     MN_E_SIGNATURE_LENGTH);
    ck_assert_int_eq(mn_public_key_verify_ecdsa(info, mn_span(value, 0), mn_span(signature, 64)),
                     MN_E_DATA_LENGTH);
    ck_assert_int_eq(mn_private_key_sign_ecdsa(key, mn_span(value, 0), signature, &len),
                     MN_E_DATA_LENGTH);
    ck_assert_int_eq(mn_private_key_sign_ecdsa(key, mn_span(value, 65), signature, &len),
                     MN_E_DATA_LENGTH);
    mn_private_key_free(&key);
}
END_TEST

START_TEST(too_little_room_is_told_with_what_is_needed)
{
    struct mn_private_key *rsa = make(MN_CHOICE_RSA_2048), *ec = make(MN_CHOICE_P256);
    struct mn_span v = mn_span(value, 32);
    uint8_t out[256];
    size_t len = 255;

    ck_assert_int_eq(mn_private_key_sign_pkcs1(rsa, v, out, &len), MN_E_TOO_SMALL);
    ck_assert_uint_eq(len, 256);
    len = 0;
    ck_assert_int_eq(mn_private_key_sign_pss(rsa, &pss256, v, NULL, &len), MN_E_TOO_SMALL);
    ck_assert_uint_eq(len, 256);
    len = 63;
    ck_assert_int_eq(mn_private_key_sign_ecdsa(ec, v, out, &len), MN_E_TOO_SMALL);
    ck_assert_uint_eq(len, 64);
    mn_private_key_free(&ec);
    mn_private_key_free(&rsa);
}
END_TEST

START_TEST(data_that_do_not_fit_are_refused)
{
    struct mn_private_key *key = make(MN_CHOICE_RSA_2048);
    uint8_t long_one[300] = {0}, out[256];
    size_t len = sizeof out;

    ck_assert_int_eq(mn_private_key_sign_pkcs1(key, mn_span(long_one, 246), out, &len),
                     MN_E_DATA_LENGTH);
    ck_assert_int_eq(mn_private_key_sign_pss(key, &pss256, mn_span(value, 31), out, &len),
                     MN_E_DATA_LENGTH);
    ck_assert_int_eq(mn_private_key_sign_pss(key, &(struct mn_pss){MN_SHA256, MN_SHA256, 223},
                                             mn_span(value, 32), out, &len),
                     MN_E_DATA_LENGTH);
    ck_assert_int_eq(mn_private_key_sign_pss(key, &(struct mn_pss){MN_SHA256, MN_SHA256, SIZE_MAX},
                                             mn_span(value, 32), out, &len),
                     MN_E_DATA_LENGTH);
    mn_private_key_free(&key);
}
END_TEST

START_TEST(a_key_of_the_other_kind_does_nothing)
{
    static const struct mn_oaep oaep = {MN_SHA256, MN_SHA256, {NULL, 0}};
    struct mn_private_key *rsa = make(MN_CHOICE_RSA_2048), *ec = make(MN_CHOICE_P256);
    struct mn_span v = mn_span(value, 32), ec_info = mn_private_key_public_info(ec);
    struct mn_bytes out = {0};
    uint8_t signature[256];
    size_t len = sizeof signature;

    ck_assert_int_eq(mn_private_key_sign_ecdsa(rsa, v, signature, &len), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_private_key_sign_pkcs1(ec, v, signature, &len), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_private_key_sign_pss(ec, &pss256, v, signature, &len), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_private_key_decrypt_pkcs1(ec, v, &out), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_private_key_decrypt_oaep(ec, &oaep, v, &out), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_public_key_encrypt_pkcs1(ec_info, v, &out), MN_E_KEY_KIND);
    ck_assert_int_eq(mn_public_key_encrypt_oaep(ec_info, &oaep, v, &out), MN_E_KEY_KIND);
    ck_assert_int_eq(
        mn_public_key_verify_ecdsa(mn_private_key_public_info(rsa), v, mn_span(value, 64)),
        MN_E_KEY_KIND);
    ck_assert_uint_eq(out.len, 0);
    mn_private_key_free(&ec);
    mn_private_key_free(&rsa);
}
END_TEST

START_TEST(what_was_encrypted_is_decrypted)
{
    static const uint8_t text[214] = "a message";
    struct mn_private_key *key = make(MN_CHOICE_RSA_2048);
    struct mn_span info = mn_private_key_public_info(key);
    const struct mn_oaep oaeps[] = {
        {MN_SHA1, MN_SHA1, {NULL, 0}},
        {MN_SHA256, MN_SHA1, {NULL, 0}},
        {MN_SHA512, MN_SHA384, mn_span("label", 5)},
    };
    struct mn_bytes secret = {0}, plain = {0};

    ck_assert_int_eq(mn_public_key_encrypt_pkcs1(info, mn_span(text, 214), &secret), MN_OK);
    ck_assert_uint_eq(secret.len, 256);
    ck_assert_int_eq(mn_private_key_decrypt_pkcs1(key, mn_bytes_span(&secret), &plain), MN_OK);
    ck_assert(mn_span_equal(mn_bytes_span(&plain), mn_span(text, 214)));
    for (size_t i = 0; i < 3; i++) {
        struct mn_span most = mn_span(text, 254 - 2 * mn_hash_len(oaeps[i].hash));

        ck_assert_int_eq(mn_public_key_encrypt_oaep(info, &oaeps[i], most, &secret), MN_OK);
        ck_assert_int_eq(
            mn_private_key_decrypt_oaep(key, &oaeps[i], mn_bytes_span(&secret), &plain), MN_OK);
        ck_assert(mn_span_equal(mn_bytes_span(&plain), most));
        most.len++;
        ck_assert_int_eq(mn_public_key_encrypt_oaep(info, &oaeps[i], most, &secret),
                         MN_E_DATA_LENGTH);
    }
    mn_bytes_free(&plain);
    mn_bytes_free(&secret);
    mn_private_key_free(&key);
}
END_TEST

START_TEST(what_was_encrypted_otherwise_gives_no_message)
{
    struct mn_private_key *key = make(MN_CHOICE_RSA_2048);
    struct mn_span info = mn_private_key_public_info(key), text = mn_span("a message", 9);
    struct mn_oaep oaep = {MN_SHA256, MN_SHA256, {NULL, 0}};
    struct mn_oaep labelled = {MN_SHA256, MN_SHA256, mn_span("label", 5)};
    struct mn_bytes secret = {0}, plain = {0};
    mn_rc rc;

    ck_assert_int_eq(mn_public_key_encrypt_oaep(info, &oaep, text, &secret), MN_OK);
    ck_assert_int_eq(mn_private_key_decrypt_oaep(key, &labelled, mn_bytes_span(&secret), &plain),
                     MN_E_BAD_CIPHERTEXT);
    /* An error, or bytes that are not the message: what OpenSSL's version gives. */
    rc = mn_private_key_decrypt_pkcs1(key, mn_bytes_span(&secret), &plain);
    ck_assert(rc == MN_E_BAD_CIPHERTEXT || rc == MN_OK);
    ck_assert(!mn_span_equal(mn_bytes_span(&plain), text));
    secret.len--;
    ck_assert_int_eq(mn_private_key_decrypt_oaep(key, &oaep, mn_bytes_span(&secret), &plain),
                     MN_E_CIPHERTEXT_LENGTH);
    mn_bytes_free(&plain);
    mn_bytes_free(&secret);
    mn_private_key_free(&key);
}
END_TEST

static void *work(void *given)
{
    struct mn_private_key *key = given;
    struct mn_span info = mn_private_key_public_info(key);
    bool rsa = mn_private_key_kind(key) == MN_KEY_RSA;

    for (int i = 0; i < ROUNDS; i++) {
        uint8_t in[32] = {(uint8_t)i}, signature[256];
        struct mn_span v = mn_span(in, sizeof in);
        size_t len = sizeof signature;

        ck_assert_int_eq(rsa ? mn_private_key_sign_pkcs1(key, v, signature, &len)
                             : mn_private_key_sign_ecdsa(key, v, signature, &len),
                         MN_OK);
        ck_assert_int_eq(rsa ? mn_public_key_verify_pkcs1(info, v, mn_span(signature, len))
                             : mn_public_key_verify_ecdsa(info, v, mn_span(signature, len)),
                         MN_OK);
        len = sizeof signature;
        if (rsa)
            ck_assert_int_eq(mn_private_key_sign_pss(key, &pss256, v, signature, &len), MN_OK);
    }
    mn_private_key_free(&key);
    return NULL;
}

/* The threads outlive the library: their ends must not touch what it has freed. */
static pthread_barrier_t closed;

static void *work_and_linger(void *given)
{
    work(given);
    pthread_barrier_wait(&closed);
    pthread_barrier_wait(&closed);
    return NULL;
}

START_TEST(several_threads_use_one_key_and_outlive_it)
{
    static const enum mn_key_choice choices[] = {MN_CHOICE_RSA_2048, MN_CHOICE_P256};
    struct mn_private_key *key = make(choices[_i]);
    pthread_t threads[THREADS];

    ck_assert_int_eq(pthread_barrier_init(&closed, NULL, THREADS + 1), 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, work_and_linger, mn_private_key_retain(key)), 0);
    mn_private_key_free(&key);
    pthread_barrier_wait(&closed);
    mn_crypto_close();
    ck_assert(!mn_crypto_usable());
    pthread_barrier_wait(&closed);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    open_library();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crypto/private_key");
    TCase *tcase = tcase_create("private_key");

    tcase_add_checked_fixture(tcase, open_library, mn_crypto_close);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_key_is_what_was_chosen, 0, 4);
    tcase_add_test(tcase, pkcs1_signs_what_it_is_given);
    tcase_add_test(tcase, pss_signs_with_any_hashes_and_salt);
    tcase_add_loop_test(tcase, ecdsa_signs_values_of_any_hash, 0, 2);
    tcase_add_test(tcase, ecdsa_lengths_are_checked_and_zero_is_no_signature);
    tcase_add_test(tcase, too_little_room_is_told_with_what_is_needed);
    tcase_add_test(tcase, data_that_do_not_fit_are_refused);
    tcase_add_test(tcase, a_key_of_the_other_kind_does_nothing);
    tcase_add_test(tcase, what_was_encrypted_is_decrypted);
    tcase_add_test(tcase, what_was_encrypted_otherwise_gives_no_message);
    tcase_add_loop_test(tcase, several_threads_use_one_key_and_outlive_it, 0, 2);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
