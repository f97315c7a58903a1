/* The mechanisms: one table. */
#ifndef MN_TOKEN_MECHANISM_H
#define MN_TOKEN_MECHANISM_H

#include <stdbool.h>

#include "backend/token_ops.h"
#include "crypto/digest.h"
#include "mynakey/cryptoki.h"

enum mn_mechanism_kind {
    MN_MECHANISM_DIGEST, /* hash the data */
    MN_MECHANISM_PKCS1,  /* sign the data, or where hash is set the DigestInfo of their hash */
    MN_MECHANISM_PSS,    /* sign a hash value, or where hash is set the data's */
};

struct mn_mechanism {
    CK_MECHANISM_TYPE type;
    enum mn_mechanism_kind kind;
    bool hashes;
    enum mn_hash hash; /* where it hashes; for PSS in any case */
};

/* PSS as the card does it: RFC 8017, 9.1, with SHA-256 throughout and a salt as long as that. */
#define MN_PSS_HASH     MN_SHA256
#define MN_PSS_SALT_LEN 32

#define MN_MECHANISMS_MAX 16

/* The mechanism of that type that the token offers, else NULL. May ask the token (ops->offers) for
 * types that depend on it, for others never. */
const struct mn_mechanism *mn_mechanism_find(const struct mn_token *token, CK_MECHANISM_TYPE type);

/* All types that the token offers, or only those that sign, into out, which has room for
 * MN_MECHANISMS_MAX; returns how many. */
size_t mn_mechanism_list(const struct mn_token *token, bool signing_only, CK_MECHANISM_TYPE *out);

/* C_GetMechanismInfo. */
void mn_mechanism_info(const struct mn_mechanism *m, const struct mn_token_facts *facts,
                       CK_MECHANISM_INFO *out);

/* Are the caller's parameters those that the mechanism takes? CKR_MECHANISM_PARAM_INVALID. */
CK_RV mn_mechanism_check(const struct mn_mechanism *m, const CK_MECHANISM *given);

/* What the private key is asked to do. Not for digests. */
struct mn_scheme mn_mechanism_scheme(const struct mn_mechanism *m);

#endif
