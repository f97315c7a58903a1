/* Inside the verb `mynakey pin`: its parts. Each has told the person why what it gives is not
 * MN_EXIT_OK (an enum mn_exit). */
#ifndef MN_CLI_OWNER_PIN_H
#define MN_CLI_OWNER_PIN_H

#include <stdbool.h>

#include "cli/owner/pin_subject.h"

struct mn_pin_options {
    const char *reader, *pin_file, *new_pin_file; /* as given, or NULL */
    bool json;
};

/* The tries left of every PIN. */
int mn_pin_status(const struct mn_pin_options *options);

/* Asks for the PIN and has the card compare it: gives all tries back, the last one too. */
int mn_pin_verify_subject(const struct mn_pin_subject *subject,
                          const struct mn_pin_options *options);

/* Asks for the PIN and the new one, and changes it. */
int mn_pin_change_subject(const struct mn_pin_subject *subject,
                          const struct mn_pin_options *options);

/* The same for all PINs of four digits, which are then alike. */
int mn_pin_change_all(const struct mn_pin_options *options);

#endif
