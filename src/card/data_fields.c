#include "card/data_fields.h"

#include <string.h>

/* What stands behind the last object of a file, or of an outer object. */
static bool is_filler(uint8_t byte)
{
    return byte == 0x00 || byte == 0xFF;
}

static const struct mn_tlv *find(const struct mn_data_fields *fields, uint32_t tag)
{
    for (size_t i = 0; i < fields->len; i++)
        if (fields->at[i].tag == tag)
            return &fields->at[i];
    return NULL;
}

/* No field has a tag of FF and something: these are DF and something. */
static bool ends_here(struct mn_span rest)
{
    return rest.len == 0 || is_filler(rest.ptr[0]);
}

mn_rc mn_data_fields_read(struct mn_span file, uint32_t tag, struct mn_data_fields *out)
{
    struct mn_tlv outer, field;
    *out = (struct mn_data_fields){0};
    mn_rc rc = mn_tlv_next(&file, &outer);
    if (rc || outer.tag != tag)
        return MN_E_CARD_ANSWER;
    for (struct mn_span rest = outer.value; !ends_here(rest);) {
        rc = mn_tlv_next(&rest, &field);
        if (rc || out->len == MN_DATA_FIELDS_MAX || find(out, field.tag))
            return MN_E_CARD_ANSWER;
        out->at[out->len++] = field;
    }
    return MN_OK;
}

mn_rc mn_data_fields_value(const struct mn_data_fields *fields, uint32_t tag, size_t min,
                           size_t max, struct mn_span *out)
{
    const struct mn_tlv *field = find(fields, tag);
    if (!field || field->value.len < min || field->value.len > max)
        return MN_E_CARD_ANSWER;
    *out = field->value;
    return MN_OK;
}

mn_rc mn_data_fields_range(const struct mn_data_fields *fields, uint32_t first, uint32_t last,
                           struct mn_span *out)
{
    const struct mn_tlv *from = find(fields, first), *to = find(fields, last);
    if (!from || !to || to < from)
        return MN_E_CARD_ANSWER;
    const uint8_t *end = to->whole.ptr + to->whole.len;
    *out = mn_span(from->whole.ptr, (size_t)(end - from->whole.ptr));
    return MN_OK;
}

mn_rc mn_data_fields_date(const struct mn_data_fields *fields, uint32_t tag, char out[MN_DATA_DATE])
{
    struct mn_span digits;
    mn_rc rc = mn_data_fields_value(fields, tag, MN_DATA_DATE - 1, MN_DATA_DATE - 1, &digits);
    for (size_t i = 0; rc == MN_OK && i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            rc = MN_E_CARD_ANSWER;
    }
    if (rc)
        return rc;
    memcpy(out, digits.ptr, digits.len);
    out[digits.len] = '\0';
    return MN_OK;
}
