/* What every target of the fuzzer is made of: TARGET.c has LLVMFuzzerTestOneInput, and is built
 * twice: with replay.c, which runs the inputs of corpus/TARGET in every check, and with libFuzzer
 * (-Dfuzzers=true), which looks for new ones. A target reads its input, at its beginning files of
 * tests/golden (golden.h), and nothing else: no clock, no network, no file but those it has made
 * for itself (folder.h, input_file.h). */
#ifndef MN_TESTS_FUZZ_TARGET_H
#define MN_TESTS_FUZZ_TARGET_H

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

/* One input; 0. What is found wrong ends the program. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Called once before the first input, where a target has it; 0. */
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

/* What has to be so whatever the input. */
#define FUZZ_REQUIRE(condition)                                                                    \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Does part lie inside of whole? An empty one may be anywhere. */
static inline bool fuzz_lies_in(struct mn_span part, struct mn_span whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr && part.len <= whole.len &&
                             (size_t)(part.ptr - whole.ptr) <= whole.len - part.len);
}

#endif
