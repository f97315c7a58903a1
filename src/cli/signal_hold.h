/* Signals wait while something is under way that must not be left half done: the echo is off, or a
 * PIN is with the card. No other thread runs meanwhile. */
#ifndef MN_CLI_SIGNAL_HOLD_H
#define MN_CLI_SIGNAL_HOLD_H

#include <signal.h>
#include <stdbool.h>

/* Those that wait: what would end or stop the command, and what tells that it was stopped all the
 * same. Those that stop a program in the background which touches the terminal are not among them:
 * such a program must not touch it. */
void mn_signal_hold_set(sigset_t *set);

/* From here they wait; *former is for the end. */
void mn_signal_hold_begin(sigset_t *former);

/* Does one wait that would end the command? For a look between two things, neither of which may be
 * left half done. */
bool mn_signal_hold_is_called_off(void);

/* What came meanwhile does its work now, and may not return. */
void mn_signal_hold_end(const sigset_t *former);

#endif
