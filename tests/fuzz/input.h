/* A fuzzer's bytes, taken one after the other: numbers that decide what happens next. At the end of
 * the input every number is 0, and every piece is empty. */
#ifndef MN_TESTS_FUZZ_INPUT_H
#define MN_TESTS_FUZZ_INPUT_H

#include <stdbool.h>

#include "base/bytes.h"

struct fuzz_input {
    struct mn_span rest;
};

static inline bool fuzz_is_over(const struct fuzz_input *input)
{
    return input->rest.len == 0;
}

/* The next len bytes, or as many as there are. */
static inline struct mn_span fuzz_take(struct fuzz_input *input, size_t len)
{
    if (len > input->rest.len)
        len = input->rest.len;
    struct mn_span piece = mn_span(input->rest.ptr, len);
    input->rest = mn_span(input->rest.ptr + len, input->rest.len - len);
    return piece;
}

static inline uint8_t fuzz_byte(struct fuzz_input *input)
{
    struct mn_span piece = fuzz_take(input, 1);
    return piece.len ? piece.ptr[0] : 0;
}

/* Of two bytes, big-endian. */
static inline unsigned fuzz_pair(struct fuzz_input *input)
{
    unsigned high = fuzz_byte(input);
    return high << 8 | fuzz_byte(input);
}

/* From 0 to below, which is at most 256. */
static inline unsigned fuzz_below(struct fuzz_input *input, unsigned below)
{
    return fuzz_byte(input) % below;
}

#endif
