/* A software certificate as a token: a key in a PKCS#12 file.
 *
 * Its passphrase is the PIN. Login reads the file and decrypts the key, which stays in memory until
 * logout; the passphrase is not kept. A wrong one costs nothing but time: there are no tries to
 * count, for whoever has the file can guess without us. */
#ifndef MN_BACKEND_SOFT_TOKEN_H
#define MN_BACKEND_SOFT_TOKEN_H

#include "backend/soft_shelf.h"
#include "backend/token_ops.h"

/* The token of that entry, which is taken over: *entry is empty afterwards, also after an error.
 * Reads no file. MN_E_BAD_CERTIFICATE, MN_E_KEY_KIND when the certificate is not one that can be
 * used, MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_soft_token_new(struct mn_soft_entry *entry, struct mn_token *out);

/* For tests: what waits after a wrong passphrase. NULL: the clock. */
void mn_soft_token_use_pause(void (*pause)(unsigned ms));

#endif
