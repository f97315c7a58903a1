#include "crypto/digest.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/library.h"

/* One row a hash: OpenSSL's name, the value's length, and the DER of a DigestInfo up to the value
 * (RFC 8017, 9.2, note 1; RFC 8017, B.1 for SHA-224). */
static const struct hash {
    const char *name;
    uint8_t len;
    uint8_t prefix_len;
    uint8_t prefix[19];
} hashes[] = {
    [MN_SHA1] = {"SHA1",
                 20,
                 15,
                 {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00,
                  0x04, 0x14}},
    [MN_SHA224] = {"SHA224",
                   28,
                   19,
                   {0x30, 0x2D, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
                    0x02, 0x04, 0x05, 0x00, 0x04, 0x1C}},
    [MN_SHA256] = {"SHA256",
                   32,
                   19,
                   {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
                    0x02, 0x01, 0x05, 0x00, 0x04, 0x20}},
    [MN_SHA384] = {"SHA384",
                   48,
                   19,
                   {0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
                    0x02, 0x02, 0x05, 0x00, 0x04, 0x30}},
    [MN_SHA512] = {"SHA512",
                   64,
                   19,
                   {0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
                    0x02, 0x03, 0x05, 0x00, 0x04, 0x40}},
};

struct mn_digest {
    EVP_MD_CTX *ctx;
};

size_t mn_hash_len(enum mn_hash hash)
{
    return hashes[hash].len;
}

const char *mn_hash_name(enum mn_hash hash)
{
    return hashes[hash].name;
}

mn_rc mn_digest_new(enum mn_hash hash, struct mn_digest **out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_digest *d = NULL;
    EVP_MD *md = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = NULL;
    if (!lib)
        goto out;
    md = EVP_MD_fetch(lib, hashes[hash].name, NULL);
    if (!md)
        goto out;
    d = calloc(1, sizeof *d);
    if (!d) {
        rc = MN_E_MEMORY;
        goto out;
    }
    d->ctx = EVP_MD_CTX_new();
    if (!d->ctx || !EVP_DigestInit_ex2(d->ctx, md, NULL))
        goto out;
    *out = d;
    d = NULL;
    rc = MN_OK;
out:
    if (rc != MN_OK)
        mn_log_error("%s cannot be used", hashes[hash].name);
    mn_digest_free(&d);
    EVP_MD_free(md);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_digest_add(struct mn_digest *d, struct mn_span part)
{
    mn_rc rc = MN_E_CRYPTO;

    if (mn_crypto_enter() && EVP_DigestUpdate(d->ctx, part.ptr, part.len))
        rc = MN_OK;
    mn_crypto_leave();
    return rc;
}

mn_rc mn_digest_finish(struct mn_digest *d, uint8_t *out)
{
    mn_rc rc = MN_E_CRYPTO;

    if (mn_crypto_enter() && EVP_DigestFinal_ex(d->ctx, out, NULL))
        rc = MN_OK;
    mn_crypto_leave();
    return rc;
}

void mn_digest_free(struct mn_digest **d)
{
    if (!*d)
        return;
    if (mn_crypto_usable())
        EVP_MD_CTX_free((*d)->ctx);
    free(*d);
    *d = NULL;
}

mn_rc mn_digest_of(enum mn_hash hash, struct mn_span data, uint8_t *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    mn_rc rc = MN_E_CRYPTO;

    if (lib && EVP_Q_digest(lib, hashes[hash].name, NULL, data.ptr, data.len, out, NULL))
        rc = MN_OK;
    mn_crypto_leave();
    return rc;
}

void mn_digest_info(enum mn_hash hash, const uint8_t *value, uint8_t *out, size_t *len)
{
    const struct hash *h = &hashes[hash];

    memcpy(out, h->prefix, h->prefix_len);
    memcpy(out + h->prefix_len, value, h->len);
    *len = (size_t)h->prefix_len + h->len;
}
