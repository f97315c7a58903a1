/* The target soft_calls in its two files: one call each that the next bytes of the input make, held
 * against the model. */
#ifndef MN_TESTS_FUZZ_SOFT_STEPS_H
#define MN_TESTS_FUZZ_SOFT_STEPS_H

#include "answers.h"
#include "call_model.h"
#include "target.h"

#define LEN(array) (sizeof(array) / sizeof(array)[0])

extern CK_FUNCTION_LIST_3_0 *p11;
extern struct fuzz_input *input;

/* By slot, from the first on. */
extern EVP_PKEY *soft_keys[SHELF_SLOTS];

/* What most steps begin with, and a call of theirs. */
#define SESSION                                                                                    \
    struct model_session *session;                                                                 \
    CK_SESSION_HANDLE handle = model_any_session(input, &session)
#define IN_SESSION(function, ...) model_session_answered(session, CALL(function, __VA_ARGS__))

/* soft_operations.c */
void step_random(void);
void step_sign_init(void);
void step_sign(void);
void step_sign_update(void);
void step_sign_final(void);
void step_verify_init(void);
void step_verify(void);
void step_verify_update(void);
void step_verify_final(void);
void step_digest_init(void);
void step_digest(void);
void step_digest_update(void);
void step_digest_final(void);
void step_encrypt_init(void);
void step_encrypt(void);
void step_encrypt_update(void);
void step_encrypt_final(void);
void step_decrypt_init(void);
void step_decrypt(void);
void step_decrypt_update(void);
void step_decrypt_final(void);

/* What was signed and encrypted last. */
void soft_steps_forget(void);

#endif
