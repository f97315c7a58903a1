/* Message digests. */
#ifndef MN_CRYPTO_DIGEST_H
#define MN_CRYPTO_DIGEST_H

#include "base/bytes.h"

enum mn_hash { MN_SHA1, MN_SHA224, MN_SHA256, MN_SHA384, MN_SHA512 };

#define MN_HASH_MAX        64
#define MN_DIGEST_INFO_MAX (MN_HASH_MAX + 19)

/* The value's length in bytes. */
size_t mn_hash_len(enum mn_hash hash);

/* The hash's name, "SHA256"; never NULL. Static storage. */
const char *mn_hash_name(enum mn_hash hash);

/* A digest under way; to be freed before mn_crypto_close. */
struct mn_digest;

/* MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_digest_new(enum mn_hash hash, struct mn_digest **out);
mn_rc mn_digest_add(struct mn_digest *d, struct mn_span part);

/* The value, mn_hash_len bytes, into out; afterwards d can only be freed. */
mn_rc mn_digest_finish(struct mn_digest *d, uint8_t *out);
void mn_digest_free(struct mn_digest **d);

/* All at once. */
mn_rc mn_digest_of(enum mn_hash hash, struct mn_span data, uint8_t *out);

/* The DER DigestInfo (RFC 8017, 9.2, note 1) of a hash value of mn_hash_len bytes, into out, which
 * has room for MN_DIGEST_INFO_MAX bytes; *len is its length. Cannot fail. */
void mn_digest_info(enum mn_hash hash, const uint8_t *value, uint8_t *out, size_t *len);

#endif
