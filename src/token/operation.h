/* Digest, sign, verify, decrypt and encrypt: their states (3.0, 5.2) and what they compute.
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
    struct mn_scheme scheme;              /* sign and verify */
    struct mn_padding padding;            /* decrypt and encrypt */
    struct mn_bytes label;                /* of OAEP */
    struct mn_bytes public_key;           /* verify and encrypt: SubjectPublicKeyInfo */
    size_t result_len;                    /* of what the key makes, at most */
    size_t content_max;                   /* so much can be given where nothing is hashed */
    struct mn_digest *digest;             /* where the mechanism hashes, else ... */
    struct mn_bytes content;              /* ... what was given so far */
};

/* What a call has left to do when its token has lent the key: it is done without the slot's lock,
 * so that the threads of a program use a key side by side. A zeroed one has nothing left. */
struct mn_late {
    struct mn_key key;
    struct mn_operation op; /* the session has it no more */
    struct mn_span data;
    CK_BYTE *out;
    CK_ULONG *out_len;
};

/* The beginnings; the operation is not active. mechanism is the caller's, its parameter included.
 * CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_HOST_MEMORY, CKR_FUNCTION_FAILED. */
CK_RV mn_operation_begin_digest(struct mn_operation *op, const struct mn_token *token,
                                const CK_MECHANISM *mechanism);
CK_RV mn_operation_begin_sign(struct mn_operation *op, const struct mn_token *token,
                              const CK_MECHANISM *mechanism);
CK_RV mn_operation_begin_verify(struct mn_operation *op, const struct mn_token *token,
                                const CK_MECHANISM *mechanism, const struct mn_attributes *key);
CK_RV mn_operation_begin_decrypt(struct mn_operation *op, const struct mn_token *token,
                                 const CK_MECHANISM *mechanism);
CK_RV mn_operation_begin_encrypt(struct mn_operation *op, const struct mn_token *token,
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

/* C_DecryptUpdate, C_EncryptUpdate: all comes out at the end. */
CK_RV mn_operation_update_cipher(struct mn_operation *op, const CK_BYTE *part, CK_ULONG len,
                                 CK_ULONG *out_len);

/* C_Digest and C_DigestFinal. */
CK_RV mn_operation_digest(struct mn_operation *op, const CK_BYTE *data, CK_ULONG data_len,
                          CK_BYTE *out, CK_ULONG *out_len);
CK_RV mn_operation_digest_final(struct mn_operation *op, CK_BYTE *out, CK_ULONG *out_len);

/* C_Sign and C_SignFinal. After CKR_OK, mn_late_sign has to follow. */
CK_RV mn_operation_sign(struct mn_operation *op, const struct mn_token *token, const CK_BYTE *data,
                        CK_ULONG data_len, CK_BYTE *out, CK_ULONG *out_len, struct mn_late *late);
CK_RV mn_operation_sign_final(struct mn_operation *op, const struct mn_token *token, CK_BYTE *out,
                              CK_ULONG *out_len, struct mn_late *late);

/* C_Verify and C_VerifyFinal. */
CK_RV mn_operation_verify(struct mn_operation *op, const CK_BYTE *data, CK_ULONG data_len,
                          const CK_BYTE *signature, CK_ULONG signature_len);
CK_RV mn_operation_verify_final(struct mn_operation *op, const CK_BYTE *signature,
                                CK_ULONG signature_len);

/* C_Decrypt and C_DecryptFinal. After CKR_OK, mn_late_decrypt has to follow. */
CK_RV mn_operation_decrypt(struct mn_operation *op, const struct mn_token *token,
                           const CK_BYTE *data, CK_ULONG data_len, CK_BYTE *out, CK_ULONG *out_len,
                           struct mn_late *late);
CK_RV mn_operation_decrypt_final(struct mn_operation *op, const struct mn_token *token,
                                 CK_BYTE *out, CK_ULONG *out_len, struct mn_late *late);

/* C_Encrypt and C_EncryptFinal. */
CK_RV mn_operation_encrypt(struct mn_operation *op, const CK_BYTE *data, CK_ULONG data_len,
                           CK_BYTE *out, CK_ULONG *out_len);
CK_RV mn_operation_encrypt_final(struct mn_operation *op, CK_BYTE *out, CK_ULONG *out_len);

/* What is left to do, with no lock; CKR_OK where that is nothing. late is released. */
CK_RV mn_late_sign(struct mn_late *late);

/* The same; but after CKR_BUFFER_TOO_SMALL late->op is active, for it has not ended: it goes back
 * to its session, or is ended. */
CK_RV mn_late_decrypt(struct mn_late *late);

#endif
