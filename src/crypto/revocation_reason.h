/* Why a certificate was withdrawn: the CRLReason of RFC 5280, 5.3.1. */
#ifndef MN_CRYPTO_REVOCATION_REASON_H
#define MN_CRYPTO_REVOCATION_REASON_H

/* The standard's numbers. */
enum mn_revocation_reason {
    MN_REASON_UNSPECIFIED = 0,
    MN_REASON_KEY_COMPROMISE = 1,
    MN_REASON_CA_COMPROMISE = 2,
    MN_REASON_AFFILIATION_CHANGED = 3,
    MN_REASON_SUPERSEDED = 4,
    MN_REASON_CESSATION_OF_OPERATION = 5,
    MN_REASON_CERTIFICATE_HOLD = 6,
    MN_REASON_REMOVE_FROM_CRL = 8,
    MN_REASON_PRIVILEGE_WITHDRAWN = 9,
    MN_REASON_AA_COMPROMISE = 10,
};

/* The standard's name, "keyCompromise"; NULL for a number that is none. Static storage. */
const char *mn_revocation_reason_name(enum mn_revocation_reason reason);

/* The reason of that name, letter for letter; -1 when there is none. */
int mn_revocation_reason_find(const char *name);

#endif
