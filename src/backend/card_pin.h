/* Inside the room: one PIN of the card in a reader, as this process knows it, and the one way by
 * which any PIN is sent. Rules 3 to 5 of docs/pin-safety.md are kept here; those who may call it
 * are card_login.c, for programs, and owner_visit.c, for the card's owner at the command.
 *
 * With the reader's lock held; what takes a card, in a visit with the PIN's application current. */
#ifndef MN_BACKEND_CARD_PIN_H
#define MN_BACKEND_CARD_PIN_H

#include "backend/pin_memory.h"
#include "card/pin.h"

struct mn_card_pin {
    enum mn_pin id;
    bool tries_read;
    bool unset; /* as last read: the card has no such PIN */
    int tries;  /* as last read, MN_TRIES_UNKNOWN among it */
    struct mn_pin_memory memory;
};

/* A PIN as the card has it; wiped by whoever had it made. */
struct mn_folded_pin {
    uint8_t bytes[MN_PIN_BYTES_MAX];
    size_t len;
};

/* Its shape, and then as mn_pin_fold. MN_E_PIN_LENGTH, _CHARACTERS. */
mn_rc mn_card_pin_fold(enum mn_pin id, struct mn_span value, struct mn_folded_pin *out);

static inline struct mn_span mn_folded_pin_span(const struct mn_folded_pin *pin)
{
    return mn_span(pin->bytes, pin->len);
}

/* Could this PIN be sent? Its shape and the memory of refused ones; needs no card. MN_E_PIN_LENGTH,
 * _CHARACTERS, _REPEATED, MN_E_CRYPTO. */
mn_rc mn_card_pin_may(struct mn_card_pin *pin, struct mn_span value);

/* What the caller allows. */
struct mn_card_pin_wish {
    bool spare_last; /* with one try left nothing is sent */
    int fewest;      /* with fewer tries left than this nothing is sent */
};

/* Sends the PIN, if rules 2 to 5 allow, and remembers what that taught. Codes of mn_card_pin_may
 * and mn_pin_verify. */
mn_rc mn_card_pin_verify(struct mn_card_pin *pin, struct mn_card *card, struct mn_span value,
                         const struct mn_card_pin_wish *wish, struct mn_pin_attempt *attempt);

/* Replaces it likewise. Codes of mn_card_pin_may and mn_pin_change. */
mn_rc mn_card_pin_change(struct mn_card_pin *pin, struct mn_card *card, struct mn_span old_value,
                         struct mn_span new_value, const struct mn_card_pin_wish *wish,
                         struct mn_pin_attempt *attempt);

#endif
