/* A command APDU taken apart (ISO/IEC 7816-4:2020, 5.1 to 5.3). */
#ifndef CARDSIM_COMMAND_H
#define CARDSIM_COMMAND_H

#include "base/bytes.h"

struct cardsim_command {
    uint8_t cla, ins, p1, p2;
    struct mn_span data; /* empty where there is no Lc */
    bool has_le;
    size_t ne; /* 1 to 65536 where there is an Le */
    bool extended;
};

/* False when raw has no header (out is then untouched), or its lengths do not fit (only the header
 * in out is then good). */
bool cardsim_command_read(struct mn_span raw, struct cardsim_command *out);

#endif
