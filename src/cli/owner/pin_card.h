/* The card whose PINs `mynakey pin` is about, and how many tries each has left. */
#ifndef MN_CLI_OWNER_PIN_CARD_H
#define MN_CLI_OWNER_PIN_CARD_H

#include "cli/readers.h"
#include "card/profile.h"

struct mn_pin_state {
    mn_rc rc;  /* MN_E_PIN_UNSET: the card has none. Else MN_OK: */
    int tries; /* MN_TRIES_UNKNOWN where the card does not tell */
};

struct mn_pin_card {
    struct mn_cli_readers readers;
    struct mn_card_reader *reader;
    struct mn_pin_state states[MN_PIN_COUNT]; /* of those that were asked for */
};

/* Finds the one card, as mn_cli_readers_find, and asks for the tries of these PINs, which costs
 * none. An enum mn_exit; it has told why it is not MN_EXIT_OK. The end is the same for both. */
int mn_pin_card_open(struct mn_pin_card *card, const char *reader, const enum mn_pin *ids,
                     size_t len);
void mn_pin_card_close(struct mn_pin_card *card);

/* Can that PIN be sent? Tells why not, and what to do: it is locked, it is not there, the card does
 * not tell. may_be_last: one try left is enough. */
bool mn_pin_card_can_send(const struct mn_pin_card *card, enum mn_pin id, bool may_be_last);

/* What it means that this PIN is locked and where a new one is set, on standard error. */
void mn_pin_tell_lock(enum mn_pin id);

#endif
