/* Sign, verify and digest: their states (3.0, 5.2) and what they compute.
 *
 * A session has one of each. The state rules are the standard's: a question for the size and a
 * buffer that is too small leave the operation as it is and never reach the token; so does a
 * signature that waits for its own login; every other result of a finishing call ends it. */
#ifndef MN_TOKEN_OPERATION_H
#define MN_TOKEN_OPERATION_H

#include "backend/token_ops.h"
#include "token/attribute.h"
#include "token/mechanism.h"

/* A zeroed one is not active. */
struct mn_operation {
    const struct mn_mechanism *mechanism; /* NULL: not active */
    bool updated;                         /* a part was given */
    bool authenticated;                   /* the login for this one signature was made */
    struct mn_bytes public_key;           /* verify: SubjectPublicKeyInfo */
    size_t signature_len;                 /* sign and verify */
    struct mn_digest *digest;             /* where the mechanism hashes, else ... */
    struct mn_bytes content;              /* ... what was given so far */
};

/* The beginnings; the operation is not active. mechanism is the caller's, its parameter included.
 * CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_HOST_MEMORY, CKR_FUNCTION_FAILED. */
CK_RV mn_operation_begin_digest(struct mn_operation *op, const struct mn_token *token,
                                const CK_MECHANISM *mechanism);
CK_RV mn_operation_begin_sign(struct mn_operation *op, const struct mn_token *token,
                              const CK_MECHANISM *mechanism);
CK_RV mn_operation_begin_verify(struct mn_operation *op, const struct mn_token *token,
                                const CK_MECHANISM *mechanism, const struct mn_attributes *key);

/* Ends it, whatever its state. */
void mn_operation_end(struct mn_operation *op);

/* The ...Init functions without a mechanism (3.0, 5.13.1): CKR_ARGUMENTS_BAD when there was nothing
 * to cancel. */
CK_RV mn_operation_cancel(struct mn_operation *op);

static inline bool mn_operation_is_active(const struct mn_operation *op)
{
    return op->mechanism != NULL;
}

/* C_DigestUpdate, C_SignUpdate, C_VerifyUpdate. */
CK_RV mn_operation_update(struct mn_operation *op, const CK_BYTE *part, CK_ULONG len);

/* C_Digest and C_DigestFinal. */
CK_RV mn_operation_digest(struct mn_operation *op, const CK_BYTE *data, CK_ULONG data_len,
                          CK_BYTE *out, CK_ULONG *out_len);
CK_RV mn_operation_digest_final(struct mn_operation *op, CK_BYTE *out, CK_ULONG *out_len);

/* C_Sign and C_SignFinal. */
CK_RV mn_operation_sign(struct mn_operation *op, const struct mn_token *token, const CK_BYTE *data,
                        CK_ULONG data_len, CK_BYTE *out, CK_ULONG *out_len);
CK_RV mn_operation_sign_final(struct mn_operation *op, const struct mn_token *token, CK_BYTE *out,
                              CK_ULONG *out_len);

/* C_Verify and C_VerifyFinal. */
CK_RV mn_operation_verify(struct mn_operation *op, const CK_BYTE *data, CK_ULONG data_len,
                          const CK_BYTE *signature, CK_ULONG signature_len);
CK_RV mn_operation_verify_final(struct mn_operation *op, const CK_BYTE *signature,
                                CK_ULONG signature_len);

#endif
