/* A certificate parsed for checking signatures with its key, for the files of this room only. */
#ifndef MN_CRYPTO_SIGNER_KEY_H
#define MN_CRYPTO_SIGNER_KEY_H

#include <stdbool.h>

#include <openssl/types.h>

#include "crypto/key_kind.h"
#include "crypto/signer_keys.h"

struct mn_signer_key {
    struct mn_parsed_certificate *certificate;
    EVP_PKEY *key; /* the certificate's; NULL when it cannot be read */
    enum mn_key_kind kind;
    unsigned bits;
    bool signs;  /* keyUsage allows it, or does not say */
    bool stamps; /* it is for time stamps, and nothing else */
};

/* The key of this certificate, which stays with keys and is good until the next call.
 * MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_signer_keys_find(struct mn_signer_keys *keys, struct mn_span certificate,
                          const struct mn_signer_key **out);

#endif
