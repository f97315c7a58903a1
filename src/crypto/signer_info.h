/* One SignerInfo (RFC 5652, 5.3) with its attributes, for the files of this room only. */
#ifndef MN_CRYPTO_SIGNER_INFO_H
#define MN_CRYPTO_SIGNER_INFO_H

#include <time.h>

#include "crypto/algorithm.h"

/* The spans are of the file. What is not there is empty. */
struct mn_signer_info {
    struct mn_span whole;
    struct mn_span issuer, serial; /* whose certificate, tag and length included; or else ... */
    struct mn_span key_id;         /* ... its subject key identifier */
    struct mn_span digest_oid;
    mn_rc refusal; /* MN_E_WEAK, MN_E_UNSUPPORTED: algorithm is then not to be used */
    struct mn_algorithm algorithm;
    struct mn_span attributes; /* the signed ones, as they stand there: [0] */
    struct mn_span message_digest;
    struct mn_span certificate_v2, certificate_v1; /* the values of the attributes that name it */
    bool has_time;
    time_t time;
    struct mn_span value;       /* the signature */
    struct mn_span signed_part; /* all but the unsigned attributes */
    struct mn_span time_stamp;
};

/* Reads the one at the front of *in and moves *in past it; its content-type attribute has to be
 * content_type. MN_E_DAMAGED, MN_E_EXCESSIVE. Algorithms that are not accepted are no error here.
 */
mn_rc mn_signer_info_read(struct mn_span *in, struct mn_span content_type,
                          struct mn_signer_info *out);

/* The version that its form asks for: 1 or 3. */
uint8_t mn_signer_info_version(const struct mn_signer_info *info);

#endif
