/* The data files of the text and the surface application: one outer object, filler behind it, and
 * in it one field after the other (docs/card.md, "Text and face"). Bytes in, spans out; no card. */
#ifndef MN_CARD_DATA_FIELDS_H
#define MN_CARD_DATA_FIELDS_H

#include "iso7816/tlv.h"

#define MN_DATA_FIELDS_MAX 12 /* the longest file has ten */

struct mn_data_fields {
    struct mn_tlv at[MN_DATA_FIELDS_MAX]; /* borrowed from the file, in its order */
    size_t len;
};

/* Reads the fields of a file whose outer object has that tag. MN_E_CARD_ANSWER when it has another,
 * is cut short, has a field twice or more of them than there can be. */
mn_rc mn_data_fields_read(struct mn_span file, uint32_t tag, struct mn_data_fields *out);

/* The value of the field with that tag, which has min to max bytes. MN_E_CARD_ANSWER when there is
 * none, or it is shorter or longer. */
mn_rc mn_data_fields_value(const struct mn_data_fields *fields, uint32_t tag, size_t min,
                           size_t max, struct mn_span *out);

/* The bytes of the file from the beginning of the field first to the end of the field last: what a
 * digest or a signature is made of. MN_E_CARD_ANSWER when they are not there in this order. */
mn_rc mn_data_fields_range(const struct mn_data_fields *fields, uint32_t first, uint32_t last,
                           struct mn_span *out);

/* Eight digits of a date, as they are, NUL ended. MN_E_CARD_ANSWER for anything else. */
#define MN_DATA_DATE 9
mn_rc mn_data_fields_date(const struct mn_data_fields *fields, uint32_t tag,
                          char out[MN_DATA_DATE]);

#endif
