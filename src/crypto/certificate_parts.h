/* Where the parts of an X.509 certificate lie (RFC 5280, 4.1), for the files of this room only.
 *
 * What OpenSSL parses it copies, and it frees its copies as they are: a name or an address would
 * stay behind in the memory of the host. Nothing is copied here. */
#ifndef MN_CRYPTO_CERTIFICATE_PARTS_H
#define MN_CRYPTO_CERTIFICATE_PARTS_H

#include <stdbool.h>

#include "base/bytes.h"

/* All lie within the certificate, tag and length included where nothing else is said. */
struct mn_certificate_parts {
    struct mn_span serial; /* INTEGER */
    struct mn_span issuer;
    struct mn_span not_before; /* UTCTime or GeneralizedTime */
    struct mn_span not_after;
    struct mn_span subject;
    struct mn_span public_key_info;
    struct mn_span key_parameters; /* of the key's algorithm; empty where it has none */
    struct mn_span key_bits;       /* the bytes of the BIT STRING */
    struct mn_span extensions;     /* one after the other; empty where there are none */
};

/* Reads exactly one certificate with nothing behind it. False when it is none in DER: then *out is
 * empty. */
bool mn_certificate_parts_read(struct mn_span der, struct mn_certificate_parts *out);

/* The value of the extension with this object identifier (its bytes, no tag): what is in the OCTET
 * STRING. Empty when it is there twice (4.2): who took one of them would say what others do not
 * see. False when the certificate has none. */
bool mn_certificate_parts_extension(const struct mn_certificate_parts *parts, struct mn_span oid,
                                    struct mn_span *value);

/* The bytes of the BIT STRING at the front of *in (X.690, 8.6 and 11.2), and *in moves past it.
 * False when there is none, or bits that do not count are set. */
bool mn_certificate_parts_bits(struct mn_span *in, struct mn_span *bits);

#endif
