/* BER-TLV data objects (ISO/IEC 8825-1, 8.1; ISO/IEC 7816-4:2020, 6.3). */
#ifndef MN_ISO7816_TLV_H
#define MN_ISO7816_TLV_H

#include "base/bytes.h"

struct mn_tlv {
    uint32_t tag;         /* the tag's bytes, most significant first: 0x30, 0xDF21 */
    struct mn_span value; /* borrowed from the input */
    struct mn_span whole; /* tag, length and value */
};

/* Reads the object at the front of *in and moves *in past it. Tags of up to three bytes, definite
 * lengths of up to four. MN_E_CARD_ANSWER when in does not hold a whole object: *in then stays. */
mn_rc mn_tlv_next(struct mn_span *in, struct mn_tlv *out);

/* How many bytes the object takes whose first bytes are head, value included: for cutting a
 * padded file. MN_E_CARD_ANSWER when head is too short to tell, or not BER. */
mn_rc mn_tlv_length(struct mn_span head, size_t *len);

#endif
