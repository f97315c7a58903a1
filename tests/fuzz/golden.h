/* What the targets for signed things begin with: libcrypto, and the files of tests/golden that an
 * input is held against. */
#ifndef MN_TESTS_FUZZ_GOLDEN_H
#define MN_TESTS_FUZZ_GOLDEN_H

#include "target.h"

/* A file of tests/golden; it is kept until the program ends. Opens libcrypto the first time. */
struct mn_span fuzz_golden(const char *name);

/* Is that all of one line, in printable characters (UTF-8)? NULL is. */
bool fuzz_is_line(const char *text);

#endif
