/* The tries of the card's two PINs against the wrong PINs that were typed: each distinct one
 * explains one try that is missing, as long as tries are missing. */
#ifndef MN_TESTS_STRESS_LEDGER_H
#define MN_TESTS_STRESS_LEDGER_H

#include "cardsim_plug.h"

/* Of the two that are counted. */
#define LEDGER_PINS 2
extern const unsigned ledger_full[LEDGER_PINS];

/* Somebody types that, just now. The value is kept, not copied. */
void ledger_type(enum cardsim_pin pin, const char *value);

/* Looks at the card: complains of a lost try where more are missing than is explained. */
void ledger_check(void);

/* The fewest tries that any check has found. */
unsigned ledger_lowest(enum cardsim_pin pin);

#endif
