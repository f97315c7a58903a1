/* Inside the room: what the operations have in common. */
#ifndef MN_TOKEN_OPERATION_STEPS_H
#define MN_TOKEN_OPERATION_STEPS_H

#include "token/operation.h"

/* Ends the operation and returns rv. */
CK_RV mn_operation_end_with(struct mn_operation *op, CK_RV rv);

/* Finds the mechanism, which must be for that use. CKR_MECHANISM_INVALID. */
CK_RV mn_operation_find(const struct mn_token *token, const CK_MECHANISM *mechanism,
                        enum mn_use use, const struct mn_mechanism **out);

/* Takes over the public key's value. CKR_HOST_MEMORY. */
CK_RV mn_operation_take_key(struct mn_operation *op, const struct mn_attributes *key);

/* Takes in a part. CKR_ARGUMENTS_BAD, CKR_DATA_LEN_RANGE, CKR_HOST_MEMORY, CKR_FUNCTION_FAILED. */
CK_RV mn_operation_add(struct mn_operation *op, struct mn_span part);

/* Before a call that finishes: CKR_OK when it may go on, else the operation has ended. At once: it
 * is the call that does everything, and no part may have been given. */
CK_RV mn_operation_check_finish(struct mn_operation *op, bool at_once, bool arguments_good);

/* The convention on output (5.2): true when the call is answered with *rv, with nothing done. */
bool mn_operation_answers_size(const CK_BYTE *out, CK_ULONG *out_len, size_t need, CK_RV *rv);

/* Moves the operation out of its session, with the token's key. What mn_token_ops.lend_key gives;
 * then the operation has ended. */
CK_RV mn_operation_postpone(struct mn_operation *op, const struct mn_token *token,
                            struct mn_late *late);

#endif
