/* What a word of `mynakey pin` names: a PIN as its owner knows it, on one or two references of the
 * card. */
#ifndef MN_CLI_OWNER_PIN_SUBJECT_H
#define MN_CLI_OWNER_PIN_SUBJECT_H

#include "card/profile.h"

struct mn_pin_subject {
    const char *word;
    enum mn_pin pins[2];
    size_t len;
};

/* auth, sign, text, card; and common or juki, where the two of the card became different. NULL for
 * any other word. */
const struct mn_pin_subject *mn_pin_subject_find(const char *word);

/* The word of that reference alone; NULL for one that no word names. */
const char *mn_pin_word(enum mn_pin id);

#endif
