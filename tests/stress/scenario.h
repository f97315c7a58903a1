/* What programs do with the module: each scenario goes on where step_start ended, with a card in
 * the reader. */
#ifndef MN_TESTS_STRESS_SCENARIO_H
#define MN_TESTS_STRESS_SCENARIO_H

#include <stdbool.h>

#include "ledger.h"

struct scenario {
    const char *name;
    bool (*act)(void); /* true: every call said what it should, and what it gave was right */
    /* How it is done again, afterwards: NULL for as before. Wrong PINs are not typed twice. */
    bool (*again)(void);
    unsigned char wrong[LEDGER_PINS]; /* distinct wrong PINs in it */
};

/* The first one is the start alone, with nothing that follows. */
extern const struct scenario scenarios[];
extern const unsigned scenarios_len;

#endif
