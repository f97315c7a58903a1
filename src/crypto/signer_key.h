/* A certificate parsed for checking signatures with its key, for the files of this room only. */
#ifndef MN_CRYPTO_SIGNER_KEY_H
#define MN_CRYPTO_SIGNER_KEY_H

#include <stdbool.h>

#include <openssl/types.h>

#include "base/bytes.h"
#include "crypto/key_kind.h"
#include "crypto/signer_keys.h"

struct mn_signer_key {
    struct mn_bytes certificate; /* DER */
    EVP_PKEY *key;
    enum mn_key_kind kind;
    unsigned bits;
    bool signs;  /* keyUsage allows it, or does not say */
    bool stamps; /* it is for time stamps, and nothing else */
};

/* The key of this certificate, which stays with keys and is good until the next call.
 * MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY. Called between mn_crypto_enter and
 * mn_crypto_leave. */
mn_rc mn_signer_keys_find(struct mn_signer_keys *keys, OSSL_LIB_CTX *lib,
                          struct mn_span certificate, const struct mn_signer_key **out);

#endif
