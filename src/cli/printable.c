#include "cli/printable.h"

#include <string.h>

#define ROOM 4096

/* How many bytes the UTF-8 character at s has; 0 when there is none (RFC 3629, 4). */
static size_t character(struct mn_span s)
{
    uint8_t first = s.ptr[0];
    size_t len = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    if (len == 0 || first > 0xF4 || len > s.len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s.ptr[i] & 0xC0) != 0x80)
            return 0;
    if ((first == 0xE0 && s.ptr[1] < 0xA0) || (first == 0xED && s.ptr[1] > 0x9F) ||
        (first == 0xF0 && s.ptr[1] < 0x90) || (first == 0xF4 && s.ptr[1] > 0x8F))
        return 0;
    return len;
}

static bool is_control(struct mn_span s)
{
    return s.ptr[0] < 0x20 || s.ptr[0] == 0x7F || (s.ptr[0] == 0xC2 && s.ptr[1] < 0xA0);
}

static bool is_between(struct mn_span s, const char *first, const char *last)
{
    size_t len = strlen(first);
    return s.len >= len && memcmp(s.ptr, first, len) >= 0 && memcmp(s.ptr, last, len) <= 0;
}

/* What changes the order of the characters around it, or ends a line, and is not seen itself (UAX
 * 9, 2; U+2028 and U+2029): with it a name could be made to read as another. */
static bool is_reordering(struct mn_span s)
{
    /* NOLINTBEGIN(misc-misleading-bidirectional): they are what is looked for */
    return is_between(s, "\u061C", "\u061C") || is_between(s, "\u200E", "\u200F") ||
           is_between(s, "\u2028", "\u202E") || is_between(s, "\u2066", "\u2069");
    /* NOLINTEND(misc-misleading-bidirectional) */
}

const char *mn_printable_span(struct mn_span s)
{
    static char rooms[8][ROOM];
    static unsigned turn;
    char *out = rooms[turn++ % 8];
    size_t at = 0;

    while (s.len > 0 && at + 4 < ROOM) {
        size_t len = character(s);
        if (len == 0 || is_control(s) || is_reordering(s)) {
            out[at++] = '?';
            len = len ? len : 1;
        } else {
            memcpy(out + at, s.ptr, len);
            at += len;
        }
        s = mn_span(s.ptr + len, s.len - len);
    }
    out[at] = '\0';
    return out;
}

const char *mn_printable(const char *s)
{
    return mn_printable_span(mn_span(s, strlen(s)));
}
