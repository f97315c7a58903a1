/* Trouble of one kind at every place of every scenario. A run ends with codes that the datasheet
 * allows, within its time and its number of card commands; it costs no try that no wrong PIN
 * explains, and leaves nothing open; and the next run with a good card works. */
#ifndef MN_TESTS_STRESS_TRIAL_H
#define MN_TESTS_STRESS_TRIAL_H

#include <stdbool.h>

#include "scenario.h"

struct trouble {
    const char *name;
    /* At the place-th chance from now. */
    void (*arm)(const struct trouble *trouble, unsigned place);
    unsigned (*chances)(
        const struct trouble *trouble); /* how many there were since the process began */
    void (*mend)(void);                 /* what a person does afterwards; NULL for nothing */
    void (*look)(void); /* after the module's end: complains of what is left; NULL */
    /* The start, which is the same in all scenarios, is gone through with the first of them only.
     */
    bool start_once;
    int how;   /* for arm and chances */
    long code; /* as well */
};

/* Tries each trouble at each place of each scenario, as a Check suite of that name with a test a
 * scenario; at every so many places only where the environment variable STRESS_EVERY says so, for
 * slow builds. Prints the figures. The result is main's exit status. */
int trial_run(const char *name, const struct trouble *troubles, unsigned len);

#endif
