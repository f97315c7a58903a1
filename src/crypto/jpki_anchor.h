/* The CA certificates of JPKI whose fingerprints are public. The certificates themselves are on
 * every card; what makes one of them trusted is that its fingerprint stands here. */
#ifndef MN_CRYPTO_JPKI_ANCHOR_H
#define MN_CRYPTO_JPKI_ANCHOR_H

#include <stddef.h>

#include "crypto/chain.h"

struct mn_jpki_anchor {
    const char *name;      /* of the file in which it is published: "signca03.cer" */
    const char *published; /* the file's address */
    bool signs;            /* issues signing certificates; else authentication certificates */
    uint8_t fingerprint[MN_FINGERPRINT_BYTES]; /* the SHA-256 of the certificate */
};

/* The one with this fingerprint, or NULL. Static storage. */
const struct mn_jpki_anchor *mn_jpki_anchor_find(const uint8_t fingerprint[MN_FINGERPRINT_BYTES]);

/* All of them, the oldest first; *count is their number. Static storage. */
const struct mn_jpki_anchor *mn_jpki_anchors(size_t *count);

#endif
