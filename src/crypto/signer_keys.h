/* Public keys that signatures are checked with. Parsing a certificate costs more than checking a
 * signature with its key; who checks many files, mostly by the same people, keeps the keys from one
 * to the next. */
#ifndef MN_CRYPTO_SIGNER_KEYS_H
#define MN_CRYPTO_SIGNER_KEYS_H

#include "base/rc.h"

/* The few that were used last. For one thread at a time; to be freed before mn_crypto_close. */
struct mn_signer_keys;

/* MN_E_MEMORY. */
mn_rc mn_signer_keys_new(struct mn_signer_keys **out);

/* Sets *keys to NULL. Harmless when it is NULL already. */
void mn_signer_keys_free(struct mn_signer_keys **keys);

#endif
