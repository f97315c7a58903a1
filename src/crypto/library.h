/* OpenSSL as this module uses it: a library context of its own with the default provider and no
 * configuration file. The host's configuration may load this very module through a provider. */
#ifndef MN_CRYPTO_LIBRARY_H
#define MN_CRYPTO_LIBRARY_H

#include <stdbool.h>

#include "base/rc.h"

/* Makes the context if there is none yet; counted, each success wants one mn_crypto_close.
 * Installs no exit handler and reads no openssl.cnf. OpenSSL keeps both choices once for the whole
 * process: where nobody had used it before, it does not do either later by itself. Not thread-safe
 * against itself: called under the module's initialisation lock. MN_E_CRYPTO. */
mn_rc mn_crypto_open(void);

/* Frees the context with the last user. After OpenSSL's own exit handler has run it frees nothing
 * and touches nothing. */
void mn_crypto_close(void);

/* Forgets the context without touching it: for a forked child, which opens its own. */
void mn_crypto_abandon(void);

/* May OpenSSL still be called? False once its exit handler has run, or while not open. */
bool mn_crypto_usable(void);

#endif
