#include "crypto/validity_data.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "crypto/handle.h"
#include "crypto/ocsp_response.h"
#include "crypto/signature_suite.h"
#include "crypto/validity_extension.h"

static mn_rc read_response(struct mn_span der, struct mn_ocsp_response **out)
{
    *out = NULL;
    return der.len > MN_VALIDITY_FILE_MAX ? MN_E_EXCESSIVE : mn_ocsp_response_read(der, out);
}

/* RFC 5280, 4.1.2.5.2: to the second, in UTC. */
static bool read_time(const ASN1_GENERALIZEDTIME *from, time_t *to)
{
    struct tm utc = {0};

    if (!from || ASN1_STRING_length(from) != 15 || !ASN1_TIME_to_tm(from, &utc))
        return false;
    *to = timegm(&utc);
    return true;
}

static bool read_status(OCSP_SINGLERESP *single, struct mn_validity *to)
{
    ASN1_GENERALIZEDTIME *when = NULL, *from = NULL, *until = NULL;
    int reason = OCSP_REVOKED_STATUS_NOSTATUS;
    int status = OCSP_single_get0_status(single, &reason, &when, &from, &until);

    if (!read_time(from, &to->this_update) || !read_time(until, &to->next_update))
        return false;
    if (status == V_OCSP_CERTSTATUS_GOOD) {
        to->state = MN_VALIDITY_GOOD;
        return true;
    }
    if (reason == OCSP_REVOKED_STATUS_NOSTATUS)
        reason = MN_REASON_UNSPECIFIED;
    to->state = MN_VALIDITY_REVOKED;
    to->reason = (enum mn_revocation_reason)reason;
    return status == V_OCSP_CERTSTATUS_REVOKED && mn_revocation_reason_name(to->reason) &&
           read_time(when, &to->revoked_at);
}

/* What the authority says, and the hash of the certificate that it says it of. */
static mn_rc read_statement(const struct mn_ocsp_response *response, struct mn_validity *to,
                            uint8_t hash[MN_CERTIFICATE_HASH_BYTES])
{
    OCSP_SINGLERESP *single = sk_OCSP_SINGLERESP_value(response->data->responses, 0);

    if (sk_OCSP_SINGLERESP_num(response->data->responses) != 1 || !read_status(single, to) ||
        !read_time(response->data->produced, &to->produced_at))
        return MN_E_DAMAGED;
    return mn_validity_extension_read(single, &to->number, hash);
}

/* Is it signed by the authority, and by no other that shares its name, and is that certificate the
 * one inside? */
static mn_rc check_authority(OSSL_LIB_CTX *lib, const struct mn_ocsp_response *response,
                             struct mn_span authority)
{
    X509 *x = mn_handle_read_certificate(lib, authority);
    const struct mn_signature_suite *suite = x ? mn_signature_suite_of(x) : NULL;
    struct mn_bytes content = {0};
    mn_rc rc = MN_E_BAD_CERTIFICATE;

    if (!suite)
        goto out;
    rc = MN_E_OTHER_AUTHORITY;
    if (OCSP_RESPID_match_ex(response->data->responder, x, lib, NULL) != 1)
        goto out;
    rc = MN_E_BAD_SIGNATURE;
    if (!mn_signature_suite_is(suite, response->algorithm))
        goto out;
    rc = mn_ocsp_response_content(response, &content);
    if (rc == MN_OK)
        rc = mn_signature_suite_verify(lib, suite, x, mn_bytes_span(&content),
                                       mn_signature_suite_get(response->signature));
    if (rc == MN_OK && (sk_ASN1_TYPE_num(response->certificates) != 1 ||
                        !mn_span_equal(mn_ocsp_response_certificate(response, 0), authority)))
        rc = MN_E_OTHER_AUTHORITY;
out:
    mn_bytes_free(&content);
    X509_free(x);
    return rc;
}

/* By CertID, which is what OCSP goes by, and by the hash, which has every byte of it. */
static mn_rc check_subject(OSSL_LIB_CTX *lib, const struct mn_ocsp_response *response,
                           const uint8_t stated[MN_CERTIFICATE_HASH_BYTES],
                           struct mn_span certificate)
{
    const OCSP_SINGLERESP *single = sk_OCSP_SINGLERESP_value(response->data->responses, 0);
    X509 *x = mn_handle_read_certificate(lib, certificate);
    EVP_MD *sha256 = EVP_MD_fetch(lib, mn_hash_name(MN_SHA256), NULL);
    OCSP_CERTID *id = x && sha256 ? OCSP_cert_to_id(sha256, x, x) : NULL;
    uint8_t hash[MN_CERTIFICATE_HASH_BYTES] = {0};
    mn_rc rc = x ? MN_E_CRYPTO : MN_E_BAD_CERTIFICATE;

    if (id)
        rc = mn_digest_of(MN_SHA256, certificate, hash);
    if (rc == MN_OK && (OCSP_id_cmp(id, OCSP_SINGLERESP_get0_id(single)) != 0 ||
                        memcmp(hash, stated, sizeof hash) != 0))
        rc = MN_E_OTHER_CERTIFICATE;
    OCSP_CERTID_free(id);
    EVP_MD_free(sha256);
    X509_free(x);
    return rc;
}

mn_rc mn_validity_check(struct mn_span der, struct mn_span certificate, struct mn_span authority,
                        struct mn_validity *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    uint8_t hash[MN_CERTIFICATE_HASH_BYTES];
    struct mn_ocsp_response *response = NULL;
    struct mn_validity what = {0};
    mn_rc rc = MN_E_CRYPTO;

    *out = (struct mn_validity){0};
    if (!lib)
        goto out;
    rc = read_response(der, &response);
    if (rc == MN_OK)
        rc = check_authority(lib, response, authority);
    if (rc == MN_OK)
        rc = read_statement(response, &what, hash);
    if (rc == MN_OK && certificate.len > 0)
        rc = check_subject(lib, response, hash, certificate);
    if (rc == MN_OK || rc == MN_E_OTHER_CERTIFICATE)
        *out = what;
out:
    if (rc != MN_OK)
        mn_log_info("validity data are refused: %s", mn_rc_name(rc));
    mn_ocsp_response_free(response);
    mn_crypto_leave();
    return rc;
}

mn_rc mn_validity_authority(struct mn_span der, struct mn_bytes *out)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    struct mn_ocsp_response *response = NULL;
    X509 *x = NULL;
    mn_rc rc = MN_E_CRYPTO;

    if (!lib)
        goto out;
    rc = read_response(der, &response);
    if (rc != MN_OK)
        goto out;
    rc = MN_E_DAMAGED;
    x = mn_handle_read_certificate(lib, mn_ocsp_response_certificate(response, 0));
    if (x)
        rc = mn_bytes_set(out, mn_ocsp_response_certificate(response, 0));
out:
    X509_free(x);
    mn_ocsp_response_free(response);
    mn_crypto_leave();
    return rc;
}

enum mn_validity_time mn_validity_at(const struct mn_validity *what, time_t now)
{
    if (now + MN_VALIDITY_CLOCKS_DIFFER < what->this_update)
        return MN_VALIDITY_NOT_YET;
    return now < what->next_update ? MN_VALIDITY_CURRENT : MN_VALIDITY_EXPIRED;
}
