/* What validity data says beyond OCSP: its number, and the hash of the whole certificate that it is
 * about. For the files of this room only; all is called between mn_crypto_enter and
 * mn_crypto_leave. */
#ifndef MN_CRYPTO_VALIDITY_EXTENSION_H
#define MN_CRYPTO_VALIDITY_EXTENSION_H

#include <openssl/ocsp.h>

#include "base/bytes.h"

#define MN_CERTIFICATE_HASH_BYTES 32 /* SHA-256 */

/* Puts both into singleExtensions. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_validity_extension_add(OCSP_SINGLERESP *single, uint64_t number,
                                const uint8_t hash[MN_CERTIFICATE_HASH_BYTES]);

/* Reads both: each has to be there once, and nothing else that is critical. MN_E_DAMAGED,
 * MN_E_CRYPTO. */
mn_rc mn_validity_extension_read(OCSP_SINGLERESP *single, uint64_t *number,
                                 uint8_t hash[MN_CERTIFICATE_HASH_BYTES]);

#endif
