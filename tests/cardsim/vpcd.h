/* The card's end of vpcd, the virtual reader driver of pcscd (package vsmartcard-vpcd).
 *
 * A TCP connection is a card in the reader. Messages are a length (two bytes, big-endian) and that
 * many bytes. One byte is an order of the reader: power off 0, power on 1, reset 2, tell the ATR 4;
 * of these only the last is answered. Anything longer is a command. */
#ifndef CARDSIM_VPCD_H
#define CARDSIM_VPCD_H

#include "cardsim.h"

#define VPCD_PORT 35963

/* Puts the card into the reader at 127.0.0.1. The socket, or -1 when nobody listens. */
int vpcd_connect(unsigned port);

enum vpcd_outcome {
    VPCD_SERVED,
    VPCD_REMOVED, /* the card left: close the socket, until it is inserted again */
    VPCD_LOST     /* the connection is of no use any more: it may be made again */
};

/* Reads one message and does what it says. */
enum vpcd_outcome vpcd_serve(int socket, struct cardsim *card);

#endif
