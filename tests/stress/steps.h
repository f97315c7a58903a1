/* What a program does with the module, step by step. Every call is looked at: its code has to be
 * one that docs/datasheet.md allows the function, and no try may be missing after it that no wrong
 * PIN explains. Steps are true when all went well. */
#ifndef MN_TESTS_STRESS_STEPS_H
#define MN_TESTS_STRESS_STEPS_H

#include <stdbool.h>

#include "stage.h"

CK_RV step_noted(const char *function, CK_RV rv);

#define CALL(function, ...) (in_module = true, step_noted(#function, p11->function(__VA_ARGS__)))

/* Settings are the default ones, without a cache on disk. */
bool step_initialize(void);
bool step_finalize(void);
bool step_is_initialized(void);

/* What a program that begins anew does, whatever was before. */
bool step_start(void);

bool step_look_at_slots(void);
bool step_open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_SESSION_HANDLE *session);
CK_RV step_log_in(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const char *pin);
CK_RV step_change_pin(CK_SESSION_HANDLE session, CK_SLOT_ID slot, const char *before,
                      const char *after);
bool step_read_certificates(CK_SESSION_HANDLE session);

/* A signature that the module gives out has to be one. */
bool step_sign_at_once(CK_SESSION_HANDLE session, CK_SLOT_ID slot);
bool step_sign_in_parts(CK_SESSION_HANDLE session, CK_SLOT_ID slot);

#endif
