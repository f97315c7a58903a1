/* Random bytes from the library context's own generator. */
#ifndef MN_CRYPTO_RANDOM_H
#define MN_CRYPTO_RANDOM_H

#include "base/bytes.h"

/* len bytes into out; 0 is fine. MN_E_CRYPTO. */
mn_rc mn_random(uint8_t *out, size_t len);

/* Mixes seed into the generator; it never makes it weaker. MN_E_CRYPTO. */
mn_rc mn_random_seed(struct mn_span seed);

#endif
