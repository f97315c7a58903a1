/* The module's one state in a process: initialised or not, and by which process.
 *
 * No lock guards it, so that a forked child, where the thread that held one may be missing, finds
 * nothing locked. No thread is ever started. */
#ifndef MN_CRYPTOKI_MODULE_H
#define MN_CRYPTOKI_MODULE_H

#include "base/lock.h"
#include "base/settings.h"
#include "token/slots.h"

/* C_Initialize, its arguments checked. hooks may be NULL; they are copied. In a forked child what
 * was inherited is let go first. While another thread initialises or finalises, this one waits: the
 * module can be used after CKR_CRYPTOKI_ALREADY_INITIALIZED. CKR_HOST_MEMORY, CKR_FUNCTION_FAILED.
 */
CK_RV mn_module_initialize(const struct mn_lock_hooks *hooks);

/* C_Finalize: turns new calls away, wakes those that wait for events, and waits for the rest.
 * CKR_CRYPTOKI_NOT_INITIALIZED. */
CK_RV mn_module_finalize(void);

/* Every other call goes in here and, if that was CKR_OK, out again. It is refused with
 * CKR_CRYPTOKI_NOT_INITIALIZED before C_Initialize, after C_Finalize, in a forked child, and when
 * the process is so far down its exit that OpenSSL is gone. */
CK_RV mn_module_enter(struct mn_slots **slots);
void mn_module_leave(void);

/* Withdraws what a module of that file name does not offer: one named "mynakey-auth..." offers
 * authentication only, "mynakey-sign..." signatures only, "mynakey-soft..." software certificates
 * only, "mynakey-auth-soft..." authentication and software certificates. */
void mn_module_narrow_roles(struct mn_settings *settings, const char *path);

/* For tests: where the next C_Initialize takes its readers from. NULL: the PC/SC service. */
void mn_module_use_readers(mn_rc (*open)(struct mn_readers *out));

#endif
