/* What the functions of Cryptoki may answer, by docs/datasheet.md. */
#ifndef MN_TESTS_FUZZ_ANSWERS_H
#define MN_TESTS_FUZZ_ANSWERS_H

#include "mynakey/cryptoki.h"

/* Once, before the first call. */
void answers_load(void);

/* rv; ends the program where the page does not have that code for the function, which is a string
 * literal. */
CK_RV answers_checked(const char *function, CK_RV rv);

/* A call of the function list p11, checked so. */
#define CALL(function, ...) answers_checked(#function, p11->function(__VA_ARGS__))

#endif
