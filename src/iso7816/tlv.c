#include "iso7816/tlv.h"

/* The tag's bytes: one, or more where the low five bits of the first are all set and as long as
 * the following have bit 8 (X.690, 8.1.2.4). */
static bool read_tag(struct mn_span in, uint32_t *tag, size_t *used)
{
    if (in.len < 1)
        return false;
    *tag = in.ptr[0];
    *used = 1;
    if ((in.ptr[0] & 0x1F) != 0x1F)
        return true;
    do {
        if (*used >= in.len || *used >= 3)
            return false;
        *tag = *tag << 8 | in.ptr[*used];
    } while (in.ptr[(*used)++] & 0x80);
    return true;
}

/* Short form, or long form with one to four bytes; 80, the indefinite form, is not for cards. */
static bool read_length(struct mn_span in, size_t *len, size_t *used)
{
    if (in.len < 1)
        return false;
    *len = in.ptr[0];
    *used = 1;
    if (*len < 0x80)
        return true;
    size_t bytes = *len & 0x7F;
    if (bytes < 1 || bytes > 4 || in.len < 1 + bytes)
        return false;
    *len = 0;
    for (size_t i = 1; i <= bytes; i++)
        *len = *len << 8 | in.ptr[i];
    *used = 1 + bytes;
    return true;
}

static mn_rc read_header(struct mn_span in, uint32_t *tag, size_t *header, size_t *value)
{
    size_t tag_bytes, length_bytes;
    if (!read_tag(in, tag, &tag_bytes))
        return MN_E_CARD_ANSWER;
    if (!read_length(mn_span(in.ptr + tag_bytes, in.len - tag_bytes), value, &length_bytes))
        return MN_E_CARD_ANSWER;
    *header = tag_bytes + length_bytes;
    if (*value > SIZE_MAX - *header)
        return MN_E_CARD_ANSWER;
    return MN_OK;
}

mn_rc mn_tlv_next(struct mn_span *in, struct mn_tlv *out)
{
    uint32_t tag;
    size_t header, value;
    mn_rc rc = read_header(*in, &tag, &header, &value);
    if (rc)
        return rc;
    if (in->len - header < value)
        return MN_E_CARD_ANSWER;
    out->tag = tag;
    out->value = mn_span(in->ptr + header, value);
    out->whole = mn_span(in->ptr, header + value);
    *in = mn_span(in->ptr + header + value, in->len - header - value);
    return MN_OK;
}

mn_rc mn_tlv_length(struct mn_span head, size_t *len)
{
    uint32_t tag;
    size_t header, value;
    mn_rc rc = read_header(head, &tag, &header, &value);
    if (rc == MN_OK)
        *len = header + value;
    return rc;
}
