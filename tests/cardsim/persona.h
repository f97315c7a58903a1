/* Personas: cards in some condition, by name. */
#ifndef CARDSIM_PERSONA_H
#define CARDSIM_PERSONA_H

#include <stddef.h>

struct cardsim_persona {
    const char *name;
    const char *switches; /* "name=value name=value" over the defaults */
    int auth_tries;       /* tries left of the two JPKI references; -1: all */
    int sign_tries;
    const char *meaning;
};

/* NULL when there is none of that name. */
const struct cardsim_persona *cardsim_persona_find(const char *name);

#endif
