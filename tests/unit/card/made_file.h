/* Bytes of the card's data files for the tests of their parsing. */
#ifndef MN_TESTS_UNIT_CARD_MADE_FILE_H
#define MN_TESTS_UNIT_CARD_MADE_FILE_H

#include "base/bytes.h"

/* The bytes of hex, blanks between them allowed; static storage, one at a time. */
struct mn_span made_bytes(const char *hex);

/* The file of that name as the simulated card has it, "text-0003"; freed by the caller. */
struct mn_bytes made_file(const char *name);

/* Runs read over every beginning of the file and over the file with each byte changed in each of
 * several ways: it must come back, and never touch what is not the file's, which sanitizers see. */
void made_spoil(struct mn_span file, void (*read)(struct mn_span spoiled));

#endif
