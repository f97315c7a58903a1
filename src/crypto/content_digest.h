/* The digests of a content that comes in parts, each made once, for the files of this room only. A
 * zeroed struct wants none yet. */
#ifndef MN_CRYPTO_CONTENT_DIGEST_H
#define MN_CRYPTO_CONTENT_DIGEST_H

#include "crypto/digest.h"

#define MN_HASHES (MN_SHA512 + 1)

struct mn_content_digest {
    struct mn_digest *running[MN_HASHES];
    uint8_t value[MN_HASHES][MN_HASH_MAX];
    bool done[MN_HASHES];
};

/* Before the first part; harmless a second time. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_content_digest_want(struct mn_content_digest *c, enum mn_hash hash);

/* MN_E_CRYPTO. */
mn_rc mn_content_digest_add(struct mn_content_digest *c, struct mn_span part);

/* The value of one that was wanted; what is added afterwards does not count. MN_E_CRYPTO. */
mn_rc mn_content_digest_value(struct mn_content_digest *c, enum mn_hash hash, struct mn_span *out);

void mn_content_digest_release(struct mn_content_digest *c);

#endif
