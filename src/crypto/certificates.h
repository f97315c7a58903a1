/* Certificates in the order in which they came. */
#ifndef MN_CRYPTO_CERTIFICATES_H
#define MN_CRYPTO_CERTIFICATES_H

#include "base/bytes.h"

/* Each is DER, owned by the list. A zeroed struct is an empty list. */
struct mn_certificates {
    struct mn_bytes *der;
    size_t count;
};

/* No list read from a file is longer. */
#define MN_CERTIFICATES_MAX 64

/* Adds a copy at the end; nothing is looked at. MN_E_MEMORY, and MN_E_EXCESSIVE when there are
 * MN_CERTIFICATES_MAX already: then the list is as it was. */
mn_rc mn_certificates_add(struct mn_certificates *list, struct mn_span der);

/* Wipes and frees; the list is empty afterwards. Harmless on an empty one. */
void mn_certificates_free(struct mn_certificates *list);

/* What a CA sends is not larger. */
#define MN_CERTIFICATES_FILE_MAX (1024 * 1024)

/* Adds all certificates of a file to the list, in its order: one certificate in DER, a PKCS#7
 * SignedData in DER (.p7b, .p7c), or text with any number of either in PEM, whatever else stands
 * around them. Each is DER afterwards, and can be read. MN_E_FORMAT when there is none in it,
 * MN_E_DAMAGED when what says it is one cannot be read, MN_E_EXCESSIVE for too large a file or too
 * many, MN_E_CRYPTO, MN_E_MEMORY: then the list is as it was. */
mn_rc mn_certificates_read(struct mn_span file, struct mn_certificates *list);

#endif
