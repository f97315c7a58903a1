/* Inside the room: one role's login, and all that is done with its PIN by programs. Rule 8 of
 * docs/pin-safety.md is kept here, rules 3 to 5 in card_pin.h.
 *
 * A login is a belief: the PIN was verified in an epoch of the card, and unless the card has begun
 * another one since, or the kept PIN can open the key again, the key is open. With the reader's
 * lock held but for is_open; what takes a card, in a visit with the JPKI application current. */
#ifndef MN_BACKEND_CARD_LOGIN_H
#define MN_BACKEND_CARD_LOGIN_H

#include <stdatomic.h>

#include "backend/card_pin.h"
#include "base/secret.h"
#include "base/settings.h"
#include "card/card.h"

struct mn_card_login {
    enum mn_role role;
    const struct mn_settings *settings;
    atomic_bool open;
    unsigned long epoch;    /* in which the PIN was verified last */
    struct mn_secret *kept; /* the authentication PIN, if the settings allow */
    struct mn_card_pin pin;
};

/* Believed open? Any thread, no lock. */
bool mn_card_login_is_open(const struct mn_card_login *login);

/* Ends the belief and wipes the kept PIN; the card is not told. */
void mn_card_login_drop(struct mn_card_login *login);

/* The card is in that epoch now: drops a login of another one that cannot be opened again. */
void mn_card_login_note_epoch(struct mn_card_login *login, unsigned long epoch);

/* Is the key open as far as is known, with nothing to be done first? */
bool mn_card_login_holds(const struct mn_card_login *login, const struct mn_card *card);

/* Could this PIN be sent? Its shape and the memory of refused ones; needs no card. MN_E_PIN_LENGTH,
 * _CHARACTERS, _REPEATED, MN_E_CRYPTO. */
mn_rc mn_card_login_may(struct mn_card_login *login, struct mn_span pin);

/* Opens the key with the PIN, and keeps it if the settings allow. Codes of mn_card_login_may and
 * mn_pin_verify. */
mn_rc mn_card_login_open(struct mn_card_login *login, struct mn_card *card, struct mn_span pin);

/* Another program reset the card or left the application: opens the key once more with the kept
 * PIN, unless the counter tells that another program sent a wrong one since. Where that is so, or
 * it is refused, PIN and login go: MN_E_NOT_LOGGED_IN. The transport's codes. */
mn_rc mn_card_login_reopen(struct mn_card_login *login, struct mn_card *card);

/* Replaces the PIN. *opened tells that the old one was verified, so that the key is open now.
 * Codes of mn_card_login_may and mn_pin_change. */
mn_rc mn_card_login_change(struct mn_card_login *login, struct mn_card *card,
                           struct mn_span old_pin, struct mn_span new_pin, bool *opened);

#endif
