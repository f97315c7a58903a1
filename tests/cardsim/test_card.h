/* For the tests of the model: a powered card and its commands in hex. */
#ifndef CARDSIM_TEST_CARD_H
#define CARDSIM_TEST_CARD_H

#include <check.h>

#include "cardsim.h"

#define SELECT_JPKI    "00A4040C0AD392F000260100000001"
#define SELECT_COMMON  "00A4040C0AD3921000310001010100"
#define SELECT_JUKI    "00A4040C0AD3921000310001010401"
#define SELECT_SURFACE "00A4040C0AD3921000310001010402"
#define SELECT_TEXT    "00A4040C0AD3921000310001010408"

#define VERIFY_AUTH "002000980431323334"     /* 1234, by short id */
#define VERIFY_SIGN "0020009B06414243313233" /* ABC123 */
#define WRONG_AUTH  "002000980439393939"
#define WRONG_SIGN  "0020009B06393939393939"
#define QUERY_AUTH  "00200098"
#define QUERY_SIGN  "0020009B"

/* A card with power, JPKI current. */
struct cardsim *test_card(const char *persona);

/* The same with switches, "name=value name=value". */
struct cardsim *test_card_with(const char *persona, const char *switches);

/* The answer to a command, both in hex; a name of mn_rc when there is none. Valid until the next
 * call. */
const char *say(struct cardsim *card, const char *command);

/* The status word of the answer: its last four digits. */
const char *status(struct cardsim *card, const char *command);

/* One signature's check with the public key of a certificate of the PKI folder: over data as they
 * are, under PKCS #1 v1.5 or PSS with SHA-256. signature is an answer in hex, 9000 at its end. */
void check_recovered(const char *certificate, const char *signature, struct mn_span padded);
void check_signature(const char *certificate, const char *signature, bool pss,
                     struct mn_span message);

/* A new name in a folder of its own, for a file; and the end of it. */
void temporary_file(char path[64]);
void temporary_file_remove(const char *path);

#endif
