/* Reading what a PIN or a number opens, for one run of the command: the card found, the tries
 * looked at, the owner asked, and then in one conversation one VERIFY and the reading. */
#ifndef MN_CLI_FACE_CARD_READING_H
#define MN_CLI_FACE_CARD_READING_H

#include "card/card.h"
#include "cli/readers.h"

struct mn_card_reading {
    enum mn_pin id;       /* what opens it */
    const char *reader;   /* --reader, or NULL */
    const char *pin_file; /* --pin-file, or NULL */
    /* Called once the card is open, in the conversation; the codes of src/card. */
    mn_rc (*read)(struct mn_card *card, void *self);
    void *self;
};

/* Readers and libcrypto are open afterwards, whatever came of it: mn_cli_readers_close follows.
 * Gives an enum mn_exit, and has told on standard error why it is not MN_EXIT_OK. The last try is
 * sent only after the owner has said so at the terminal. */
int mn_card_reading_run(const struct mn_card_reading *reading, struct mn_cli_readers *readers);

#endif
