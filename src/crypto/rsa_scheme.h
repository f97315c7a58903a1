/* The parameters of the RSA schemes that have any (RFC 8017), for both halves of a key. */
#ifndef MN_CRYPTO_RSA_SCHEME_H
#define MN_CRYPTO_RSA_SCHEME_H

#include "crypto/digest.h"

/* RSASSA-PSS (8.1). salt_len is in bytes and exact: nothing is guessed. */
struct mn_pss {
    enum mn_hash hash;
    enum mn_hash mgf_hash; /* of MGF1 */
    size_t salt_len;
};

/* RSAES-OAEP (7.1). The label is borrowed, and usually empty. */
struct mn_oaep {
    enum mn_hash hash;
    enum mn_hash mgf_hash; /* of MGF1 */
    struct mn_span label;
};

#endif
