/* Writes down all that a token says of itself, one fact a line, in an order that never changes.
 *
 * What depends on the card's contents or on a key that was made for the test is "varies". */
#ifndef MN_TESTS_REFERENCE_WRITER_H
#define MN_TESTS_REFERENCE_WRITER_H

#include <stdio.h>

/* The token of kinds.h that is under test, its slot included; logs in. */
void write_token(FILE *out);

#endif
