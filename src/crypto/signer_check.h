/* Whether a signature of a SignedData holds, for the files of this room only. */
#ifndef MN_CRYPTO_SIGNER_CHECK_H
#define MN_CRYPTO_SIGNER_CHECK_H

#include "crypto/cms_parts.h"
#include "crypto/signer_key.h"

/* What may say which certificate it is (RFC 5035). */
enum mn_binding {
    MN_BINDING_V2, /* signing-certificate-v2 */
    MN_BINDING_V1, /* or else signing-certificate, which has SHA-1 */
};

/* As mn_signed_data_check, for signer number i of parts, but that keys is not NULL. *key is the
 * signer's key, as mn_signer_keys_find gives it, when the result is MN_OK. */
mn_rc mn_signer_check(const struct mn_cms_parts *parts, size_t i, enum mn_binding binding,
                      struct mn_content_digest *content, struct mn_signer_keys *keys,
                      struct mn_signature *out, const struct mn_signer_key **key);

#endif
