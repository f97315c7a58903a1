/* Faults that wait for their command (cardsim.h, cardsim_fault). */
#ifndef CARDSIM_FAULT_H
#define CARDSIM_FAULT_H

#include "base/rc.h"
#include "answer.h"

enum cardsim_fault_kind {
    CARDSIM_FAULT_NONE,
    CARDSIM_FAULT_REMOVED,
    CARDSIM_FAULT_REMOVED_AFTER,
    CARDSIM_FAULT_RESET,
    CARDSIM_FAULT_RESET_AFTER,
    CARDSIM_FAULT_STATUS,
    CARDSIM_FAULT_GARBAGE,
    CARDSIM_FAULT_TRUNCATED,
    CARDSIM_FAULT_OVERLONG,
    CARDSIM_FAULT_SLOW,
};

struct cardsim_fault {
    enum cardsim_fault_kind kind;
    unsigned argument;
    bool has_argument;
};

/* The faults that wait; a zeroed one is none. */
struct cardsim_faults {
    struct cardsim_waiting_fault *first;
};

/* Adds one in the words of cardsim_fault. MN_E_ARGUMENT, MN_E_MEMORY. */
mn_rc cardsim_faults_add(struct cardsim_faults *faults, const char *text);

/* Takes out the fault of the command that comes now, kind NONE if it has none; the others come one
 * command nearer. */
struct cardsim_fault cardsim_faults_next(struct cardsim_faults *faults);

void cardsim_faults_free(struct cardsim_faults *faults);

/* Spoils the answer's bytes, where the fault is of that sort. */
void cardsim_fault_spoil(const struct cardsim_fault *fault, struct cardsim_answer *answer);

#endif
