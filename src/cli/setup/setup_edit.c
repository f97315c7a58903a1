#include "cli/setup/setup_edit.h"

#include <string.h>

bool mn_take_line(struct mn_span *text, struct mn_span *line)
{
    const uint8_t *end;

    if (text->len == 0)
        return false;
    end = memchr(text->ptr, '\n', text->len);
    line->ptr = text->ptr;
    line->len = end ? (size_t)(end - text->ptr) + 1 : text->len;
    *text = mn_span(text->ptr + line->len, text->len - line->len);
    return true;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct mn_span mn_trim(struct mn_span s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = mn_span(s.ptr + 1, s.len - 1);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool mn_span_is(struct mn_span s, const char *wanted)
{
    return mn_span_equal(s, mn_span(wanted, strlen(wanted)));
}

void mn_span_copy(struct mn_span s, char *out, size_t size)
{
    size_t at = 0;

    for (size_t i = 0; i < s.len && at + 1 < size; i++)
        if (s.ptr[i] != 0)
            out[at++] = (char)s.ptr[i];
    out[at] = '\0';
}

mn_rc mn_append_text(struct mn_bytes *b, const char *text)
{
    return mn_bytes_append(b, mn_span(text, strlen(text)));
}
