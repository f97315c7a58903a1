#include "cli/authority/csv.h"

#include <stdbool.h>
#include <string.h>

void mn_csv_begin(FILE *out)
{
    fputs("\xEF\xBB\xBF", out);
}

/* Also in full width, which Japanese spreadsheets take for the same; and behind white space. */
static bool looks_like_formula(const char *cell)
{
    static const char *const beginnings[] = {"=",  "+",  "-",  "@",  "\t", "\r", "\n",
                                             "＝", "＋", "－", "＠", "−",  "|",  "%"};

    while (*cell == ' ' || strncmp(cell, "　", strlen("　")) == 0)
        cell += *cell == ' ' ? 1 : strlen("　");
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (strncmp(cell, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

static void print_cell(FILE *out, const char *cell)
{
    fputc('"', out);
    if (looks_like_formula(cell))
        fputc('\'', out);
    for (; *cell; cell++) {
        if (*cell == '"')
            fputc('"', out);
        fputc(*cell, out);
    }
    fputc('"', out);
}

void mn_csv_print(FILE *out, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            fputc(',', out);
        print_cell(out, cells[i]);
    }
    fputs("\r\n", out);
}
