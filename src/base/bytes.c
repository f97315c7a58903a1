#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

bool mn_span_equal(struct mn_span a, struct mn_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool mn_span_begins(struct mn_span s, struct mn_span head)
{
    return s.len >= head.len && mn_span_equal(mn_span(s.ptr, head.len), head);
}

/* One after the other in memory of their own: *to is what it was when there is no memory. Nothing
 * is realloc'ed, for that would leave a copy which nobody wipes. */
static mn_rc join(struct mn_span a, struct mn_span b, struct mn_bytes *to)
{
    struct mn_bytes joined = {0};

    if (b.len > SIZE_MAX - a.len)
        return MN_E_MEMORY;
    joined.len = a.len + b.len;
    if (joined.len > 0) {
        joined.ptr = malloc(joined.len);
        if (!joined.ptr)
            return MN_E_MEMORY;
        if (a.len > 0)
            memcpy(joined.ptr, a.ptr, a.len);
        if (b.len > 0)
            memcpy(joined.ptr + a.len, b.ptr, b.len);
    }
    mn_bytes_move(to, &joined);
    return MN_OK;
}

mn_rc mn_bytes_set(struct mn_bytes *b, struct mn_span s)
{
    return join(s, mn_span(NULL, 0), b);
}

mn_rc mn_bytes_append(struct mn_bytes *b, struct mn_span s)
{
    if (s.len == 0)
        return MN_OK;
    return join(mn_bytes_span(b), s, b);
}

void mn_bytes_move(struct mn_bytes *to, struct mn_bytes *from)
{
    struct mn_bytes moved = *from;

    *from = (struct mn_bytes){0};
    mn_bytes_free(to);
    *to = moved;
}

void mn_bytes_free(struct mn_bytes *b)
{
    if (b->ptr)
        mn_wipe(b->ptr, b->len);
    free(b->ptr);
    *b = (struct mn_bytes){0};
}
