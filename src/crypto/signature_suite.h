/* How the key of a certificate signs: with which hash, and what is written into a file for it. For
 * the files of this room only; all is called between mn_crypto_enter and mn_crypto_leave. */
#ifndef MN_CRYPTO_SIGNATURE_SUITE_H
#define MN_CRYPTO_SIGNATURE_SUITE_H

#include <openssl/types.h>

#include "base/bytes.h"
#include "crypto/cms.h"
#include "crypto/digest.h"
#include "crypto/key_kind.h"

struct mn_signature_suite {
    enum mn_key_kind kind;
    size_t order_len; /* of r and of s in bytes; 0 for RSA */
    enum mn_hash hash;
    int nid; /* OpenSSL's number of the signature algorithm */
};

/* The suite of the certificate's key, NULL for a key that has none here. Static storage. */
const struct mn_signature_suite *mn_signature_suite_of(const X509 *x);

/* Writes the suite's AlgorithmIdentifier. False when there is no memory. */
bool mn_signature_suite_write(const struct mn_signature_suite *suite, X509_ALGOR *to);

/* Is it what mn_signature_suite_write writes, parameters included? */
bool mn_signature_suite_is(const struct mn_signature_suite *suite, const X509_ALGOR *algorithm);

/* Puts a signature into the BIT STRING that X.509 and OCSP have for it; gives the bytes there, none
 * when the last has unused bits. */
mn_rc mn_signature_suite_put(ASN1_BIT_STRING *to, struct mn_span signature);
struct mn_span mn_signature_suite_get(const ASN1_BIT_STRING *from);

/* Has signer sign content, and gives the signature as X.509 and CMS have it: an EC key's as an
 * ECDSA-Sig-Value (RFC 5753, 7.2). x is the signer's certificate; the signature is checked with it:
 * MN_E_BAD_SIGNATURE. The callback's codes, MN_E_CRYPTO, MN_E_MEMORY: then *out is as it was. */
mn_rc mn_signature_suite_sign(OSSL_LIB_CTX *lib, const struct mn_signature_suite *suite, X509 *x,
                              const struct mn_cms_signer *signer, struct mn_span content,
                              struct mn_bytes *out);

/* Is it the signature over content by the key of x? MN_E_BAD_SIGNATURE, MN_E_CRYPTO. */
mn_rc mn_signature_suite_verify(OSSL_LIB_CTX *lib, const struct mn_signature_suite *suite, X509 *x,
                                struct mn_span content, struct mn_span signature);

#endif
