/* Every fault of a card, at every command. */
#include <stdio.h>
#include <stdlib.h>

#include "stage.h"
#include "trial.h"

static void arm(const struct trouble *trouble, unsigned place)
{
    char fault[64];
    snprintf(fault, sizeof fault, "%u:%s", place, trouble->name);
    if (cardsim_fault(card, fault) != MN_OK)
        abort();
}

static unsigned commands(const struct trouble *trouble)
{
    (void)trouble;
    return cardsim_count(card);
}

#define FAULT(text)                                                                                \
    {                                                                                              \
        .name = text, .arm = arm, .chances = commands                                              \
    }

/* A card that was removed, or that says something clearly and is believed as long as it stays: it
 * is taken out and put in, as a person would. */
#define FAULT_IN(text)                                                                             \
    {                                                                                              \
        .name = text, .arm = arm, .chances = commands, .mend = stage_new_stay                      \
    }

int main(void)
{
    static const struct trouble faults[] = {
        FAULT_IN("removed"),    FAULT_IN("removed-after"), FAULT("reset"),
        FAULT("reset-after"),   FAULT("garbage"),          FAULT("garbage:0"),
        FAULT("garbage:300"),   FAULT("truncated"),        FAULT("truncated:0"),
        FAULT("truncated:2"),   FAULT("overlong"),         FAULT("overlong:1"),
        FAULT("overlong:5000"), FAULT("overlong:65536"),   FAULT_IN("sw:6A82"),
        FAULT_IN("sw:6982"),    FAULT("sw:6F00"),          FAULT("sw:6581"),
        FAULT_IN("sw:9000"),    FAULT_IN("sw:63C0"),       FAULT_IN("sw:6983"),
        FAULT_IN("sw:6100"),    FAULT_IN("sw:6C00"),       FAULT("slow:20"),
    };
    stage_prepare(stage_open_bench);
    return trial_run("faults", faults, sizeof faults / sizeof faults[0]);
}
