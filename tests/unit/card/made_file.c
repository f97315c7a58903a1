#include "card/made_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "runner.h"

struct mn_span made_bytes(const char *hex)
{
    static uint8_t bytes[1024];
    size_t len = 0;
    while (*hex) {
        if (isspace((unsigned char)*hex)) {
            hex++;
            continue;
        }
        const char digits[3] = {hex[0], hex[1], '\0'};
        ck_assert_msg(hex[1] && len < sizeof bytes, "half a byte, or too many: %s", hex);
        bytes[len++] = (uint8_t)strtoul(digits, NULL, 16);
        hex += 2;
    }
    return mn_span(bytes, len);
}

struct mn_bytes made_file(const char *name)
{
    struct mn_bytes content = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", CARDSIM_PKI, name);
    ck_assert_int_eq(mn_file_read(path, 1 << 16, &content), MN_OK);
    return content;
}

/* A copy that ends where it ends. */
static void read_copy(struct mn_span file, size_t len, size_t at, uint8_t change,
                      void (*read)(struct mn_span spoiled))
{
    uint8_t *copy = malloc(len ? len : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, file.ptr, len);
    if (at < len)
        copy[at] ^= change;
    read(mn_span(copy, len));
    free(copy);
}

void made_spoil(struct mn_span file, void (*read)(struct mn_span spoiled))
{
    static const uint8_t changes[] = {0x01, 0x02, 0x80, 0xFF};
    for (size_t len = 0; len < file.len; len++)
        read_copy(file, len, len, 0, read);
    for (size_t at = 0; at < file.len; at++)
        for (size_t i = 0; i < sizeof changes; i++)
            read_copy(file, file.len, at, changes[i], read);
}
