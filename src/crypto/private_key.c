#include "crypto/private_key.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/context.h"
#include "crypto/handle.h"
#include "crypto/library.h"

/* What PKCS #1 v1.5 puts around the content at least (RFC 8017, 9.2). */
#define PKCS1_OVERHEAD 11

/* ECDSA-Sig-Value (RFC 3279, 2.2.3) of two numbers of P-521, in DER. */
#define ECDSA_DER_MAX 144

/* sign and decrypt were begun once and are only ever copied from, which OpenSSL allows several
 * threads at a time: finding the algorithms anew for each signature would cost P-256 a good part of
 * its speed. */
struct mn_private_key {
    atomic_uint references;
    EVP_PKEY *handle;
    EVP_PKEY_CTX *sign;    /* RSA: with PKCS #1 v1.5 padding */
    EVP_PKEY_CTX *decrypt; /* RSA: likewise; EC: NULL */
    enum mn_key_kind kind;
    unsigned bits;
    size_t signature_len;
    struct mn_bytes public_info;
};

static const struct choice {
    const char *type;
    size_t bits;
    const char *curve;
} choices[] = {
    [MN_CHOICE_RSA_2048] = {"RSA", 2048, NULL}, [MN_CHOICE_RSA_3072] = {"RSA", 3072, NULL},
    [MN_CHOICE_RSA_4096] = {"RSA", 4096, NULL}, [MN_CHOICE_P256] = {"EC", 0, "P-256"},
    [MN_CHOICE_P384] = {"EC", 0, "P-384"},
};

static void release(struct mn_private_key *key)
{
    if (mn_crypto_usable()) {
        EVP_PKEY_CTX_free(key->decrypt);
        EVP_PKEY_CTX_free(key->sign);
        EVP_PKEY_free(key->handle);
    }
    mn_bytes_free(&key->public_info);
    free(key);
}

/* Begins what the key can do. */
static mn_rc begin(OSSL_LIB_CTX *lib, EVP_PKEY *handle, struct mn_private_key *key)
{
    bool rsa = key->kind == MN_KEY_RSA;

    key->sign = EVP_PKEY_CTX_new_from_pkey(lib, handle, NULL);
    if (!key->sign || EVP_PKEY_sign_init(key->sign) <= 0 ||
        (rsa && EVP_PKEY_CTX_set_rsa_padding(key->sign, RSA_PKCS1_PADDING) <= 0))
        return MN_E_CRYPTO;
    if (!rsa)
        return MN_OK;
    key->decrypt = EVP_PKEY_CTX_new_from_pkey(lib, handle, NULL);
    if (!key->decrypt || EVP_PKEY_decrypt_init(key->decrypt) <= 0 ||
        EVP_PKEY_CTX_set_rsa_padding(key->decrypt, RSA_PKCS1_PADDING) <= 0)
        return MN_E_CRYPTO;
    return MN_OK;
}

mn_rc mn_private_key_adopt(OSSL_LIB_CTX *lib, EVP_PKEY **handle, struct mn_private_key **out)
{
    struct mn_private_key *key = NULL;
    unsigned char *der = NULL;
    enum mn_key_kind kind = mn_handle_kind(*handle);
    mn_rc rc;

    if (kind == MN_KEY_NONE)
        return MN_E_KEY_KIND;
    key = calloc(1, sizeof *key);
    if (!key)
        return MN_E_MEMORY;
    atomic_init(&key->references, 1);
    key->kind = kind;
    key->bits = (unsigned)EVP_PKEY_get_bits(*handle);
    key->signature_len =
        kind == MN_KEY_RSA ? (key->bits + 7) / 8 : 2 * mn_handle_order_len(*handle);
    rc = key->signature_len <= MN_SIGNATURE_MAX ? begin(lib, *handle, key) : MN_E_KEY_KIND;
    if (rc == MN_OK) {
        int len = i2d_PUBKEY(*handle, &der);

        rc = mn_handle_keep(&key->public_info, der, len);
    }
    if (rc != MN_OK) {
        release(key);
        return rc;
    }
    key->handle = *handle;
    *handle = NULL;
    *out = key;
    return MN_OK;
}

mn_rc mn_private_key_generate(enum mn_key_choice choice, struct mn_private_key **out)
{
    const struct choice *c = &choices[choice];
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *handle = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = NULL;
    if (!lib)
        goto out;
    mn_crypto_draws();
    handle = c->curve ? EVP_PKEY_Q_keygen(lib, NULL, c->type, c->curve)
                      : EVP_PKEY_Q_keygen(lib, NULL, c->type, c->bits);
    if (handle)
        rc = mn_private_key_adopt(lib, &handle, out);
out:
    if (rc != MN_OK)
        mn_log_error("no key was made: %s", mn_rc_name(rc));
    EVP_PKEY_free(handle);
    mn_crypto_leave();
    return rc;
}

struct mn_private_key *mn_private_key_retain(struct mn_private_key *key)
{
    atomic_fetch_add_explicit(&key->references, 1, memory_order_relaxed);
    return key;
}

void mn_private_key_free(struct mn_private_key **key)
{
    if (*key && atomic_fetch_sub_explicit(&(*key)->references, 1, memory_order_acq_rel) == 1)
        release(*key);
    *key = NULL;
}

enum mn_key_kind mn_private_key_kind(const struct mn_private_key *key)
{
    return key->kind;
}

unsigned mn_private_key_bits(const struct mn_private_key *key)
{
    return key->bits;
}

size_t mn_private_key_signature_len(const struct mn_private_key *key)
{
    return key->signature_len;
}

struct mn_span mn_private_key_public_info(const struct mn_private_key *key)
{
    return mn_bytes_span(&key->public_info);
}

EVP_PKEY *mn_private_key_handle(const struct mn_private_key *key)
{
    return key->handle;
}

/* What every signature asks first. */
static mn_rc check_sign(const struct mn_private_key *key, enum mn_key_kind kind, bool fits,
                        size_t *len)
{
    size_t room = *len;

    if (key->kind != kind)
        return MN_E_KEY_KIND;
    if (!fits)
        return MN_E_DATA_LENGTH;
    *len = key->signature_len;
    return room < *len ? MN_E_TOO_SMALL : MN_OK;
}

/* Signs with RSA; pss is NULL for PKCS #1 v1.5. */
static mn_rc sign_rsa(const struct mn_private_key *key, const struct mn_pss *pss,
                      struct mn_span content, uint8_t *out, size_t *len)
{
    static const uint8_t nothing[1];
    EVP_PKEY_CTX *ctx = NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (mn_crypto_enter()) {
        mn_crypto_draws();
        ctx = EVP_PKEY_CTX_dup(key->sign);
        if (ctx && (!pss || mn_handle_set_pss(ctx, pss)) &&
            EVP_PKEY_sign(ctx, out, len, content.len > 0 ? content.ptr : nothing, content.len) > 0)
            rc = MN_OK;
        EVP_PKEY_CTX_free(ctx);
    }
    mn_crypto_leave();
    if (rc != MN_OK)
        mn_log_error("an RSA signature failed");
    return rc;
}

mn_rc mn_private_key_sign_pkcs1(const struct mn_private_key *key, struct mn_span content,
                                uint8_t *out, size_t *len)
{
    bool fits = content.len + PKCS1_OVERHEAD <= key->signature_len;
    mn_rc rc = check_sign(key, MN_KEY_RSA, fits, len);

    return rc == MN_OK ? sign_rsa(key, NULL, content, out, len) : rc;
}

mn_rc mn_private_key_sign_pss(const struct mn_private_key *key, const struct mn_pss *pss,
                              struct mn_span value, uint8_t *out, size_t *len)
{
    bool fits = value.len == mn_hash_len(pss->hash) && mn_handle_pss_fits(key->bits, pss);
    mn_rc rc = check_sign(key, MN_KEY_RSA, fits, len);

    return rc == MN_OK ? sign_rsa(key, pss, value, out, len) : rc;
}

/* An ECDSA-Sig-Value as r and s side by side. */
static bool flatten(const uint8_t *der, size_t der_len, uint8_t *out, size_t len)
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)der_len);
    int half = (int)(len / 2);
    bool done = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, half) == half &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + half, half) == half;

    ECDSA_SIG_free(pair);
    return done;
}

mn_rc mn_private_key_sign_ecdsa(const struct mn_private_key *key, struct mn_span value,
                                uint8_t *out, size_t *len)
{
    uint8_t der[ECDSA_DER_MAX];
    size_t der_len = sizeof der;
    EVP_PKEY_CTX *ctx = NULL;
    mn_rc rc = check_sign(key, MN_KEY_EC, value.len > 0 && value.len <= MN_HASH_MAX, len);

    if (rc != MN_OK)
        return rc;
    rc = MN_E_CRYPTO;
    if (mn_crypto_enter()) {
        mn_crypto_draws();
        ctx = EVP_PKEY_CTX_dup(key->sign);
        if (ctx && EVP_PKEY_sign(ctx, der, &der_len, value.ptr, value.len) > 0 &&
            flatten(der, der_len, out, *len))
            rc = MN_OK;
        EVP_PKEY_CTX_free(ctx);
    }
    mn_crypto_leave();
    if (rc != MN_OK)
        mn_log_error("an ECDSA signature failed");
    return rc;
}

/* Decrypts with RSA; oaep is NULL for PKCS #1 v1.5. What was wrong is told neither by the code nor
 * by the log nor, as far as OpenSSL goes, by the time. */
static mn_rc decrypt(const struct mn_private_key *key, const struct mn_oaep *oaep,
                     struct mn_span ciphertext, struct mn_bytes *out)
{
    uint8_t plain[MN_SIGNATURE_MAX];
    size_t len = sizeof plain;
    EVP_PKEY_CTX *ctx = NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (key->kind != MN_KEY_RSA)
        return MN_E_KEY_KIND;
    if (ciphertext.len != key->signature_len)
        return MN_E_CIPHERTEXT_LENGTH;
    if (mn_crypto_enter()) {
        mn_crypto_draws();
        ctx = EVP_PKEY_CTX_dup(key->decrypt);
        if (ctx && (!oaep || mn_handle_set_oaep(ctx, oaep)))
            rc = EVP_PKEY_decrypt(ctx, plain, &len, ciphertext.ptr, ciphertext.len) > 0
                     ? mn_bytes_set(out, mn_span(plain, len))
                     : MN_E_BAD_CIPHERTEXT;
        EVP_PKEY_CTX_free(ctx);
    }
    mn_crypto_leave();
    mn_wipe(plain, sizeof plain);
    return rc;
}

mn_rc mn_private_key_decrypt_pkcs1(const struct mn_private_key *key, struct mn_span ciphertext,
                                   struct mn_bytes *out)
{
    return decrypt(key, NULL, ciphertext, out);
}

mn_rc mn_private_key_decrypt_oaep(const struct mn_private_key *key, const struct mn_oaep *oaep,
                                  struct mn_span ciphertext, struct mn_bytes *out)
{
    return decrypt(key, oaep, ciphertext, out);
}
