/* Signatures as OpenSSL judges them, by the certificate's key and without the module. */
#ifndef MN_TESTS_FUZZ_SIGNATURE_CHECK_H
#define MN_TESTS_FUZZ_SIGNATURE_CHECK_H

#include <openssl/evp.h>

#include "base/bytes.h"
#include "mynakey/cryptoki.h"

/* Is that the signature of those data by that mechanism, whose parameters are good ones? */
bool signature_is_right(EVP_PKEY *key, const CK_MECHANISM *mechanism, struct mn_span data,
                        struct mn_span signature);

/* Is that the digest of those data? */
bool digest_is_right(CK_MECHANISM_TYPE type, struct mn_span data, struct mn_span digest);

#endif
