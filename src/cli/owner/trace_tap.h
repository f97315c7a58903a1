/* A source of readers that hands everything on to another, and writes down what goes over: commands
 * by their first four bytes, answers by status word and length, each with its time. The data of a
 * command are shown where it selects something; of those that carry a PIN not even the length. What
 * a card answers is shown only on its owner's word. */
#ifndef MN_CLI_OWNER_TRACE_TAP_H
#define MN_CLI_OWNER_TRACE_TAP_H

#include <stdbool.h>
#include <stdio.h>

#include "transport/readers.h"

struct mn_trace {
    FILE *out;
    bool personal; /* answers are shown whole */
};

/* context is a struct mn_trace, which outlives what is opened. For mn_cli_readers_open_tapped.
 * MN_E_MEMORY. */
mn_rc mn_trace_tap(void *context, struct mn_readers *source);

#endif
