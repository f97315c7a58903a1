/* Watches the commands that carry PINs, and ends the program where docs/pin-safety.md is not kept:
 *
 * - a PIN is sent within a call that it was given to, once, as it was given (rules 1 and 2);
 *   outside of those only the authentication PIN of the last good login, once in a call (rule 8);
 * - it is sent right after the question how many tries are left, in the same conversation, and
 *   never where the answer was the last try or none (rules 3 and 5);
 * - a PIN that was refused is not sent again while the card stays (rule 4);
 * - a new PIN is sent within C_SetPIN only, once, after the old one was accepted.
 *
 * It goes by what the module was told, not by what a card would have meant. */
#ifndef MN_TESTS_FUZZ_PIN_WATCH_H
#define MN_TESTS_FUZZ_PIN_WATCH_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/rc.h"

enum pin_watch_role { PIN_WATCH_AUTH, PIN_WATCH_SIGN, PIN_WATCH_ROLES };

/* Nothing was sent or refused yet. spare_last: the setting of that name. */
void pin_watch_begin(bool spare_last);

/* A call begins, to which these PINs were given, in capitals; NULL for none. */
void pin_watch_call(enum pin_watch_role role, const char *pin, const char *new_pin);

/* It has ended. */
void pin_watch_call_ends(void);

/* The card that was in the reader is not there any more, or the module has been given reason to
 * believe so. */
void pin_watch_card_left(void);

/* A conversation with the card begins. */
void pin_watch_conversation(void);

/* A command is about to be sent; then what the module is told of it: an answer (rc is MN_OK), or
 * why there is none. */
void pin_watch_command(struct mn_span command);
void pin_watch_answer(mn_rc rc, struct mn_span answer);

#endif
