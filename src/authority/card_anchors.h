/* The CA certificates that a card's certificate may lead to when a request is examined. Each is
 * parsed once, whatever number of requests is judged by it. */
#ifndef MN_AUTHORITY_CARD_ANCHORS_H
#define MN_AUTHORITY_CARD_ANCHORS_H

#include <stdbool.h>

#include "crypto/certificates.h"
#include "crypto/jpki_anchor.h"
#include "crypto/parsed_certificate.h"

/* Opaque; to be freed before mn_crypto_close. */
struct mn_card_anchors;

/* named: these count, and are borrowed; NULL: the published CAs of JPKI that issue signing
 * certificates. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_card_anchors_open(const struct mn_certificates *named, struct mn_card_anchors **out);
void mn_card_anchors_close(struct mn_card_anchors **anchors);

/* Chooses those that count for a request which came with others. The published ones count where
 * they are among these: only fingerprints are published, and what is judged must not hang on the
 * requests before. *published is then the last of them; NULL where others were named, or there is
 * none. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_card_anchors_choose(struct mn_card_anchors *anchors, const struct mn_certificates *others,
                             const struct mn_jpki_anchor **published);

/* What was chosen; it stays with anchors, and is good until the next choice. */
const struct mn_parsed_certificate *const *
mn_card_anchors_chosen(const struct mn_card_anchors *anchors, size_t *count);

/* Is it one of the chosen? */
bool mn_card_anchors_has(const struct mn_card_anchors *anchors, struct mn_span der);

#endif
