#include "crypto/random.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"

/* The context's primary generator, and not RAND_bytes_ex, for two reasons. That one asks the
 * process's RAND_METHOD first, which may be the host's engine. And it makes a generator for each
 * thread, which OpenSSL 3.0 frees when the thread ends, through a context that may be gone by then.
 * The primary one has a lock of its own (RAND_get0_primary(3)), and reseeds itself after a fork. */

mn_rc mn_random(uint8_t *out, size_t len)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_RAND_CTX *rand;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    rand = RAND_get0_primary(lib);
    if (rand && (len == 0 || EVP_RAND_generate(rand, out, len, 0, 0, NULL, 0)))
        rc = MN_OK;
    else
        mn_log_error("the generator failed");
out:
    mn_crypto_leave();
    return rc;
}

mn_rc mn_random_seed(struct mn_span seed)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_RAND_CTX *rand;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    /* As additional input beside the system's entropy, never in its place. */
    rand = RAND_get0_primary(lib);
    if (rand && EVP_RAND_reseed(rand, 0, NULL, 0, seed.ptr, seed.len))
        rc = MN_OK;
    else
        mn_log_error("the generator failed");
out:
    mn_crypto_leave();
    return rc;
}
