#include "crypto/revocation_reason.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {
    [MN_REASON_UNSPECIFIED] = "unspecified",
    [MN_REASON_KEY_COMPROMISE] = "keyCompromise",
    [MN_REASON_CA_COMPROMISE] = "cACompromise",
    [MN_REASON_AFFILIATION_CHANGED] = "affiliationChanged",
    [MN_REASON_SUPERSEDED] = "superseded",
    [MN_REASON_CESSATION_OF_OPERATION] = "cessationOfOperation",
    [MN_REASON_CERTIFICATE_HOLD] = "certificateHold",
    [MN_REASON_REMOVE_FROM_CRL] = "removeFromCRL",
    [MN_REASON_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
    [MN_REASON_AA_COMPROMISE] = "aACompromise",
};

#define COUNT (sizeof names / sizeof names[0])

const char *mn_revocation_reason_name(enum mn_revocation_reason reason)
{
    return (size_t)reason < COUNT ? names[reason] : NULL;
}

int mn_revocation_reason_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (names[i] && strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}
