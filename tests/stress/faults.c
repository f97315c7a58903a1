/* Every fault of a card, at every command. */
#include <stdio.h>
#include <stdlib.h>

#include "trial.h"

static void arm(const struct trouble *trouble, unsigned place)
{
    char fault[64];
    snprintf(fault, sizeof fault, "%u:%s", place, trouble->name);
    if (cardsim_fault(card, fault) != MN_OK)
        abort();
}

static unsigned commands(void)
{
    return cardsim_count(card);
}

/* What a card says clearly is believed as long as it stays: no such application or file (6A82), not
 * to be read (6982). */
#define FAULT(name)                                                                                \
    {                                                                                              \
        name, arm, commands, false                                                                 \
    }
#define FAULT_IN(name)                                                                             \
    {                                                                                              \
        name, arm, commands, true                                                                  \
    }

int main(void)
{
    static const struct trouble faults[] = {
        FAULT_IN("removed"),  FAULT_IN("removed-after"), FAULT("reset"),       FAULT("reset-after"),
        FAULT("garbage"),     FAULT("garbage:0"),        FAULT("garbage:300"), FAULT("truncated"),
        FAULT("truncated:0"), FAULT("overlong"),         FAULT("overlong:1"),  FAULT_IN("sw:6A82"),
        FAULT_IN("sw:6982"),  FAULT("sw:6F00"),          FAULT("sw:6581"),     FAULT("slow:20"),
    };
    return trial_run("faults", faults, sizeof faults / sizeof faults[0]);
}
