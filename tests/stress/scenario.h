/* What a program does with the module: a few scenarios, each from a module that is initialised,
 * with a card in the reader, to the end of its sessions. */
#ifndef MN_TESTS_STRESS_SCENARIO_H
#define MN_TESTS_STRESS_SCENARIO_H

#include <stdbool.h>

#include "cardsim_plug.h"
#include "mynakey/cryptoki.h"

/* The simulated bench, the card, and the module over it. One in a process. */
extern struct cardsim_bench *bench;
extern struct cardsim *card;

#define READER "Simulated 00 00"

/* Is a call of the module under way? What it allocates then is its own, or its card's. */
extern bool in_module;

/* Makes bench and card, once for the process: before anything is forked. */
void scenario_prepare(void);

/* Initialises the module over them. Settings are the default ones, without a cache on disk. */
CK_RV scenario_begin(void);
void scenario_end(void);

struct scenario {
    const char *name;
    bool (*act)(void); /* true: every call said CKR_OK, and what it gave was right */
    bool wrong_pin;    /* it types one wrong PIN, twice, and is not done again */
};

#define SCENARIO_LOGIN 1

extern const struct scenario scenarios[];
extern const unsigned scenarios_len;

#endif
