/* For which certificates a list of revocations speaks (RFC 5280, 5.2.5 and 6.3.3, b). For the files
 * of this room only; all is called between mn_crypto_enter and mn_crypto_leave. */
#ifndef MN_CRYPTO_REVOCATION_SCOPE_H
#define MN_CRYPTO_REVOCATION_SCOPE_H

#include <stdbool.h>

#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Does a list of this issuer with this issuingDistributionPoint (NULL: none) speak for x? *partial:
 * for some of the reasons only. */
bool mn_revocation_scope_has(const X509_NAME *issuer, const ISSUING_DIST_POINT *point, X509 *x,
                             bool *partial);

#endif
