/* Text in columns, where some characters are two columns wide. */
#ifndef MN_CLI_COLUMNS_H
#define MN_CLI_COLUMNS_H

#include <stdio.h>

/* The columns that a text takes in the locale's terminal; where the locale cannot read it, its
 * bytes. */
size_t mn_columns(const char *text);

/* Writes "  label  " with the label's column filled up to width columns: a value follows. */
void mn_columns_label(FILE *out, const char *label, size_t width);

/* Writes "  label  value" with the label's column filled up to width columns, and a line end. */
void mn_columns_print(FILE *out, const char *label, size_t width, const char *value);

#endif
