/* An answer in the making: data, to which the status word is added at the end. */
#ifndef CARDSIM_ANSWER_H
#define CARDSIM_ANSWER_H

#include <string.h>

#include "base/bytes.h"

/* Room for the longest answer, and for as much again from a fault. */
#define CARDSIM_ANSWER_ROOM (2 * 65536)

struct cardsim_answer {
    uint8_t bytes[CARDSIM_ANSWER_ROOM];
    size_t len;
};

/* Adds bytes; what does not fit is left out, which no command's answer comes near to. */
static inline void cardsim_answer_put(struct cardsim_answer *answer, const void *bytes, size_t len)
{
    if (len > CARDSIM_ANSWER_ROOM - answer->len)
        len = CARDSIM_ANSWER_ROOM - answer->len;
    if (len > 0)
        memcpy(answer->bytes + answer->len, bytes, len);
    answer->len += len;
}

static inline void cardsim_answer_put_status(struct cardsim_answer *answer, uint16_t sw)
{
    const uint8_t bytes[2] = {(uint8_t)(sw >> 8), (uint8_t)sw};
    cardsim_answer_put(answer, bytes, sizeof(bytes));
}

#endif
