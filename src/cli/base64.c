#include "cli/base64.h"

void mn_base64(struct mn_span in, char *out)
{
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < in.len; i += 3) {
        unsigned long group = (unsigned long)in.ptr[i] << 16;
        group |= i + 1 < in.len ? (unsigned long)in.ptr[i + 1] << 8 : 0;
        group |= i + 2 < in.len ? in.ptr[i + 2] : 0;
        *out++ = characters[group >> 18 & 63];
        *out++ = characters[group >> 12 & 63];
        *out++ = (char)(i + 1 < in.len ? characters[group >> 6 & 63] : '=');
        *out++ = (char)(i + 2 < in.len ? characters[group & 63] : '=');
    }
    *out = '\0';
}
