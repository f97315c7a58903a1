/* Keys and certificates for the tests of this room. */
#ifndef MN_TESTS_UNIT_CRYPTO_MADE_H
#define MN_TESTS_UNIT_CRYPTO_MADE_H

#include <openssl/types.h>
#include <openssl/x509v3.h>

#include "base/bytes.h"

/* An RSA certificate that the openssl command made once (made.c tells what is in it): does not use
 * OpenSSL in this process. */
struct mn_span made_elsewhere(void);

/* An RSA key of 2048 bits, or one on the curve P-256; made at the first call. A test program asks
 * for them before its tests fork. */
EVP_PKEY *made_rsa_key(void);
EVP_PKEY *made_ec_key(void);

/* The key's SubjectPublicKeyInfo, which the caller frees. */
struct mn_bytes made_public_key_info(const EVP_PKEY *key);

/* One directory name with this common name, as GeneralNames; NULL for NULL. */
GENERAL_NAMES *made_names(const char *name);

/* What a certificate is to have; what is NULL or 0 is left at something plain. */
struct made_plan {
    EVP_PKEY *key;
    struct mn_span serial;              /* big-endian */
    const char *name;                   /* UTF-8 */
    const char *not_before, *not_after; /* as in RFC 5280, 4.1.2.5 */
    struct mn_span authority;           /* the authority key identifier */
    const char *issuer;                 /* the issuer's name; NULL: as name */
    EVP_PKEY *signer;                   /* the issuer's key; NULL: key */
    bool ca;                            /* basicConstraints: CA */
    const char *usage;                  /* keyUsage, as OpenSSL's configuration has it */
    const char *alternatives;           /* subjectAltName, likewise */
    const char *crl_point, *crl_issuer; /* crlDistributionPoints: one with these as names */
    const char *purposes;               /* extendedKeyUsage, likewise */
    const char *identifier;             /* subjectKeyIdentifier, likewise: in hex */
};

/* A certificate, which the caller frees. */
struct mn_bytes made_certificate(const struct made_plan *plan);

#endif
