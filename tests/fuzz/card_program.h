/* A program that uses a card's tokens for all they have, and goes on whatever it is told. */
#ifndef MN_TESTS_FUZZ_CARD_PROGRAM_H
#define MN_TESTS_FUZZ_CARD_PROGRAM_H

/* What it does besides looking at slots, tokens, objects and attributes. */
#define PROGRAM_AUTH       0x01u /* uses the authentication token */
#define PROGRAM_SIGN       0x02u /* uses the signature token */
#define PROGRAM_WRONG_PIN  0x04u /* types a wrong PIN twice before the right one */
#define PROGRAM_SIGNATURES 0x08u /* signs with every mechanism, else with one */
#define PROGRAM_NEW_PIN    0x10u /* changes the PIN */
#define PROGRAM_TWICE      0x20u /* does all that once more, after C_Finalize */

/* Runs from C_Initialize to C_Finalize. */
void card_program_run(unsigned what);

/* Once, before: finds the module's functions. */
void card_program_prepare(void);

#endif
