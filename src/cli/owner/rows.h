/* Labels and values in two columns, as wide as the widest label. */
#ifndef MN_CLI_ROWS_H
#define MN_CLI_ROWS_H

#include <stdio.h>

#define MN_ROWS_MAX 48

/* A zeroed struct has none. Labels are borrowed, values are its own. */
struct mn_rows {
    struct {
        const char *label;
        char *value;
    } at[MN_ROWS_MAX];
    size_t len;
};

/* Adds one; a line end in the value begins a line below it. Those past MN_ROWS_MAX, and those for
 * which there is no memory, are left out. */
void mn_rows_add(struct mn_rows *rows, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes all, with two blanks before each label. */
void mn_rows_print(FILE *out, const struct mn_rows *rows);

/* Wipes and frees the values. */
void mn_rows_release(struct mn_rows *rows);

#endif
