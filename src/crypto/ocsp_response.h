/* An OCSP response that succeeded (RFC 6960, 4.2.1), with the fields that one without a question
 * has. OpenSSL's own can only be signed with a key that OpenSSL holds. For the files of this room
 * only; all is called between mn_crypto_enter and mn_crypto_leave. */
#ifndef MN_CRYPTO_OCSP_RESPONSE_H
#define MN_CRYPTO_OCSP_RESPONSE_H

#include <openssl/asn1.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>

#include "base/bytes.h"

/* ResponseData: version 1, no responseExtensions. */
struct mn_ocsp_data {
    OCSP_RESPID *responder;
    ASN1_GENERALIZEDTIME *produced;
    STACK_OF(OCSP_SINGLERESP) * responses;
};

/* BasicOCSPResponse. */
struct mn_ocsp_response {
    struct mn_ocsp_data *data;
    X509_ALGOR *algorithm;
    ASN1_BIT_STRING *signature;
    STACK_OF(ASN1_TYPE) * certificates; /* each as it is, so that none is parsed unasked */
};

/* An empty one, or NULL. */
struct mn_ocsp_response *mn_ocsp_response_new(void);

/* Harmless on NULL. */
void mn_ocsp_response_free(struct mn_ocsp_response *response);

/* Adds a certificate, as it is. MN_E_MEMORY. */
mn_rc mn_ocsp_response_add_certificate(struct mn_ocsp_response *response, struct mn_span der);

/* The certificate at i; it has no bytes where there is none. */
struct mn_span mn_ocsp_response_certificate(const struct mn_ocsp_response *response, int i);

/* What is signed. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_ocsp_response_content(const struct mn_ocsp_response *response, struct mn_bytes *out);

/* The whole OCSPResponse. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_ocsp_response_write(const struct mn_ocsp_response *response, struct mn_bytes *out);

/* Reads a whole OCSPResponse, of which only the one encoding that DER allows is taken, so that
 * every byte of it has come to be looked at. MN_E_FORMAT when it does not begin as one,
 * MN_E_DAMAGED, MN_E_CRYPTO, MN_E_MEMORY: then *out is NULL. */
mn_rc mn_ocsp_response_read(struct mn_span der, struct mn_ocsp_response **out);

#endif
