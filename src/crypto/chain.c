#include "crypto/chain.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "crypto/handle.h"

mn_rc mn_chain_fingerprint(struct mn_span certificate, uint8_t out[MN_FINGERPRINT_BYTES])
{
    return mn_digest_of(MN_SHA256, certificate, out);
}

/* X509_check_issued looks at the names, the key identifiers and keyUsage. */
static bool issued(X509 *x, X509 *issuer)
{
    EVP_PKEY *key = X509_get0_pubkey(issuer);

    return key && X509_check_issued(issuer, x) == X509_V_OK && X509_check_ca(issuer) == 1 &&
           X509_verify(x, key) == 1;
}

mn_rc mn_chain_check_issued_parsed(const struct mn_parsed_certificate *certificate,
                                   const struct mn_parsed_certificate *issuer)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    mn_rc rc = MN_E_CRYPTO;

    if (lib)
        rc = issued(mn_parsed_certificate_handle(certificate), mn_parsed_certificate_handle(issuer))
                 ? MN_OK
                 : MN_E_UNTRUSTED;
    mn_crypto_leave();
    return rc;
}

mn_rc mn_chain_check_issued(struct mn_span certificate, struct mn_span issuer)
{
    struct mn_parsed_certificate *below, *above = NULL;
    mn_rc rc = mn_parsed_certificate_new(certificate, &below);

    if (rc == MN_OK)
        rc = mn_parsed_certificate_new(issuer, &above);
    if (rc == MN_OK)
        rc = mn_chain_check_issued_parsed(below, above);
    mn_parsed_certificate_free(&above);
    mn_parsed_certificate_free(&below);
    return rc;
}

/* The certificates that can be read: those of others, who may have sent anything. */
static STACK_OF(X509) * read_some(OSSL_LIB_CTX *lib, const struct mn_certificates *list)
{
    STACK_OF(X509) *some = sk_X509_new_null();

    for (size_t i = 0; some && list && i < list->count; i++) {
        X509 *x = mn_handle_read_certificate(lib, mn_bytes_span(&list->der[i]));

        if (x && !sk_X509_push(some, x))
            X509_free(x);
    }
    return some;
}

/* One attempt; what went wrong is in *error (X509_V_...). */
static bool leads_up(OSSL_LIB_CTX *lib, X509 *x, STACK_OF(X509) * others, STACK_OF(X509) * anchors,
                     time_t at, bool heed_time, int *error)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(lib, NULL);
    bool good = false;

    *error = X509_V_ERR_UNSPECIFIED;
    if (ctx && X509_STORE_CTX_init(ctx, NULL, x, others)) {
        X509_STORE_CTX_set0_trusted_stack(ctx, anchors);
        X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_PARTIAL_CHAIN |
                                          (heed_time ? 0 : X509_V_FLAG_NO_CHECK_TIME));
        if (heed_time)
            X509_STORE_CTX_set_time(ctx, 0, at);
        good = X509_verify_cert(ctx) == 1;
        *error = X509_STORE_CTX_get_error(ctx);
    }
    X509_STORE_CTX_free(ctx);
    return good;
}

static mn_rc check(OSSL_LIB_CTX *lib, X509 *x, STACK_OF(X509) * others, STACK_OF(X509) * anchors,
                   time_t at)
{
    mn_rc rc = MN_E_UNTRUSTED;
    int error;

    if (leads_up(lib, x, others, anchors, at, true, &error))
        rc = MN_OK;
    else if (error == X509_V_ERR_OUT_OF_MEM)
        rc = MN_E_MEMORY;
    else if (leads_up(lib, x, others, anchors, at, false, &error))
        rc = MN_E_EXPIRED;
    if (rc != MN_OK)
        mn_log_info("a chain does not hold: %s", mn_rc_name(rc));
    return rc;
}

mn_rc mn_chain_check(struct mn_span certificate, const struct mn_certificates *others,
                     const struct mn_certificates *anchors, time_t at)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    STACK_OF(X509) *between = lib ? read_some(lib, others) : NULL;
    STACK_OF(X509) *trusted = lib ? read_some(lib, anchors) : NULL;
    X509 *x = lib ? mn_handle_read_certificate(lib, certificate) : NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (between && trusted)
        rc = x ? check(lib, x, between, trusted, at) : MN_E_BAD_CERTIFICATE;
    X509_free(x);
    sk_X509_pop_free(trusted, X509_free);
    sk_X509_pop_free(between, X509_free);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_chain_check_parsed(const struct mn_parsed_certificate *certificate,
                            const struct mn_certificates *others,
                            const struct mn_parsed_certificate *const *anchors, size_t count,
                            time_t at)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    STACK_OF(X509) *between = lib ? read_some(lib, others) : NULL;
    STACK_OF(X509) *trusted = lib ? sk_X509_new_null() : NULL;
    bool complete = between && trusted;
    mn_rc rc = MN_E_CRYPTO;

    for (size_t i = 0; complete && i < count; i++)
        complete = sk_X509_push(trusted, mn_parsed_certificate_handle(anchors[i])) > 0;
    if (complete)
        rc = check(lib, mn_parsed_certificate_handle(certificate), between, trusted, at);
    sk_X509_free(trusted);
    sk_X509_pop_free(between, X509_free);
    mn_crypto_leave();
    return rc;
}

/* Takes the certificate at i out of the pile; the caller frees it. */
static struct mn_bytes take(struct mn_certificates *pile, size_t i)
{
    struct mn_bytes der = pile->der[i];

    pile->count--;
    for (; i < pile->count; i++)
        pile->der[i] = pile->der[i + 1];
    return der;
}

/* Where in the pile is the first whose key is this? pile->count: nowhere. */
static size_t find_key(OSSL_LIB_CTX *lib, const struct mn_certificates *pile, const EVP_PKEY *key)
{
    size_t i = 0;

    for (; i < pile->count; i++) {
        X509 *x = mn_handle_read_certificate(lib, mn_bytes_span(&pile->der[i]));
        const EVP_PKEY *its = x ? X509_get0_pubkey(x) : NULL;
        bool same = its && EVP_PKEY_eq(its, key) == 1;

        X509_free(x);
        if (same)
            break;
    }
    return i;
}

/* Where in the pile is the first that vouches for this one? pile->count: nowhere. */
static size_t find_issuer(const struct mn_certificates *pile, struct mn_span certificate)
{
    size_t i = 0;

    while (i < pile->count &&
           mn_chain_check_issued(certificate, mn_bytes_span(&pile->der[i])) != MN_OK)
        i++;
    return i;
}

/* Moves what leads up from certificate, each from the pile to the end of issuers. */
static mn_rc climb(struct mn_certificates *pile, struct mn_span certificate,
                   struct mn_certificates *issuers)
{
    size_t i;

    while ((i = find_issuer(pile, certificate)) < pile->count) {
        mn_rc rc = mn_certificates_add(issuers, mn_bytes_span(&pile->der[i]));
        struct mn_bytes done;

        if (rc != MN_OK)
            return rc;
        done = take(pile, i);
        mn_bytes_free(&done);
        certificate = mn_bytes_span(&issuers->der[issuers->count - 1]);
    }
    return MN_OK;
}

mn_rc mn_chain_sort(struct mn_certificates *pile, struct mn_span public_key_info,
                    struct mn_bytes *certificate, struct mn_certificates *issuers)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    EVP_PKEY *key = lib ? mn_handle_read_public(lib, public_key_info) : NULL;
    struct mn_bytes own;
    size_t i;
    mn_rc rc = MN_E_CRYPTO;

    if (!key)
        goto out;
    rc = MN_E_NO_CERTIFICATE;
    i = find_key(lib, pile, key);
    if (i == pile->count)
        goto out;
    own = take(pile, i);
    mn_bytes_move(certificate, &own);
    rc = climb(pile, mn_bytes_span(certificate), issuers);
out:
    EVP_PKEY_free(key);
    mn_crypto_leave();
    return rc;
}
