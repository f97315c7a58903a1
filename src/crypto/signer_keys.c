#include "crypto/signer_keys.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/context.h"
#include "crypto/handle.h"
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
    mn_parsed_certificate_free(&key->certificate);
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

/* What there is to know of the key. */
static void look_at(struct mn_signer_key *key)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = mn_parsed_certificate_handle(key->certificate);

    if (lib && (key->key = X509_get0_pubkey(x))) {
        key->kind = mn_handle_kind(key->key);
        key->bits = (unsigned)EVP_PKEY_get_bits(key->key);
        key->signs = (X509_get_key_usage(x) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
        key->stamps = X509_check_purpose(x, X509_PURPOSE_TIMESTAMP_SIGN, 0) == 1;
    }
    mn_crypto_leave();
}

/* The place where this certificate is kept, put there if need be. */
static mn_rc find(struct mn_signer_keys *keys, struct mn_span certificate,
                  struct mn_signer_key **out)
{
    struct mn_signer_key *place = &keys->kept[keys->next];
    mn_rc rc;

    for (size_t i = 0; i < KEPT; i++) {
        *out = &keys->kept[i];
        if ((*out)->certificate &&
            mn_span_equal(mn_parsed_certificate_der((*out)->certificate), certificate))
            return MN_OK;
    }
    forget(place);
    rc = mn_parsed_certificate_new(certificate, &place->certificate);
    if (rc != MN_OK)
        return rc;
    look_at(place);
    keys->next = (keys->next + 1) % KEPT;
    *out = place;
    return MN_OK;
}

mn_rc mn_signer_keys_find(struct mn_signer_keys *keys, struct mn_span certificate,
                          const struct mn_signer_key **out)
{
    struct mn_signer_key *place;
    mn_rc rc = find(keys, certificate, &place);

    *out = place;
    return rc == MN_OK && !place->key ? MN_E_BAD_CERTIFICATE : rc;
}

mn_rc mn_signer_keys_certificate(struct mn_signer_keys *keys, struct mn_span certificate,
                                 const struct mn_parsed_certificate **out)
{
    struct mn_signer_key *place;
    mn_rc rc = find(keys, certificate, &place);

    *out = rc == MN_OK ? place->certificate : NULL;
    return rc;
}
