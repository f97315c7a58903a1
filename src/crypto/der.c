#include "crypto/der.h"

/* The length at the front, of up to four bytes (X.690, 8.1.3 and 10.1). */
static bool read_length(struct mn_span *in, size_t *len)
{
    size_t first, count;

    if (in->len == 0)
        return false;
    first = in->ptr[0];
    *in = mn_span(in->ptr + 1, in->len - 1);
    if (first < 0x80) {
        *len = first;
        return true;
    }
    count = first & 0x7F;
    if (count == 0 || count > 4 || count > in->len || in->ptr[0] == 0)
        return false;
    *len = 0;
    for (size_t i = 0; i < count; i++)
        *len = *len << 8 | in->ptr[i];
    *in = mn_span(in->ptr + count, in->len - count);
    return *len >= 0x80;
}

bool mn_der_any(struct mn_span *in, struct mn_der *out)
{
    struct mn_span rest = *in;
    uint8_t tag;
    size_t len;

    if (rest.len == 0)
        return false;
    tag = rest.ptr[0];
    rest = mn_span(rest.ptr + 1, rest.len - 1);
    if ((tag & 0x1F) == 0x1F || !read_length(&rest, &len) || len > rest.len)
        return false;
    out->tag = tag;
    out->value = mn_span(rest.ptr, len);
    out->whole = mn_span(in->ptr, (size_t)(rest.ptr - in->ptr) + len);
    *in = mn_span(rest.ptr + len, rest.len - len);
    return true;
}

bool mn_der_next(struct mn_span *in, unsigned tag, struct mn_der *out)
{
    return in->len > 0 && in->ptr[0] == tag && mn_der_any(in, out);
}

bool mn_der_optional(struct mn_span *in, unsigned tag, struct mn_der *out)
{
    *out = (struct mn_der){0};
    return in->len == 0 || in->ptr[0] != tag || mn_der_any(in, out);
}
