#include "cli/token_label.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "crypto/common_name.h"

#define FOR_A_NUMBER 4

static bool is_plain(const char *text)
{
    for (const char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            return false;
    return text[0] != '\0';
}

void mn_token_file_name(const char *path, char *out, size_t room)
{
    const char *slash = strrchr(path, '/');
    snprintf(out, room, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(out, '.');
    if (dot && dot != out)
        *dot = '\0';
}

void mn_token_label(struct mn_span certificate, const char *path, char *out, size_t room)
{
    char name[NAME_MAX + 1] = "";
    (void)mn_common_name(certificate, name, sizeof name); /* without one, the next will do */
    if (!is_plain(name))
        mn_token_file_name(path, name, sizeof name);
    snprintf(out, room - FOR_A_NUMBER, "%s", is_plain(name) ? name : "Software certificate");
}
