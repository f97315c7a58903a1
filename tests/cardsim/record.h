/* The record of what was asked of a card: counts, and lines in a file if wanted. No line shows a
 * byte of a PIN, or of what the card answered. */
#ifndef CARDSIM_RECORD_H
#define CARDSIM_RECORD_H

#include <stdio.h>

#include "base/bytes.h"
#include "cardsim.h"

struct cardsim_record {
    unsigned total;
    unsigned ins[256];
    unsigned verify[CARDSIM_PIN_COUNT];
    FILE *file;
};

/* Opens, or with NULL closes, the file. MN_E_FILE. */
mn_rc cardsim_record_open(struct cardsim_record *record, const char *path);

/* Counts a command, and a PIN in it under *pin where pin is not NULL. */
void cardsim_record_count(struct cardsim_record *record, struct mn_span command,
                          const enum cardsim_pin *pin);

/* Writes the line of the command counted last. answer is empty where there was none. */
void cardsim_record_line(struct cardsim_record *record, struct mn_span command,
                         struct mn_span answer);

/* Writes a line about something that is no command. */
void cardsim_record_event(struct cardsim_record *record, const char *event);

void cardsim_record_clear(struct cardsim_record *record);

#endif
