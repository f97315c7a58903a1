/* OpenSSL as this module uses it: a library context of its own with the default provider and no
 * configuration file. The host's configuration may load this very module through a provider. */
#ifndef MN_CRYPTO_LIBRARY_H
#define MN_CRYPTO_LIBRARY_H

#include <stdbool.h>

#include "base/rc.h"

/* Lets OpenSSL read the host's configuration now, if nobody in the process has used OpenSSL yet.
 * It would do so by itself at the first digest, in the midst of a call: a context of one's own does
 * not prevent that, and forbidding it would take the configuration away from the host for good. The
 * configuration may load this very module through a provider, which then initialises it: so this is
 * called with no lock held and nothing begun, and the caller looks afterwards what has become of
 * the module. Inside such a reading it does nothing. */
void mn_crypto_let_host_configure(void);

/* Makes the context if there is none yet; counted, each success wants one mn_crypto_close. The
 * context has no configuration. Installs no exit handler: where nobody had used OpenSSL before, it
 * has none later either. Not thread-safe against itself. MN_E_CRYPTO. */
mn_rc mn_crypto_open(void);

/* Frees the context with the last user; once a private key was used in it, it is kept for the next
 * mn_crypto_open instead (context.h). After OpenSSL's own exit handler has run it frees nothing and
 * touches nothing. */
void mn_crypto_close(void);

/* Forgets the context without touching it: for a forked child, which opens its own. */
void mn_crypto_abandon(void);

/* May OpenSSL still be called? False once its exit handler has run, or while not open. */
bool mn_crypto_usable(void);

#endif
