/* The card's private keys and the six schemes of its sign command, made with OpenSSL. */
#ifndef CARDSIM_KEYS_H
#define CARDSIM_KEYS_H

#include <stdbool.h>

#include "base/bytes.h"

enum cardsim_key { CARDSIM_KEY_AUTH, CARDSIM_KEY_SIGN, CARDSIM_KEY_CARD, CARDSIM_KEY_COUNT };

#define CARDSIM_SIGNATURE 256 /* bytes: RSA-2048 */

/* P1 of the sign command (docs/card.md, "Signing"). */
enum cardsim_scheme {
    CARDSIM_SCHEME_PKCS1,         /* 1 to 245 bytes as they are */
    CARDSIM_SCHEME_HASH,          /* a message; its bare SHA-256 */
    CARDSIM_SCHEME_PKCS1_VALUE,   /* a SHA-256 value; DigestInfo added */
    CARDSIM_SCHEME_PKCS1_MESSAGE, /* a message; DigestInfo of its SHA-256 */
    CARDSIM_SCHEME_PSS_VALUE,     /* a SHA-256 value */
    CARDSIM_SCHEME_PSS_MESSAGE,   /* a message */
    CARDSIM_SCHEME_COUNT
};

struct cardsim_keys;

/* Reads the keys of the PKI folder. MN_E_FILE, MN_E_MEMORY. */
mn_rc cardsim_keys_load(const char *pki, struct cardsim_keys **out);
void cardsim_keys_free(struct cardsim_keys *keys);

/* May data of this length be signed with that scheme? */
bool cardsim_scheme_takes(enum cardsim_scheme scheme, size_t len);

/* MN_E_CRYPTO. */
mn_rc cardsim_keys_sign(struct cardsim_keys *keys, enum cardsim_key key, enum cardsim_scheme scheme,
                        struct mn_span data, uint8_t signature[CARDSIM_SIGNATURE]);

#endif
