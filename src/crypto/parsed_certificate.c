#include "crypto/parsed_certificate.h"

#include <stdlib.h>

#include <openssl/x509.h>

#include "crypto/context.h"
#include "crypto/handle.h"
#include "crypto/library.h"

struct mn_parsed_certificate {
    struct mn_bytes der;
    X509 *handle;
};

mn_rc mn_parsed_certificate_new(struct mn_span der, struct mn_parsed_certificate **out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_parsed_certificate *parsed = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = NULL;
    if (!lib)
        goto out;
    rc = MN_E_MEMORY;
    parsed = calloc(1, sizeof *parsed);
    if (!parsed)
        goto out;
    rc = MN_E_BAD_CERTIFICATE;
    parsed->handle = mn_handle_read_certificate(lib, der);
    if (!parsed->handle)
        goto out;
    rc = mn_bytes_set(&parsed->der, der);
    if (rc != MN_OK)
        goto out;
    *out = parsed;
    parsed = NULL;
out:
    mn_parsed_certificate_free(&parsed);
    mn_crypto_leave();
    return rc;
}

struct mn_span mn_parsed_certificate_der(const struct mn_parsed_certificate *parsed)
{
    return mn_bytes_span(&parsed->der);
}

X509 *mn_parsed_certificate_handle(const struct mn_parsed_certificate *parsed)
{
    return parsed->handle;
}

void mn_parsed_certificate_free(struct mn_parsed_certificate **parsed)
{
    if (!*parsed)
        return;
    if (mn_crypto_usable())
        X509_free((*parsed)->handle);
    mn_bytes_free(&(*parsed)->der);
    free(*parsed);
    *parsed = NULL;
}
