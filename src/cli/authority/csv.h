/* Tables for spreadsheets (RFC 4180). */
#ifndef MN_CLI_AUTHORITY_CSV_H
#define MN_CLI_AUTHORITY_CSV_H

#include <stddef.h>
#include <stdio.h>

/* The mark by which spreadsheets know that what follows is UTF-8. */
void mn_csv_begin(FILE *out);

/* A row of UTF-8 texts. Each cell is quoted. One that a spreadsheet would take for a formula gets
 * an apostrophe before it, by which the spreadsheet leaves it a text: names and addresses come from
 * others, and must not calculate. */
void mn_csv_print(FILE *out, const char *const *cells, size_t count);

#endif
