/* The library context, for the files of this room only.
 *
 * Every function of the room that calls OpenSSL stands between enter and leave, so that the error
 * queue of the calling thread, which the host may be about to read, is left as it was found. */
#ifndef MN_CRYPTO_CONTEXT_H
#define MN_CRYPTO_CONTEXT_H

#include <openssl/types.h>

/* The context, or NULL when OpenSSL must not be called (mn_crypto_usable): then the caller gives
 * back MN_E_CRYPTO. NULL must never reach OpenSSL, for to OpenSSL it means the host's own context.
 * Either way mn_crypto_leave has to follow. */
OSSL_LIB_CTX *mn_crypto_enter(void);
void mn_crypto_leave(void);

/* Says that what follows, up to mn_crypto_leave, may make OpenSSL draw random numbers by itself:
 * all that uses or makes a private key, and padding for encryption. OpenSSL then makes generators
 * that belong to the calling thread and points from there into the context, until the thread ends,
 * and nobody can free them from another thread. The context is therefore never freed any more: the
 * last mn_crypto_close leaves it for the next mn_crypto_open. */
void mn_crypto_draws(void);

#endif
