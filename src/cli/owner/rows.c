#include "cli/owner/rows.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "cli/columns.h"

void mn_rows_add(struct mn_rows *rows, const char *label, const char *format, ...)
{
    va_list words;
    char *value = NULL;
    va_start(words, format);
    int len = vasprintf(&value, format, words);
    va_end(words);
    if (len < 0)
        return;
    if (rows->len == MN_ROWS_MAX) {
        free(value);
        return;
    }
    rows->at[rows->len].label = label;
    rows->at[rows->len++].value = value;
}

static void print_value(FILE *out, const char *label, const char *value, size_t width)
{
    for (;;) {
        size_t len = strcspn(value, "\n");
        mn_columns_label(out, label, width);
        fprintf(out, "%.*s\n", (int)len, value);
        if (!value[len])
            return;
        value += len + 1;
        label = "";
    }
}

void mn_rows_print(FILE *out, const struct mn_rows *rows)
{
    size_t width = 0;
    for (size_t i = 0; i < rows->len; i++)
        if (mn_columns(rows->at[i].label) > width)
            width = mn_columns(rows->at[i].label);
    for (size_t i = 0; i < rows->len; i++)
        print_value(out, rows->at[i].label, rows->at[i].value, width);
}

void mn_rows_release(struct mn_rows *rows)
{
    for (size_t i = 0; i < rows->len; i++) {
        mn_wipe(rows->at[i].value, strlen(rows->at[i].value));
        free(rows->at[i].value);
    }
    *rows = (struct mn_rows){0};
}
