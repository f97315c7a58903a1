/* Public keys that signatures are checked with. Parsing a certificate costs more than checking a
 * signature with its key; who checks many files, mostly by the same people, keeps the keys from one
 * to the next. */
#ifndef MN_CRYPTO_SIGNER_KEYS_H
#define MN_CRYPTO_SIGNER_KEYS_H

#include "crypto/parsed_certificate.h"

/* The few that were used last. For one thread at a time; to be freed before mn_crypto_close. */
struct mn_signer_keys;

/* MN_E_MEMORY. */
mn_rc mn_signer_keys_new(struct mn_signer_keys **out);

/* A signer's certificate (DER), as it was parsed for the check; parsed now where it was not. It
 * stays with keys, and is good until they are used the next time. MN_E_BAD_CERTIFICATE,
 * MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_signer_keys_certificate(struct mn_signer_keys *keys, struct mn_span certificate,
                                 const struct mn_parsed_certificate **out);

/* Sets *keys to NULL. Harmless when it is NULL already. */
void mn_signer_keys_free(struct mn_signer_keys **keys);

#endif
