/* Certificates as authorities send them. */
#ifndef MN_CRYPTO_CERTIFICATE_FILE_H
#define MN_CRYPTO_CERTIFICATE_FILE_H

#include "crypto/certificates.h"

/* Files larger than this are not read: a chain is some kilobytes. */
#define MN_CERTIFICATE_FILE_MAX (256 * 1024)

/* Reads the certificates in a file's bytes, in their order: PEM with any number of certificates
 * (what stands between them is passed over), one in DER, or those inside a PKCS#7 or CMS message in
 * DER or PEM (RFC 5652, 5.1). MN_E_FORMAT when there is none, MN_E_BAD_CERTIFICATE when one of them
 * cannot be read, MN_E_EXCESSIVE, MN_E_CRYPTO, MN_E_MEMORY: then *out is empty. */
mn_rc mn_certificate_file_read(struct mn_span file, struct mn_certificates *out);

#endif
