/* The module as a program sees it, over one simulated reader in this process.
 *
 * A test case takes stage_attach, and each of its tests finds the module initialised and a fresh
 * card in the reader: authentication is slot 1, signature slot 2. */
#ifndef MN_TESTS_CRYPTOKI_STAGE_H
#define MN_TESTS_CRYPTOKI_STAGE_H

#include <check.h>

#include "cardsim_plug.h"
#include "mynakey/cryptoki.h"

#define READER    "Simulated 00 00"
#define AUTH_SLOT 1
#define SIGN_SLOT 2
#define SOFT_SLOT 129
#define RSA_SIZE  256

#define SOFT_PASSPHRASE "correct horse" /* as in backend/made_pfx.h */

extern CK_FUNCTION_LIST_3_0 *p11;
extern struct cardsim_bench *bench;
extern struct cardsim *card;

void stage_attach(TCase *tcase);

/* Ends the module and begins it anew with these lines of settings. */
void stage_restart(const char *settings);

/* Puts a software certificate on the shelf, which is slot SOFT_SLOT; its PKCS#12 file's path. Its
 * key is the simulated card's, its chain one certificate. A wrong passphrase is answered at once.
 */
const char *stage_shelve(void);

/* Puts another card into the reader, of that persona, in the first one's place. */
void stage_exchange(const char *persona);

/* A session of that slot, and one in which its user is logged in. */
CK_SESSION_HANDLE open_session(CK_SLOT_ID slot, bool read_write);
CK_SESSION_HANDLE log_in(CK_SLOT_ID slot);

/* C_Login with a text. */
CK_RV login_with(CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin);

/* The objects that match; how many. found has room for 8 and may be NULL. */
size_t find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count,
            CK_OBJECT_HANDLE *found);
size_t find_class(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *found);

/* The first object of the class, of which there is one. */
CK_OBJECT_HANDLE only(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class);

/* One attribute's value, which has room for 4096 bytes; its length. */
CK_ULONG read_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
                    void *value);

/* Begins a signature with the session's private key by CKM_SHA256_RSA_PKCS; makes one. */
CK_RV begin_sign(CK_SESSION_HANDLE session);
CK_RV sign_something(CK_SESSION_HANDLE session);

#endif
