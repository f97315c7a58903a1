#include "token/padded.h"

#include <string.h>

size_t mn_padded_cut(const char *text, size_t limit)
{
    size_t len = strlen(text);
    if (len <= limit)
        return len;
    len = limit;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return len;
}

void mn_padded(CK_UTF8CHAR *field, size_t size, const char *text)
{
    memset(field, ' ', size);
    memcpy(field, text, mn_padded_cut(text, size));
}
