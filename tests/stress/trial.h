/* Trouble of one kind at every place of every scenario. A run ends with codes that the datasheet
 * allows and within its time, costs no try that no wrong PIN explains, and the next run with a good
 * card works. */
#ifndef MN_TESTS_STRESS_TRIAL_H
#define MN_TESTS_STRESS_TRIAL_H

#include <stdbool.h>

#include "scenario.h"

struct trouble {
    const char *name;
    void (*arm)(const struct trouble *trouble,
                unsigned place); /* at the place-th chance from now */
    unsigned (*chances)(void);   /* how many there were since the process began */
    bool new_stay;               /* afterwards the card is put in again, as a person would */
};

/* Tries each trouble at each place of each scenario, as a Check suite of that name with a test a
 * scenario; at every so many places only where the environment variable STRESS_EVERY says so, for
 * slow builds. Prints the figures. The result is main's exit status. */
int trial_run(const char *name, const struct trouble *troubles, unsigned len);

#endif
