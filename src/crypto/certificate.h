/* The fields of an X.509 certificate that a token's objects show (RFC 5280). */
#ifndef MN_CRYPTO_CERTIFICATE_H
#define MN_CRYPTO_CERTIFICATE_H

#include <time.h>

#include "base/bytes.h"
#include "crypto/key_kind.h"
#include "crypto/parsed_certificate.h"

/* What keyUsage allows (RFC 5280, 4.2.1.3), by its bits. */
#define MN_USAGE_DIGITAL_SIGNATURE 0x0080u
#define MN_USAGE_NON_REPUDIATION   0x0040u
#define MN_USAGE_KEY_ENCIPHERMENT  0x0020u
#define MN_USAGE_DATA_ENCIPHERMENT 0x0010u
#define MN_USAGE_KEY_AGREEMENT     0x0008u
#define MN_USAGE_CERTIFICATE_SIGN  0x0004u
#define MN_USAGE_ANY               UINT32_MAX /* the certificate does not say */

/* All DER and numbers are copies; mn_certificate_release frees them. */
struct mn_certificate {
    struct mn_bytes subject;          /* Name */
    struct mn_bytes issuer;           /* Name */
    struct mn_bytes serial;           /* INTEGER, tag and length included */
    struct mn_bytes public_key_info;  /* SubjectPublicKeyInfo */
    enum mn_key_kind key_kind;        /* MN_KEY_NONE: the fields below up to bits are empty */
    struct mn_bytes modulus;          /* RSA: big-endian, no leading zero; else empty */
    struct mn_bytes exponent;         /* RSA: likewise */
    struct mn_bytes ec_params;        /* EC: the curve as ECParameters: CKA_EC_PARAMS; else empty */
    struct mn_bytes ec_point;         /* EC: ECPoint in an OCTET STRING: CKA_EC_POINT; else empty */
    unsigned bits;                    /* the key's size */
    uint32_t key_usage;               /* MN_USAGE_... */
    char not_before[8], not_after[8]; /* YYYYMMDD in UTC, not NUL ended: a CK_DATE */
    time_t not_before_time, not_after_time;
    uint8_t sha1[20];             /* of the whole certificate (CKA_CHECK_VALUE has 3 bytes) */
    uint8_t subject_key_sha1[20]; /* of the public key's bits (CKA_HASH_OF_SUBJECT_PUBLIC_KEY) */
    uint8_t issuer_key_sha1[20];  /* authority key identifier when it has 20 bytes ... */
    bool has_issuer_key_sha1;     /* ... and this is true */
};

/* Reads exactly one DER certificate with nothing behind it. Who it is about gets into no memory but
 * *out, which is wiped when it is released. MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY: then
 * *out is empty. */
mn_rc mn_certificate_read(struct mn_span der, struct mn_certificate *out);

/* The same of one that is parsed already, and so is in OpenSSL's memory anyway. */
mn_rc mn_certificate_read_parsed(const struct mn_parsed_certificate *parsed,
                                 struct mn_certificate *out);

void mn_certificate_release(struct mn_certificate *c);

#endif
