/* What `mynakey doctor` finds, one thing after the other, and what mends it. */
#ifndef MN_CLI_OWNER_DOCTOR_H
#define MN_CLI_OWNER_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

enum mn_finding_state {
    MN_FINDING_GOOD,
    MN_FINDING_HINT, /* it may be what is wrong, or meant so */
    MN_FINDING_BAD,  /* with this it cannot work */
};

struct mn_finding {
    const char *about; /* "service": for programs */
    enum mn_finding_state state;
    char text[512];     /* translated */
    const char *remedy; /* commands to type, a line each; NULL where none mends it */
};

#define MN_FINDINGS_MAX 64

struct mn_findings {
    struct mn_finding at[MN_FINDINGS_MAX];
    size_t len;
    bool has_card; /* a My Number Card was found */
};

/* Looks at service, readers, cards and programs. root: where the machine's files begin ("" is /).
 */
void mn_doctor_look(const char *root, const char *module, struct mn_findings *out);

#endif
