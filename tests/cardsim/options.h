/* The program's command line. */
#ifndef CARDSIM_OPTIONS_H
#define CARDSIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define OPTIONS_LIST 64 /* switches, and faults, that one command line may have */

struct options {
    const char *persona, *pki, *state, *record, *control;
    const char *switches[OPTIONS_LIST], *faults[OPTIONS_LIST];
    size_t switch_count, fault_count;
    unsigned port, patience_s;
    const char *tell;   /* a socket: only send an order to it */
    char *const *words; /* what stands after the options, up to a NULL */
};

/* True when there is something to do. Else *status is the program's, which has printed what was
 * asked for, or what is wrong. */
bool options_read(int argc, char *const argv[], struct options *options, int *status);

#endif
