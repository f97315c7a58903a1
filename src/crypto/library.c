#include "crypto/library.h"

#include <stdatomic.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"

/* The room's only state. But for drawn, it changes under the module's initialisation lock, when
 * nobody is inside the other functions of the room. */
static struct {
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *provider;
    unsigned users;
    atomic_bool drawn; /* threads may point into the context: mn_crypto_draws */
} library;

/* Has OpenSSL's exit handler not run yet? After it, initialising fails (OPENSSL_init_crypto(3));
 * before, and with this option, it sets up what every other call would, but no exit handler. */
static bool openssl_lives(void)
{
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL) == 1;
}

static void free_context(void)
{
    if (library.provider)
        OSSL_PROVIDER_unload(library.provider);
    OSSL_LIB_CTX_free(library.context);
    library.provider = NULL;
    library.context = NULL;
}

static mn_rc make_context(void)
{
    library.context = OSSL_LIB_CTX_new();
    if (!library.context)
        return MN_E_CRYPTO;
    library.provider = OSSL_PROVIDER_load(library.context, "default");
    if (!library.provider) {
        free_context();
        return MN_E_CRYPTO;
    }
    return MN_OK;
}

void mn_crypto_let_host_configure(void)
{
    ERR_set_mark();
    (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_CONFIG, NULL);
    ERR_pop_to_mark();
}

mn_rc mn_crypto_open(void)
{
    mn_rc rc = MN_E_CRYPTO;

    if (openssl_lives()) {
        ERR_set_mark();
        rc = library.context ? MN_OK : make_context();
        ERR_pop_to_mark();
    }
    if (rc == MN_OK)
        library.users++;
    else
        mn_log_error("OpenSSL cannot be used");
    return rc;
}

void mn_crypto_close(void)
{
    if (library.users == 0 || --library.users > 0)
        return;
    if (!openssl_lives()) {
        mn_crypto_abandon();
        return;
    }
    if (library.drawn)
        return;
    ERR_set_mark();
    free_context();
    ERR_pop_to_mark();
}

void mn_crypto_abandon(void)
{
    library.provider = NULL;
    library.context = NULL;
    library.users = 0;
    library.drawn = false;
}

bool mn_crypto_usable(void)
{
    return library.users > 0 && openssl_lives();
}

OSSL_LIB_CTX *mn_crypto_enter(void)
{
    if (!mn_crypto_usable()) {
        mn_log_error("OpenSSL is closed");
        return NULL;
    }
    ERR_set_mark();
    return library.context;
}

void mn_crypto_leave(void)
{
    if (mn_crypto_usable())
        ERR_pop_to_mark();
}

void mn_crypto_draws(void)
{
    library.drawn = true;
}
