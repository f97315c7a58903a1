/* The token that a time stamp is (RFC 3161, 2.4.2), for the files of this room only. */
#ifndef MN_CRYPTO_TIMESTAMP_TOKEN_H
#define MN_CRYPTO_TIMESTAMP_TOKEN_H

#include "crypto/timestamp.h"

/* What it has to be the stamp of: this signature, or else what this query asked for. */
struct mn_timestamp_subject {
    struct mn_span signature;
    const struct mn_timestamp_query *query;
};

/* As mn_timestamp_read. */
mn_rc mn_timestamp_read_token(struct mn_span token, const struct mn_timestamp_subject *subject,
                              struct mn_timestamp *out);

#endif
