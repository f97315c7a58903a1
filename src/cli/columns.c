#include "cli/columns.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

size_t mn_columns(const char *text)
{
    size_t columns = 0;
    mbstate_t state = {0};
    for (const char *at = text; *at;) {
        wchar_t wide;
        size_t len = mbrtowc(&wide, at, strlen(at), &state);
        int width = len <= strlen(at) ? wcwidth(wide) : -1;
        if (width < 0)
            return strlen(text);
        columns += (size_t)width;
        at += len;
    }
    return columns;
}

void mn_columns_label(FILE *out, const char *label, size_t width)
{
    size_t taken = mn_columns(label);
    fprintf(out, "  %s%*s  ", label, (int)(taken < width ? width - taken : 0), "");
}

void mn_columns_print(FILE *out, const char *label, size_t width, const char *value)
{
    mn_columns_label(out, label, width);
    fprintf(out, "%s\n", value);
}
