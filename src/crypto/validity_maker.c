#include "crypto/validity_maker.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "crypto/handle.h"
#include "crypto/library.h"
#include "crypto/ocsp_response.h"
#include "crypto/signature_suite.h"
#include "crypto/validity_extension.h"

struct mn_validity_maker {
    struct mn_cms_signer authority;
    X509 *certificate;
    const struct mn_signature_suite *suite;
    EVP_MD *sha256;
};

mn_rc mn_validity_maker_open(const struct mn_cms_signer *authority, struct mn_validity_maker **out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_validity_maker *maker = NULL;
    mn_rc rc = MN_E_CRYPTO;

    *out = NULL;
    if (!lib)
        goto out;
    rc = MN_E_MEMORY;
    maker = calloc(1, sizeof *maker);
    if (!maker)
        goto out;
    maker->authority = *authority;
    rc = MN_E_CRYPTO;
    maker->sha256 = EVP_MD_fetch(lib, mn_hash_name(MN_SHA256), NULL);
    if (!maker->sha256)
        goto out;
    rc = MN_E_BAD_CERTIFICATE;
    maker->certificate = mn_handle_read_certificate(lib, authority->certificate);
    if (!maker->certificate)
        goto out;
    rc = MN_E_KEY_KIND;
    maker->suite = mn_signature_suite_of(maker->certificate);
    if (!maker->suite)
        goto out;
    *out = maker;
    maker = NULL;
    rc = MN_OK;
out:
    if (rc != MN_OK)
        mn_log_error("the authority cannot make validity data: %s", mn_rc_name(rc));
    mn_validity_maker_free(&maker);
    mn_crypto_leave();
    return rc;
}

void mn_validity_maker_free(struct mn_validity_maker **maker)
{
    if (!*maker)
        return;
    if (mn_crypto_usable()) {
        X509_free((*maker)->certificate);
        EVP_MD_free((*maker)->sha256);
    }
    free(*maker);
    *maker = NULL;
}

/* The status of one certificate and its times, added to an OCSP_BASICRESP, which owns it. */
static OCSP_SINGLERESP *add_status(OCSP_BASICRESP *to, OCSP_CERTID *id,
                                   const struct mn_validity *what)
{
    bool revoked = what->state == MN_VALIDITY_REVOKED;
    ASN1_TIME *from = ASN1_TIME_set(NULL, what->this_update);
    ASN1_TIME *until = ASN1_TIME_set(NULL, what->next_update);
    ASN1_TIME *when = revoked ? ASN1_TIME_set(NULL, what->revoked_at) : NULL;
    /* "unspecified" is said by leaving it out (RFC 5280, 5.3.1). */
    int reason = revoked && what->reason != MN_REASON_UNSPECIFIED ? (int)what->reason
                                                                  : OCSP_REVOKED_STATUS_NOSTATUS;
    OCSP_SINGLERESP *single = NULL;

    if (from && until && (when || !revoked))
        single = OCSP_basic_add1_status(
            to, id, revoked ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD, reason, when,
            from, until);
    ASN1_TIME_free(when);
    ASN1_TIME_free(until);
    ASN1_TIME_free(from);
    return single;
}

/* All but the signature. The one answer stays its owner's: it has to be taken out again. */
static mn_rc fill(OSSL_LIB_CTX *lib, const struct mn_validity_maker *maker,
                  const struct mn_validity *what, OCSP_SINGLERESP *single,
                  struct mn_ocsp_response *response)
{
    if (!OCSP_RESPID_set_by_key_ex(response->data->responder, maker->certificate, lib, NULL) ||
        !ASN1_GENERALIZEDTIME_set(response->data->produced, what->produced_at) ||
        !mn_signature_suite_write(maker->suite, response->algorithm))
        return MN_E_CRYPTO;
    if (!sk_OCSP_SINGLERESP_push(response->data->responses, single))
        return MN_E_MEMORY;
    return mn_ocsp_response_add_certificate(response, maker->authority.certificate);
}

static mn_rc sign(OSSL_LIB_CTX *lib, const struct mn_validity_maker *maker,
                  struct mn_ocsp_response *response, struct mn_bytes *out)
{
    struct mn_bytes content = {0}, signature = {0};
    mn_rc rc = mn_ocsp_response_content(response, &content);

    if (rc == MN_OK)
        rc = mn_signature_suite_sign(lib, maker->suite, maker->certificate, &maker->authority,
                                     mn_bytes_span(&content), &signature);
    if (rc == MN_OK)
        rc = mn_signature_suite_put(response->signature, mn_bytes_span(&signature));
    if (rc == MN_OK)
        rc = mn_ocsp_response_write(response, out);
    mn_bytes_free(&signature);
    mn_bytes_free(&content);
    return rc;
}

static mn_rc make(OSSL_LIB_CTX *lib, const struct mn_validity_maker *maker,
                  struct mn_span certificate, X509 *x, const struct mn_validity *what,
                  struct mn_bytes *out)
{
    uint8_t hash[MN_CERTIFICATE_HASH_BYTES];
    struct mn_ocsp_response *response = mn_ocsp_response_new();
    OCSP_BASICRESP *owner = OCSP_BASICRESP_new();
    OCSP_CERTID *id = OCSP_cert_to_id(maker->sha256, x, x); /* its own issuer */
    OCSP_SINGLERESP *single = owner && id ? add_status(owner, id, what) : NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (!response || !single)
        goto out;
    rc = mn_digest_of(MN_SHA256, certificate, hash);
    if (rc == MN_OK)
        rc = mn_validity_extension_add(single, what->number, hash);
    if (rc == MN_OK)
        rc = fill(lib, maker, what, single, response);
    if (rc == MN_OK)
        rc = sign(lib, maker, response, out);
    sk_OCSP_SINGLERESP_zero(response->data->responses);
out:
    OCSP_CERTID_free(id);
    OCSP_BASICRESP_free(owner);
    mn_ocsp_response_free(response);
    return rc;
}

/* Can it be written, and read again? */
static bool is_good(const struct mn_validity *what)
{
    bool good = what->number >= 1 && what->number <= MN_VALIDITY_NUMBER_MAX &&
                what->produced_at > 0 && what->this_update > 0 &&
                what->this_update < what->next_update;

    if (what->state == MN_VALIDITY_GOOD)
        return good;
    return good && what->state == MN_VALIDITY_REVOKED && what->revoked_at > 0 &&
           mn_revocation_reason_name(what->reason);
}

mn_rc mn_validity_make(struct mn_validity_maker *maker, struct mn_span certificate,
                       const struct mn_validity *what, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    rc = MN_E_ARGUMENT;
    if (!is_good(what))
        goto out;
    rc = MN_E_BAD_CERTIFICATE;
    x = mn_handle_read_certificate(lib, certificate);
    if (x)
        rc = make(lib, maker, certificate, x, what, out);
out:
    if (rc != MN_OK)
        mn_log_error("no validity data were made: %s", mn_rc_name(rc));
    X509_free(x);
    mn_crypto_leave();
    return rc;
}
