/* A call of each function of Cryptoki. */
#ifndef MN_TESTS_DATASHEET_CALLS_H
#define MN_TESTS_DATASHEET_CALLS_H

#include <stddef.h>

#include "arguments.h"

struct call {
    const char *name;
    CK_RV (*make)(struct caller *caller);
};

extern const struct call calls[];
extern const size_t calls_len;

/* Makes the call in a session of the caller's. For good arguments what has to go before is done. */
CK_RV make_call(struct caller *caller, const struct call *call);

#endif
