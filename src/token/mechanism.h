/* The mechanisms: one table. */
#ifndef MN_TOKEN_MECHANISM_H
#define MN_TOKEN_MECHANISM_H

#include <stdbool.h>

#include "backend/token_ops.h"
#include "mynakey/cryptoki.h"

enum mn_mechanism_kind {
    MN_MECHANISM_DIGEST, /* hash the data */
    MN_MECHANISM_PKCS1,  /* sign the data, or where hash is set the DigestInfo of their hash */
    MN_MECHANISM_PSS,    /* sign a hash value, or where hash is set the data's */
    MN_MECHANISM_ECDSA,  /* the same */
    MN_MECHANISM_OAEP,   /* decrypt */
};

struct mn_mechanism {
    CK_MECHANISM_TYPE type;
    enum mn_mechanism_kind kind;
    bool hashes;
    enum mn_hash hash; /* where it hashes */
};

/* What a mechanism is begun for: C_DigestInit; C_SignInit, C_VerifyInit; C_DecryptInit,
 * C_EncryptInit. */
enum mn_use { MN_USE_DIGEST, MN_USE_SIGN, MN_USE_DECRYPT };

#define MN_MECHANISMS_MAX 32

/* The mechanism of that type that the token offers, else NULL. May ask the token (ops->offers) for
 * types that depend on it, for others never. */
const struct mn_mechanism *mn_mechanism_find(const struct mn_token *token, CK_MECHANISM_TYPE type);

/* Is a mechanism that such a token offers for that use? */
bool mn_mechanism_is_for(const struct mn_mechanism *m, const struct mn_token_facts *facts,
                         enum mn_use use);

/* All types that the token offers, or only those that use its key, into out, which has room for
 * MN_MECHANISMS_MAX; returns how many. */
size_t mn_mechanism_list(const struct mn_token *token, bool key_only, CK_MECHANISM_TYPE *out);

/* C_GetMechanismInfo. */
void mn_mechanism_info(const struct mn_mechanism *m, const struct mn_token_facts *facts,
                       CK_MECHANISM_INFO *out);

/* What the private key is asked to do, by the caller's mechanism with its parameter; m is found and
 * is for that use. CKR_MECHANISM_PARAM_INVALID: another parameter is wanted, or the token or its
 * key cannot do what this one says. */
CK_RV mn_mechanism_scheme(const struct mn_token *token, const struct mn_mechanism *m,
                          const CK_MECHANISM *given, struct mn_scheme *out);

/* The label of *out is the caller's memory still. */
CK_RV mn_mechanism_padding(const struct mn_token *token, const struct mn_mechanism *m,
                           const CK_MECHANISM *given, struct mn_padding *out);

/* For digests: CKR_MECHANISM_PARAM_INVALID when there is a parameter. */
CK_RV mn_mechanism_without_parameter(const CK_MECHANISM *given);

#endif
