/* Names for files that are about a card or a reader, and do not say which. */
#ifndef MN_BACKEND_HASHED_NAME_H
#define MN_BACKEND_HASHED_NAME_H

#include <stdbool.h>

/* 16 bytes of a hash in hexadecimal. */
#define MN_HASHED_NAME_LEN  32
#define MN_HASHED_NAME_ROOM (MN_HASHED_NAME_LEN + 1)

/* False: OpenSSL failed. */
bool mn_hashed_name(const char *text, char out[MN_HASHED_NAME_ROOM]);

/* Of a card, by what its token information says. */
bool mn_hashed_card_name(const char *model, const char *serial, char out[MN_HASHED_NAME_ROOM]);

#endif
