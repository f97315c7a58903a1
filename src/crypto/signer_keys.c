#include "crypto/signer_keys.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/handle.h"
#include "crypto/library.h"
#include "crypto/signer_key.h"

/* As many as are remembered: the signers of one file, and some. */
#define KEPT 8

struct mn_signer_keys {
    struct mn_signer_key kept[KEPT];
    size_t next; /* the one to be replaced */
};

mn_rc mn_signer_keys_new(struct mn_signer_keys **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? MN_OK : MN_E_MEMORY;
}

static void forget(struct mn_signer_key *key)
{
    if (mn_crypto_usable())
        EVP_PKEY_free(key->key);
    mn_bytes_free(&key->certificate);
    *key = (struct mn_signer_key){0};
}

void mn_signer_keys_free(struct mn_signer_keys **keys)
{
    if (!*keys)
        return;
    for (size_t i = 0; i < KEPT; i++)
        forget(&(*keys)->kept[i]);
    free(*keys);
    *keys = NULL;
}

static mn_rc parse(OSSL_LIB_CTX *lib, struct mn_span certificate, struct mn_signer_key *key)
{
    X509 *x = mn_handle_read_certificate(lib, certificate);
    EVP_PKEY *handle = x ? X509_get0_pubkey(x) : NULL;
    mn_rc rc = MN_E_BAD_CERTIFICATE;

    if (!handle)
        goto out;
    rc = mn_bytes_set(&key->certificate, certificate);
    if (rc != MN_OK || !EVP_PKEY_up_ref(handle))
        goto out;
    key->key = handle;
    key->kind = mn_handle_kind(handle);
    key->bits = (unsigned)EVP_PKEY_get_bits(handle);
    key->signs = (X509_get_key_usage(x) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
    key->stamps = X509_check_purpose(x, X509_PURPOSE_TIMESTAMP_SIGN, 0) == 1;
out:
    X509_free(x);
    return rc;
}

mn_rc mn_signer_keys_find(struct mn_signer_keys *keys, OSSL_LIB_CTX *lib,
                          struct mn_span certificate, const struct mn_signer_key **out)
{
    struct mn_signer_key *place = &keys->kept[keys->next];
    mn_rc rc;

    for (size_t i = 0; i < KEPT; i++) {
        if (keys->kept[i].key &&
            mn_span_equal(mn_bytes_span(&keys->kept[i].certificate), certificate)) {
            *out = &keys->kept[i];
            return MN_OK;
        }
    }
    forget(place);
    rc = parse(lib, certificate, place);
    if (rc != MN_OK) {
        forget(place);
        return rc;
    }
    keys->next = (keys->next + 1) % KEPT;
    *out = place;
    return MN_OK;
}
