/* Every unit test program ends in this: it runs a Check suite and prints TAP on standard output,
 * which meson reads and check.sh counts. */
#ifndef MN_TESTS_UNIT_RUNNER_H
#define MN_TESTS_UNIT_RUNNER_H

#include <check.h>

/* Runs and frees the suite; the result is main's exit status. */
int mn_test_run(Suite *suite);

#endif
