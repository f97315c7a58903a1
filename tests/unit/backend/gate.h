/* A source of readers in front of another, whose card commands can be held up. */
#ifndef MN_TESTS_UNIT_BACKEND_GATE_H
#define MN_TESTS_UNIT_BACKEND_GATE_H

#include "transport/readers.h"

/* Takes over inner. One gate a test. */
void mn_gate_open(struct mn_readers *inner, struct mn_readers *out);

/* From now on commands to the card in that reader wait. */
void mn_gate_shut(const char *reader);

/* Sleeps until a command waits. */
void mn_gate_await(void);

/* Lets the commands through, those that wait and those to come. */
void mn_gate_release(void);

#endif
