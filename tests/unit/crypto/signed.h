/* Signatures for the tests of this room: those that are made here, and those that OpenSSL makes. */
#ifndef MN_TESTS_UNIT_CRYPTO_SIGNED_H
#define MN_TESTS_UNIT_CRYPTO_SIGNED_H

#include <openssl/cms.h>

#include "base/bytes.h"
#include "crypto/cms.h"
#include "crypto/signed_data.h"
#include "made.h"

#define SIGNED_CONTENT "some content"
#define SIGNED_WHEN    1780000000 /* in 2026 */

/* The CA of the certificates, with made_rsa_key. Made at the first call, before the tests fork. */
struct mn_span signed_ca(void);

/* A certificate of the CA's for a key, which the caller frees; the name is its serial number, too;
 * usage may be NULL. */
struct mn_bytes signed_certificate(EVP_PKEY *key, const char *name, const char *usage);

/* Signs SIGNED_CONTENT as src/crypto/cms.c does it, with the CA's certificate inside; beside is an
 * earlier file, or empty. The result is mn_cms_finish's; the caller frees *out. */
mn_rc signed_here(EVP_PKEY *key, struct mn_span certificate, struct mn_span beside,
                  struct mn_bytes *out);

/* Signs SIGNED_CONTENT as OpenSSL does it: what has to be said of it is said by flags (CMS_...), a
 * hash (NULL: SHA-256), and whether RSA is to be PSS. The caller frees the result. */
struct mn_bytes signed_by_openssl(EVP_PKEY *key, struct mn_span certificate, const EVP_MD *hash,
                                  unsigned flags, bool pss);

CMS_ContentInfo *signed_parse(struct mn_span der);
struct mn_bytes signed_encode(CMS_ContentInfo *message);
X509 *signed_x509(struct mn_span der);

/* Does OpenSSL believe it, with nothing but the CA given, and CAdES asked for? */
bool signed_openssl_believes(struct mn_span der, const char *content);

/* Reads it, gives it the content, and checks signer number i. */
mn_rc signed_check(struct mn_span der, const char *content, size_t i);

#endif
