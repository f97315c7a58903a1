/* What an extension says, line by line, for the files of this room only. All is called between
 * mn_crypto_enter and mn_crypto_leave. */
#ifndef MN_CRYPTO_EXTENSION_LINES_H
#define MN_CRYPTO_EXTENSION_LINES_H

#include <openssl/x509.h>

#include "crypto/description.h"

/* Describes an extension into *out, which is zeroed; what is in it after an error is released with
 * the description. MN_E_MEMORY. */
mn_rc mn_extension_describe(X509_EXTENSION *extension, struct mn_described_extension *out);

/* The same text for a name, an identifier, bytes; NULL for want of memory. The caller frees. */
char *mn_extension_name_text(const X509_NAME *name);
void mn_extension_oid_text(const ASN1_OBJECT *object, char out[MN_OID_ROOM]);
char *mn_extension_hex(const unsigned char *bytes, size_t len, const char *between);

#endif
