#include "keys.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

struct cardsim_keys {
    EVP_PKEY *at[CARDSIM_KEY_COUNT];
};

static const char *const key_files[CARDSIM_KEY_COUNT] = {
    [CARDSIM_KEY_AUTH] = "auth.key",
    [CARDSIM_KEY_SIGN] = "sign.key",
    [CARDSIM_KEY_CARD] = "card.key",
};

static const struct {
    bool takes_value; /* exactly a SHA-256 value, else a message */
    bool pads_bare;   /* no DigestInfo */
    bool pss;
} schemes[CARDSIM_SCHEME_COUNT] = {
    [CARDSIM_SCHEME_PKCS1] = {.pads_bare = true},
    [CARDSIM_SCHEME_HASH] = {.pads_bare = true},
    [CARDSIM_SCHEME_PKCS1_VALUE] = {.takes_value = true},
    [CARDSIM_SCHEME_PKCS1_MESSAGE] = {0},
    [CARDSIM_SCHEME_PSS_VALUE] = {.takes_value = true, .pss = true},
    [CARDSIM_SCHEME_PSS_MESSAGE] = {.pss = true},
};

static EVP_PKEY *load_key(const char *pki, const char *name)
{
    char path[4096];
    int len = snprintf(path, sizeof(path), "%s/%s", pki, name);
    if (len < 0 || (size_t)len >= sizeof(path))
        return NULL;
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    return key;
}

mn_rc cardsim_keys_load(const char *pki, struct cardsim_keys **out)
{
    struct cardsim_keys *keys = calloc(1, sizeof(*keys));
    if (!keys)
        return MN_E_MEMORY;
    for (size_t i = 0; i < CARDSIM_KEY_COUNT; i++) {
        keys->at[i] = load_key(pki, key_files[i]);
        if (!keys->at[i] || EVP_PKEY_get_size(keys->at[i]) != CARDSIM_SIGNATURE) {
            cardsim_keys_free(keys);
            return MN_E_FILE;
        }
    }
    *out = keys;
    return MN_OK;
}

void cardsim_keys_free(struct cardsim_keys *keys)
{
    if (!keys)
        return;
    for (size_t i = 0; i < CARDSIM_KEY_COUNT; i++)
        EVP_PKEY_free(keys->at[i]);
    free(keys);
}

bool cardsim_scheme_takes(enum cardsim_scheme scheme, size_t len)
{
    if (scheme == CARDSIM_SCHEME_PKCS1)
        return len >= 1 && len <= CARDSIM_SIGNATURE - 11;
    if (schemes[scheme].takes_value)
        return len == SHA256_DIGEST_LENGTH;
    return len >= 1;
}

static bool set_scheme(EVP_PKEY_CTX *context, enum cardsim_scheme scheme)
{
    if (schemes[scheme].pss)
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
               EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
    if (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) <= 0)
        return false;
    return schemes[scheme].pads_bare || EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0;
}

mn_rc cardsim_keys_sign(struct cardsim_keys *keys, enum cardsim_key key, enum cardsim_scheme scheme,
                        struct mn_span data, uint8_t signature[CARDSIM_SIGNATURE])
{
    uint8_t hash[SHA256_DIGEST_LENGTH];
    size_t len = CARDSIM_SIGNATURE;
    bool good = false;
    EVP_PKEY_CTX *context = NULL;

    if (scheme != CARDSIM_SCHEME_PKCS1 && !schemes[scheme].takes_value) {
        if (EVP_Digest(data.ptr, data.len, hash, NULL, EVP_sha256(), NULL) <= 0)
            goto out;
        data = mn_span(hash, sizeof(hash));
    }
    context = EVP_PKEY_CTX_new(keys->at[key], NULL);
    good = context && EVP_PKEY_sign_init(context) > 0 && set_scheme(context, scheme) &&
           EVP_PKEY_sign(context, signature, &len, data.ptr, data.len) > 0 &&
           len == CARDSIM_SIGNATURE;
out:
    EVP_PKEY_CTX_free(context);
    return good ? MN_OK : MN_E_CRYPTO;
}
