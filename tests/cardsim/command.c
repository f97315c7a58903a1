#include "command.h"

enum { HEADER = 4 };

static size_t two_bytes(const uint8_t *at)
{
    return (size_t)at[0] << 8 | at[1];
}

/* What follows the header, where it does not begin with 00 or is that byte only. */
static bool read_short(struct mn_span body, struct cardsim_command *out)
{
    if (body.len == 1) {
        out->has_le = true;
        out->ne = body.ptr[0] ? body.ptr[0] : 256;
        return true;
    }
    size_t nc = body.ptr[0];
    out->data = mn_span(body.ptr + 1, nc);
    if (body.len == 1 + nc)
        return true;
    if (body.len != 1 + nc + 1)
        return false;
    out->has_le = true;
    out->ne = body.ptr[1 + nc] ? body.ptr[1 + nc] : 256;
    return true;
}

/* What follows the header and a byte 00. */
static bool read_extended(struct mn_span body, struct cardsim_command *out)
{
    if (body.len < 2)
        return false;
    size_t first = two_bytes(body.ptr);
    out->extended = true;
    if (body.len == 2) {
        out->has_le = true;
        out->ne = first ? first : 65536;
        return true;
    }
    if (first == 0)
        return false;
    if (body.len == 2 + first || body.len == 2 + first + 2) {
        out->data = mn_span(body.ptr + 2, first);
        out->has_le = body.len > 2 + first;
        if (out->has_le) {
            size_t last = two_bytes(body.ptr + 2 + first);
            out->ne = last ? last : 65536;
        }
        return true;
    }
    return false;
}

bool cardsim_command_read(struct mn_span raw, struct cardsim_command *out)
{
    if (raw.len < HEADER)
        return false;
    *out = (struct cardsim_command){raw.ptr[0], raw.ptr[1], raw.ptr[2], raw.ptr[3]};
    struct mn_span body = mn_span(raw.ptr + HEADER, raw.len - HEADER);
    if (body.len == 0)
        return true;
    if (body.ptr[0] == 0 && body.len > 1)
        return read_extended(mn_span(body.ptr + 1, body.len - 1), out);
    return read_short(body, out);
}
