/* The inside of a simulated card, for the files that make it up. Nothing here locks: cardsim.c
 * does, before it calls. */
#ifndef CARDSIM_MODEL_H
#define CARDSIM_MODEL_H

#include <pthread.h>

#include "answer.h"
#include "cardsim.h"
#include "command.h"
#include "contents.h"
#include "fault.h"
#include "files.h"
#include "keys.h"
#include "record.h"
#include "switches.h"

/* Status words (docs/card.md, "Status words"). */
enum cardsim_status {
    SW_OK = 0x9000,
    SW_END_OF_FILE = 0x6282,
    SW_TRIES = 0x63C0, /* and the tries left in the low four bits */
    SW_WRONG_LENGTH = 0x6700,
    SW_NO_CHANNEL = 0x6881,
    SW_NO_SECURE_SELECT = 0x6882,
    SW_NO_SECURE_COMMAND = 0x69FC,
    SW_WRONG_FILE_KIND = 0x6981,
    SW_SECURITY = 0x6982,
    SW_CONDITIONS = 0x6985,
    SW_NO_CURRENT_FILE = 0x6986,
    SW_NO_FILE = 0x6A82,
    SW_NO_RECORD = 0x6A83,
    SW_WRONG_P1P2 = 0x6A86,
    SW_NO_OBJECT = 0x6A88,
    SW_PAST_END = 0x6B00,
    SW_EXACT_LENGTH = 0x6C00, /* and the length in the low eight bits */
    SW_NO_INSTRUCTION = 0x6D00,
    SW_NO_CLASS = 0x6E00,
    SW_FAULT = 0x6F00,
};

#define CARDSIM_PIN_BYTES 16 /* JICSAP 1.1, 6.4.9 */

/* A reference to verify against. */
struct cardsim_reference {
    uint8_t value[CARDSIM_PIN_BYTES];
    size_t len;
    unsigned tries; /* left */
    bool open;      /* verified: state, the rest is memory */
};

struct cardsim {
    pthread_mutex_t lock;

    struct cardsim_switches switches;
    struct cardsim_contents contents;
    struct cardsim_keys *keys;
    struct cardsim_reference pins[CARDSIM_PIN_COUNT];
    char *state_path; /* NULL: not kept */

    bool powered;
    bool cold; /* no command yet since there is power */
    unsigned long epoch;
    const struct cardsim_application *application;
    const struct cardsim_file *file; /* current EF; NULL */

    struct cardsim_faults faults;
    struct cardsim_record record;
    struct cardsim_answer answer;
};

/* A command's handler: puts data into the card's answer, returns the status word. */
typedef uint16_t cardsim_handler(struct cardsim *card, const struct cardsim_command *command);

/* select.c */
cardsim_handler cardsim_select;
/* The file that a P1 or P2 names: 80 the current one, 80|sfi another. SW_OK or why there is none.
 */
uint16_t cardsim_name_file(struct cardsim *card, uint8_t p, const struct cardsim_file **file);

/* read.c */
cardsim_handler cardsim_read_binary;
cardsim_handler cardsim_read_record;

/* data_object.c */
cardsim_handler cardsim_get_data;
cardsim_handler cardsim_get_challenge;

/* sign.c */
cardsim_handler cardsim_sign;
cardsim_handler cardsim_internal_authenticate;

/* security.c */
cardsim_handler cardsim_verify;
cardsim_handler cardsim_change_pin;
/* Does this card have access to the file now? */
bool cardsim_may_access(const struct cardsim *card, const struct cardsim_file *file);
/* Ends every verified PIN. */
void cardsim_close_pins(struct cardsim *card);
/* A full counter. */
unsigned cardsim_full_tries(const struct cardsim *card, enum cardsim_pin pin);
/* A switch has changed: counters that it is about are full again. */
void cardsim_fill_counters(struct cardsim *card, enum cardsim_switch which);
/* Every reference as it leaves the town office. */
void cardsim_pins_reset(struct cardsim *card);
/* MN_E_ARGUMENT for a length that no reference takes. */
mn_rc cardsim_pin_replace(struct cardsim *card, enum cardsim_pin pin, struct mn_span value);
/* The reference that the command sends a PIN for; false when it is no such command. */
bool cardsim_pin_sent(const struct cardsim *card, const struct cardsim_command *command,
                      enum cardsim_pin *pin);

/* dispatch.c: one command that reached the card; the answer, status word included, replaces the
 * card's last one. */
void cardsim_dispatch(struct cardsim *card, struct mn_span raw);

/* memory.c: both do nothing without a state path. A card that cannot write its memory must not
 * pretend: save ends the program. */
mn_rc cardsim_memory_load(struct cardsim *card);
void cardsim_memory_save(const struct cardsim *card);

#endif
