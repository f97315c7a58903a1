/* The card's owner at the command: one conversation in which PINs are sent that a person has just
 * given, and what they open is read. Of every application, with the rules of docs/pin-safety.md.
 *
 * Nobody is asked anything during it: other programs wait for the card. Making another application
 * current than JPKI closes the keys that other programs have opened; this project's module opens
 * the authentication key again by itself, and asks anew for the signing password. */
#ifndef MN_BACKEND_OWNER_VISIT_H
#define MN_BACKEND_OWNER_VISIT_H

#include "backend/card_reader.h"
#include "card/card.h"
#include "card/pin.h"

/* For the owner's reading through src/card: card. The rest is this file's. */
struct mn_owner_visit {
    struct mn_card *card;
    struct mn_card_reader *reader;
    struct mn_card_reader_state state;
    bool opened; /* a PIN was verified, so the card is closed at the end */
};

/* Begins it with the card that is in the reader now, which is known to be a My Number Card then.
 * MN_E_NO_READER, MN_E_NO_CARD, MN_E_FOREIGN_CARD, MN_E_OLD_CARD, the transport's codes. On any
 * error no end is due. */
mn_rc mn_owner_visit_begin(struct mn_owner_visit *visit, struct mn_card_reader *reader);

/* Makes the PIN's application current and asks for the tries left; costs none. *tries is
 * MN_TRIES_UNKNOWN where the card does not tell. MN_E_PIN_UNSET where it has no such PIN, or not
 * the application. */
mn_rc mn_owner_visit_tries(struct mn_owner_visit *visit, enum mn_pin id, int *tries);

/* Makes the PIN's application current and verifies it: at most one VERIFY. use_last: the owner
 * knows that it is the last try and wants it used. Codes of mn_pin_verify; MN_E_PIN_REPEATED also
 * for what this process has seen refused while the card is there. *attempt is set in every case. */
mn_rc mn_owner_visit_verify(struct mn_owner_visit *visit, enum mn_pin id, struct mn_span value,
                            bool use_last, struct mn_pin_attempt *attempt);

/* Makes its application current and replaces it. Codes of mn_pin_change. Where it failed and
 * attempt->new_sent, other than with MN_E_REFUSED, the card may have either. */
mn_rc mn_owner_visit_change(struct mn_owner_visit *visit, enum mn_pin id, struct mn_span old_value,
                            struct mn_span new_value, bool use_last,
                            struct mn_pin_attempt *attempt);

/* Ends it. Whatever was opened is closed (mn_card_shut). rc is what the visit came to. */
void mn_owner_visit_end(struct mn_owner_visit *visit, mn_rc rc);

#endif
