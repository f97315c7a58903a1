/* What became of each PIN that was to go to the card, in words: exactly that, what it means, and
 * what to do. Good news on standard output, the rest on standard error. */
#ifndef MN_CLI_OWNER_PIN_REPORT_H
#define MN_CLI_OWNER_PIN_REPORT_H

#include "cli/owner/pin_steps.h"

/* For mn_pin_steps_run. */
void mn_pin_report(const struct mn_pin_step *steps, size_t len, mn_rc rc);

#endif
