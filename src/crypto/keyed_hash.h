/* HMAC-SHA-256 (RFC 2104): to recognise a secret again without keeping it. */
#ifndef MN_CRYPTO_KEYED_HASH_H
#define MN_CRYPTO_KEYED_HASH_H

#include "base/bytes.h"

#define MN_KEYED_HASH_BYTES 32

/* MN_E_CRYPTO. */
mn_rc mn_keyed_hash(struct mn_span key, struct mn_span data, uint8_t out[MN_KEYED_HASH_BYTES]);

#endif
