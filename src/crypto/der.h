/* DER (ITU-T X.690, clause 10) read strictly, without copies, for the files of this room only.
 *
 * Lengths are definite and as short as they can be, tags have one byte: whatever could be written
 * in two ways is taken in one of them. */
#ifndef MN_CRYPTO_DER_H
#define MN_CRYPTO_DER_H

#include <stdbool.h>

#include "base/bytes.h"

enum {
    MN_DER_INTEGER = 0x02,
    MN_DER_OCTETS = 0x04,
    MN_DER_NULL = 0x05,
    MN_DER_OID = 0x06,
    MN_DER_UTC_TIME = 0x17,
    MN_DER_GENERALIZED_TIME = 0x18,
    MN_DER_SEQUENCE = 0x30,
    MN_DER_SET = 0x31,
};

/* [n], constructed, and [n] as an implicit OCTET STRING has it, primitive. */
#define MN_DER_FIELD(n)     (0xA0u + (n))
#define MN_DER_PRIMITIVE(n) (0x80u + (n))

struct mn_der {
    uint8_t tag;
    struct mn_span value;
    struct mn_span whole; /* tag, length and value */
};

/* Reads what is at the front of *in, whatever its tag, and moves *in past it. False when there is
 * nothing, or no DER. */
bool mn_der_any(struct mn_span *in, struct mn_der *out);

/* The same for one with this tag. */
bool mn_der_next(struct mn_span *in, unsigned tag, struct mn_der *out);

/* The same, where it may be absent: *out is then all zero. */
bool mn_der_optional(struct mn_span *in, unsigned tag, struct mn_der *out);

/* Is the value of an OBJECT IDENTIFIER, or any other, this? */
#define MN_DER_IS(value, constant) mn_span_equal(value, mn_span(constant, sizeof(constant)))

#endif
