/* Bytes: a span borrows, a bytes owns.
 *
 * A zeroed struct is a valid empty value of either. Owned bytes are wiped before they are freed:
 * nobody has to decide case by case whether they were secret. */
#ifndef MN_BASE_BYTES_H
#define MN_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct mn_span {
    const uint8_t *ptr;
    size_t len;
};

struct mn_bytes {
    uint8_t *ptr;
    size_t len;
};

/* A span over len bytes at ptr; the caller keeps them alive. */
static inline struct mn_span mn_span(const void *ptr, size_t len)
{
    return (struct mn_span){.ptr = ptr, .len = len};
}

/* A span over owned bytes, valid until they are changed or freed. */
static inline struct mn_span mn_bytes_span(const struct mn_bytes *b)
{
    return (struct mn_span){.ptr = b->ptr, .len = b->len};
}

/* Can a caller have so many bytes there? No object is larger than PTRDIFF_MAX: a length beyond is a
 * mistake, -1 above all. And at NULL is nothing. */
static inline bool mn_span_is_possible(struct mn_span s)
{
    return s.ptr ? s.len <= PTRDIFF_MAX : s.len == 0;
}

/* Same length and same bytes. Not for secrets: it stops at the first difference. */
bool mn_span_equal(struct mn_span a, struct mn_span b);

/* Does s begin with all of head? */
bool mn_span_begins(struct mn_span s, struct mn_span head);

/* Replaces b with a copy of s (s may be empty). MN_E_MEMORY leaves b as it was. */
mn_rc mn_bytes_set(struct mn_bytes *b, struct mn_span s);

/* Adds s at the end of b. s must not lie inside b. MN_E_MEMORY leaves b as it was. */
mn_rc mn_bytes_append(struct mn_bytes *b, struct mn_span s);

/* Moves from *from to *to; what *to had is freed, *from is empty afterwards. */
void mn_bytes_move(struct mn_bytes *to, struct mn_bytes *from);

/* Wipes and frees; b is empty afterwards. Harmless on an empty one. */
void mn_bytes_free(struct mn_bytes *b);

#endif
