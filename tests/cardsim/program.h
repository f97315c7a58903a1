/* The running program: one card, the reader it is in or not, and how to tell it what to do. */
#ifndef CARDSIM_PROGRAM_H
#define CARDSIM_PROGRAM_H

#include "cardsim.h"

struct program {
    struct cardsim *card;
    unsigned port;
    unsigned patience_ms; /* how long to try to reach the reader */

    bool inserted; /* the card should be in the reader */
    int reader;    /* the connection; -1 while there is none */
    bool told;     /* "ready" has been said */
    bool quit;
};

/* Ends the connection to the reader, if there is one. */
void program_disconnect(struct program *program);

#endif
