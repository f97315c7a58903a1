#include "test_card.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "answer.h"

struct cardsim *test_card_with(const char *persona, const char *switches)
{
    struct cardsim *card = NULL;
    char copy[256], *rest = NULL;
    ck_assert_int_eq(cardsim_new(persona, CARDSIM_PKI, &card), MN_OK);
    snprintf(copy, sizeof(copy), "%s", switches);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        ck_assert_int_eq(cardsim_set_text(card, word), MN_OK);
    cardsim_power_on(card);
    (void)say(card, SELECT_JPKI);
    cardsim_clear_counts(card);
    return card;
}

struct cardsim *test_card(const char *persona)
{
    return test_card_with(persona, "");
}

static size_t from_hex(const char *hex, uint8_t *bytes, size_t room)
{
    size_t len = 0;
    for (; hex[0] && hex[1] && len < room; hex += 2) {
        const char digits[3] = {hex[0], hex[1], '\0'};
        bytes[len++] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return len;
}

const char *say(struct cardsim *card, const char *command)
{
    static uint8_t bytes[CARDSIM_ANSWER_ROOM];
    static char hex[2 * CARDSIM_ANSWER_ROOM + 1];
    uint8_t raw[1024];
    size_t len = sizeof(bytes);
    size_t raw_len = from_hex(command, raw, sizeof(raw));
    mn_rc rc = cardsim_transmit(card, mn_span(raw, raw_len), bytes, &len);
    if (rc != MN_OK)
        return mn_rc_name(rc);
    hex[0] = '\0';
    for (size_t i = 0; i < len; i++)
        snprintf(hex + 2 * i, 3, "%02X", bytes[i]);
    return hex;
}

const char *status(struct cardsim *card, const char *command)
{
    const char *answer = say(card, command);
    size_t len = strlen(answer);
    return len > 4 ? answer + len - 4 : answer;
}

static EVP_PKEY *public_key(const char *certificate)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s.pem", CARDSIM_PKI, certificate);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    X509 *x509 = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    ck_assert_ptr_nonnull(x509);
    EVP_PKEY *key = X509_get_pubkey(x509);
    X509_free(x509);
    return key;
}

static void signature_bytes(const char *hex, uint8_t signature[256])
{
    uint8_t bytes[258];
    ck_assert_uint_eq(strlen(hex), 2 * sizeof(bytes));
    ck_assert_str_eq(hex + 512, "9000");
    (void)from_hex(hex, bytes, sizeof(bytes));
    memcpy(signature, bytes, 256);
}

void check_recovered(const char *certificate, const char *signature, struct mn_span padded)
{
    uint8_t bytes[256], out[256];
    size_t len = sizeof(out);
    EVP_PKEY *key = public_key(certificate);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    signature_bytes(signature, bytes);
    ck_assert_int_eq(EVP_PKEY_verify_recover_init(context), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING), 1);
    ck_assert_int_eq(EVP_PKEY_verify_recover(context, out, &len, bytes, sizeof(bytes)), 1);
    ck_assert_uint_eq(len, padded.len);
    ck_assert_mem_eq(out, padded.ptr, len);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
}

void check_signature(const char *certificate, const char *signature, bool pss,
                     struct mn_span message)
{
    uint8_t bytes[256];
    EVP_PKEY *key = public_key(certificate);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *inner = NULL;
    signature_bytes(signature, bytes);
    ck_assert_int_eq(EVP_DigestVerifyInit(context, &inner, EVP_sha256(), NULL, key), 1);
    if (pss) {
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, 32), 1);
    }
    ck_assert_int_eq(EVP_DigestVerify(context, bytes, sizeof(bytes), message.ptr, message.len), 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

void temporary_file(char path[64])
{
    char folder[] = "/tmp/cardsim-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, 64, "%s/file", folder);
}

void temporary_file_remove(const char *path)
{
    char folder[64];
    (void)unlink(path);
    snprintf(folder, sizeof(folder), "%s", path);
    *strrchr(folder, '/') = '\0';
    ck_assert_int_eq(rmdir(folder), 0);
}
