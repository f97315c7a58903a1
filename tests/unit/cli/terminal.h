/* A terminal and a person at it: what is tried runs as a shell would run it, in the foreground of a
 * session of its own. */
#ifndef MN_TESTS_UNIT_CLI_TERMINAL_H
#define MN_TESTS_UNIT_CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Runs try in a child whose terminal is a new one. What it prints to report comes back from
 * mn_terminal_end, its standard error goes to the terminal. */
void mn_terminal_begin(void (*try)(FILE *report));

/* The same without any terminal; standard error goes to the report. */
void mn_terminal_none(void (*try)(FILE *report));

/* Waits until this was shown (again, after the last time). */
void mn_terminal_await(const char *text);

void mn_terminal_type(const char *keys);

/* Is what is typed shown now? */
bool mn_terminal_echoes(void);

/* Sends the child that is tried a signal. */
void mn_terminal_signal(int signal);

/* Waits until all is over. What the child reported; then, a line each, "stopped N" by a signal (it
 * was then continued), and "exit N" or "signal N", with ", no echo" where the terminal was left so.
 */
const char *mn_terminal_end(void);

/* All that the terminal has shown. */
const char *mn_terminal_shown(void);

#endif
