/* What the sources of docs/card.md are not sure of, or what differs between cards: one named switch
 * each, one table (switches.c). */
#ifndef CARDSIM_SWITCHES_H
#define CARDSIM_SWITCHES_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

enum cardsim_switch {
    CARDSIM_SW_MY_NUMBER_CARD,
    CARDSIM_SW_JPKI_ONLY,
    CARDSIM_SW_AUTH_ROLE,
    CARDSIM_SW_SIGN_CERTIFICATE,
    CARDSIM_SW_SIGN_PIN,
    CARDSIM_SW_CERTIFICATES,
    CARDSIM_SW_AUTH_CERTIFICATE_PIN,
    CARDSIM_SW_PADDING,
    CARDSIM_SW_EF0006,
    CARDSIM_SW_EF0008,
    CARDSIM_SW_LABEL,
    CARDSIM_SW_SERIAL,
    CARDSIM_SW_ATR,
    CARDSIM_SW_MUTE,
    CARDSIM_SW_TRIES_AUTH,
    CARDSIM_SW_TRIES_SIGN,
    CARDSIM_SW_TRIES_PIN,
    CARDSIM_SW_TRIES_NUMBER,
    CARDSIM_SW_CLEAR_ON_SELECT_SAME,
    CARDSIM_SW_CLEAR_ON_SELECT_OTHER,
    CARDSIM_SW_CLEAR_ON_WARM_RESET,
    CARDSIM_SW_EMPTY_VERIFY_AFTER_SUCCESS,
    CARDSIM_SW_BLOCKED_STATUS,
    CARDSIM_SW_BLOCKED_QUERY,
    CARDSIM_SW_UNSET_PIN,
    CARDSIM_SW_FIRST_COMMAND_6F00,
    CARDSIM_SW_PARTIAL_AID,
    CARDSIM_SW_SELECT_DATA,
    CARDSIM_SW_SFI,
    CARDSIM_SW_SFI_SETS_CURRENT,
    CARDSIM_SW_EXTENDED,
    CARDSIM_SW_LC_LE,
    CARDSIM_SW_END_OF_FILE,
    CARDSIM_SW_PSS,
    CARDSIM_SW_SECURITY_BEFORE_P1,
    CARDSIM_SW_SIGN_LENGTH_STATUS,
    CARDSIM_SW_ATR_OBJECT,
    CARDSIM_SW_CV_CERTIFICATE,
    CARDSIM_SW_LONG_LENGTHS,
    CARDSIM_SW_ALTERED,
    CARDSIM_SW_COPIED,
    CARDSIM_SW_COMMAND_US,
    CARDSIM_SW_BYTE_US,
    CARDSIM_SW_SIGNATURE_MS,
    CARDSIM_SW_COUNT
};

/* Values that the code asks for by name: the rest are 0 and 1, or numbers. */
enum { CARDSIM_SIGN_CERTIFICATE_ABSENT, CARDSIM_SIGN_CERTIFICATE_EMPTY };
enum { CARDSIM_SIGN_PIN_ABSENT, CARDSIM_SIGN_PIN_UNSET };
enum {
    CARDSIM_ALTERED_NONE,
    CARDSIM_ALTERED_ADDRESS,
    CARDSIM_ALTERED_NUMBER,
    CARDSIM_ALTERED_BIRTH,
    CARDSIM_ALTERED_PHOTO,
    CARDSIM_ALTERED_AGE,
};

#define CARDSIM_SWITCH_TEXT 80 /* bytes with the NUL */

struct cardsim_switches {
    unsigned value[CARDSIM_SW_COUNT];                 /* the number, or the choice's place */
    char text[CARDSIM_SW_COUNT][CARDSIM_SWITCH_TEXT]; /* as it was given */
};

/* Every switch at its default. */
void cardsim_switches_reset(struct cardsim_switches *switches);

/* Sets one by name; *which becomes the one. MN_E_ARGUMENT. */
mn_rc cardsim_switches_set(struct cardsim_switches *switches, const char *name, const char *value,
                           enum cardsim_switch *which);

/* The same from "name=value". */
mn_rc cardsim_switches_set_text(struct cardsim_switches *switches, const char *text,
                                enum cardsim_switch *which);

/* The status word that a switch's value spells: "6984" is 0x6984. */
uint16_t cardsim_switch_status(const struct cardsim_switches *switches, enum cardsim_switch which);

/* The bytes that a switch's value spells in hex, at most room of them; returns how many. */
size_t cardsim_switch_bytes(const struct cardsim_switches *switches, enum cardsim_switch which,
                            uint8_t *bytes, size_t room);

#endif
