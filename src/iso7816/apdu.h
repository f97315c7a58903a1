/* Command APDUs in bytes (ISO/IEC 7816-4:2020, 5.1 to 5.3). */
#ifndef MN_ISO7816_APDU_H
#define MN_ISO7816_APDU_H

#include "base/bytes.h"

/* What a command's data are to the log. */
enum mn_apdu_data {
    MN_DATA_PLAIN,   /* file ids, digests: shown at debug level */
    MN_DATA_SECRET,  /* a PIN: neither shown nor its length told */
    MN_DATA_PERSONAL /* the answer holds personal data: its length only */
};

struct mn_apdu {
    uint8_t cla, ins, p1, p2;
    struct mn_span data; /* Nc bytes, 0 to 65535; borrowed */
    size_t ne;           /* most bytes wanted back, 0 to 65536; 0: no Le field */
    enum mn_apdu_data kind;
};

/* Encodes a command: the four cases, short where data fits 255 and ne fits 256 bytes, else
 * extended. *out is replaced; the caller frees it. MN_E_ARGUMENT for sizes out of range,
 * MN_E_MEMORY. */
mn_rc mn_apdu_encode(const struct mn_apdu *apdu, struct mn_bytes *out);

#endif
