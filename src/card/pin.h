/* PINs on the card. The rules are in docs/pin-safety.md; this file keeps rules 2, 3, 5 and 6: shape
 * before the card, tries before VERIFY, the last try kept back, only 63Cx is a counter.
 *
 * This room keeps no PIN: spans are read during the call and that is all. The card is inside a
 * conversation. */
#ifndef MN_CARD_PIN_H
#define MN_CARD_PIN_H

#include "card/card.h"

#define MN_TRIES_UNKNOWN (-1) /* the card would not tell; nothing follows from it */
#define MN_PIN_BYTES_MAX 16   /* JICSAP 1.1: no reference takes more */

/* Is this a value that the PIN could have? Letters of either case pass, for mn_pin_fold makes
 * them capitals. MN_E_PIN_LENGTH, MN_E_PIN_CHARACTERS. Sends nothing. */
mn_rc mn_pin_shape(enum mn_pin id, struct mn_span pin);

/* The same of a value that is to become the PIN's: MN_E_NEW_PIN_LENGTH, MN_E_NEW_PIN_CHARACTERS. */
mn_rc mn_pin_new_shape(enum mn_pin id, struct mn_span pin);

/* The PIN as the card has it: a to z become A to Z where the PIN has letters, nothing else
 * changes. out has room for pin.len bytes. Only after mn_pin_shape. */
void mn_pin_fold(enum mn_pin id, struct mn_span pin, uint8_t *out);

/* Asks for the tries left; costs none. *tries is 0 for a blocked PIN, MN_TRIES_UNKNOWN when the
 * answer is no counter (ask again after mn_card_enter if the card was not certain to be in the
 * PIN's application). Sends nothing that harms in any application. MN_E_PIN_UNSET when the card has
 * no such PIN; the transport's codes. */
mn_rc mn_pin_tries(struct mn_card *card, enum mn_pin id, int *tries);

/* What a caller allows. */
struct mn_pin_policy {
    bool spare_last;  /* with one try left nothing is sent */
    int refuse_below; /* with fewer tries left than this nothing is sent. Of a PIN whose answer was
                         lost, a counter that has gone down since is the answer; of a kept one, it
                         is a warning. 0 where there is no such doubt */
    int told;         /* tries left as the last refusal told them; they count where the card now
                         answers only 9000. 0 where no PIN was refused since one was right */
};

/* What happened, for whoever has to remember it. Set in every case. */
struct mn_pin_attempt {
    int before;    /* tries left as read before; MN_TRIES_UNKNOWN if that was not got to */
    int after;     /* tries left as known now */
    bool sent;     /* the PIN went out to the card */
    bool accepted; /* and the card took it, whatever became of the rest */
    bool new_sent; /* then the new one went out too: if the change did not end with MN_OK or
                      MN_E_REFUSED, nobody knows which of the two the card has */
};

/* Verifies the PIN, in its application (mn_card_enter): shape, tries, then at most one VERIFY,
 * never repeated. Nothing sent: MN_E_PIN_LENGTH, _CHARACTERS, _BLOCKED, _LAST_TRY, _REPEATED
 * (refuse_below), _UNKNOWN, _UNSET. Sent: MN_E_PIN_WRONG; MN_E_PIN_BLOCKED when that was the last
 * try; MN_E_CARD_ANSWER and the transport's codes, which leave open whether the PIN was right. */
mn_rc mn_pin_verify(struct mn_card *card, enum mn_pin id, struct mn_span pin,
                    const struct mn_pin_policy *policy, struct mn_pin_attempt *attempt);

/* Replaces the PIN: both shapes, then as mn_pin_verify with the old one, then the PIN's command
 * with the new one in the same conversation. Codes as mn_pin_verify and mn_pin_new_shape;
 * MN_E_UNSUPPORTED, with nothing sent, for one that cannot be changed; MN_E_REFUSED when the card
 * takes the old PIN but not the new one. */
mn_rc mn_pin_change(struct mn_card *card, enum mn_pin id, struct mn_span old_pin,
                    struct mn_span new_pin, const struct mn_pin_policy *policy,
                    struct mn_pin_attempt *attempt);

#endif
