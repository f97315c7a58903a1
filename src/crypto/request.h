/* Requests for a certificate from a CA: PKCS#10 (RFC 2986), with the extensions that the purpose
 * wants. What the CA sends back is read by mn_certificates_read and sorted by mn_chain_sort. */
#ifndef MN_CRYPTO_REQUEST_H
#define MN_CRYPTO_REQUEST_H

#include "base/bytes.h"
#include "crypto/private_key.h"

enum mn_request_profile {
    MN_REQUEST_SMIME,      /* sign and decrypt mail: a mail address is a must */
    MN_REQUEST_TLS_CLIENT, /* log in to a server */
    MN_REQUEST_CODE,       /* sign programs */
};

/* One attribute of the subject. */
struct mn_request_part {
    const char *type;  /* "CN", "O", "OU", "C", "ST", "L", "emailAddress", or as dotted numbers */
    const char *value; /* UTF-8 */
};

/* What to ask for; everything is borrowed. */
struct mn_request {
    enum mn_request_profile profile;
    const struct mn_request_part *subject; /* in this order; may be NULL if count is 0 */
    size_t count;
    const char *mail; /* ASCII, or NULL: as rfc822Name in subjectAltName */
};

/* The request in DER, signed with key, as *out, which the caller frees. MN_E_ARGUMENT for a type
 * that is not known, a value that is empty, not UTF-8 or longer than X.509 allows for its type, a
 * country that is not two letters, or a mail address that is missing or not ASCII; MN_E_CRYPTO,
 * MN_E_MEMORY: then *out is as it was. */
mn_rc mn_request_make(const struct mn_request *request, const struct mn_private_key *key,
                      struct mn_bytes *out);

/* The same request as text (RFC 7468, CERTIFICATE REQUEST), as CAs like to have it pasted; not NUL
 * ended. MN_E_CRYPTO, MN_E_MEMORY: then *out is as it was. */
mn_rc mn_request_to_pem(struct mn_span request, struct mn_bytes *out);

#endif
