#include "crypto/keyed_hash.h"

#include <openssl/evp.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"

/* OpenSSL takes a NULL key for "the key of before"; an empty one has to point somewhere. */
static const uint8_t *pointer(struct mn_span s)
{
    static const uint8_t nothing[1];

    return s.len > 0 ? s.ptr : nothing;
}

mn_rc mn_keyed_hash(struct mn_span key, struct mn_span data, uint8_t out[MN_KEYED_HASH_BYTES])
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    size_t len = 0;
    mn_rc rc = MN_E_CRYPTO;

    if (lib &&
        EVP_Q_mac(lib, "HMAC", NULL, "SHA256", NULL, pointer(key), key.len, pointer(data), data.len,
                  out, MN_KEYED_HASH_BYTES, &len) &&
        len == MN_KEYED_HASH_BYTES)
        rc = MN_OK;
    else
        mn_log_error("HMAC failed");
    mn_crypto_leave();
    return rc;
}
