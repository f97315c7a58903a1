/* A PC/SC service over the bench: the SCard* functions that the transport room calls, defined in
 * the test program, so that everything above them is the module's own. They do what pcsc-lite's do
 * as far as the room can tell, and one of them, once, does something else. For one thread. */
#ifndef MN_TESTS_STRESS_SCARD_H
#define MN_TESTS_STRESS_SCARD_H

#include <winscard.h>

/* What is wrong with a call. */
enum scard_fault {
    SCARD_FAULT_SAYS,  /* it gives the code, and has done nothing but to let go of what is closed */
    SCARD_FAULT_LOSES, /* it has done its work, and gives the code */
    SCARD_FAULT_TRUE,  /* the code, and it is so: the reader is gone, the card is, or it was reset,
                       or  the service ended */
    SCARD_FAULT_CLAIMS /* success, with as many more bytes of answer as the code says */
};

/* At the place-th call from now that can have that fault. */
void scard_arm(enum scard_fault fault, LONG code, unsigned place);

/* How many there were, of those that can have it. */
unsigned scard_calls(enum scard_fault fault);

/* Puts right what SCARD_FAULT_TRUE did, and puts the card in anew. */
void scard_mend(void);

/* Complains of contexts and connections that are open. */
void scard_look(void);

#endif
