/* The input as a file that lies nowhere, for code that reads files by their names. */
#ifndef MN_TESTS_FUZZ_INPUT_FILE_H
#define MN_TESTS_FUZZ_INPUT_FILE_H

#include "target.h"

/* The path of a file with these bytes, and no others, until the next call. */
const char *fuzz_input_file(const uint8_t *data, size_t size);

#endif
