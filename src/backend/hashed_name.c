#include "backend/hashed_name.h"

#include <stdio.h>
#include <string.h>

#include "crypto/digest.h"

bool mn_hashed_name(const char *text, char out[MN_HASHED_NAME_ROOM])
{
    uint8_t value[MN_HASH_MAX];
    if (mn_digest_of(MN_SHA256, mn_span(text, strlen(text)), value) != MN_OK)
        return false;
    for (size_t i = 0; i < MN_HASHED_NAME_LEN / 2; i++)
        sprintf(out + 2 * i, "%02x", value[i]);
    return true;
}

bool mn_hashed_card_name(const char *model, const char *serial, char out[MN_HASHED_NAME_ROOM])
{
    char identity[64];
    snprintf(identity, sizeof identity, "%s/%s", model, serial);
    return mn_hashed_name(identity, out);
}
