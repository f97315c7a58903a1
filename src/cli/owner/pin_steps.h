/* PINs that go to the card one after the other, in one conversation, until one is refused. */
#ifndef MN_CLI_OWNER_PIN_STEPS_H
#define MN_CLI_OWNER_PIN_STEPS_H

#include "backend/owner_visit.h"

struct mn_pin_step {
    enum mn_pin id;
    struct mn_span present; /* what it is */
    struct mn_span next;    /* what it shall become; empty: it is only compared */
    bool use_last;          /* as in mn_owner_visit_verify */

    /* What became of it. */
    bool begun;
    mn_rc rc;
    struct mn_pin_attempt attempt;
};

/* Goes through them, each at most once, until one fails or a signal asks to end; signals wait until
 * the card is closed again and tell() has said what became of which. Did all go well? *rc is why
 * the card could not even be visited, else MN_OK. */
bool mn_pin_steps_run(struct mn_card_reader *reader, struct mn_pin_step *steps, size_t len,
                      void (*tell)(const struct mn_pin_step *steps, size_t len, mn_rc rc));

/* Is it not known whether the card has the present or the next one? */
bool mn_pin_step_is_open(const struct mn_pin_step *step);

#endif
