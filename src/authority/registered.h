/* The certificates in the registry, each under its number: from 1 upwards, never given twice. */
#ifndef MN_AUTHORITY_REGISTERED_H
#define MN_AUTHORITY_REGISTERED_H

#include <stdbool.h>

#include "authority/registry.h"
#include "crypto/digest.h"
#include "crypto/revocation_reason.h"

#define MN_REGISTERED_HASH 32 /* SHA-256 */

enum mn_registered_state { MN_REGISTERED_GOOD, MN_REGISTERED_REVOKED };

/* One of them. Pointers are borrowed, and good until the visit ends. Strings are UTF-8, never NULL,
 * empty for what is not known. */
struct mn_registered {
    int64_t number;
    enum mn_registered_state state;
    time_t approved_at;
    time_t valid_until;               /* validity data end then, if they are not renewed */
    time_t certificate_until;         /* the certificate's own end */
    time_t revoked_at;                /* 0 while it is good */
    enum mn_revocation_reason reason; /* of a revoked one */
    int64_t replaced_by;              /* the number that came in its place, or 0 */
    int64_t change; /* grows over all of the registry: the later changed, the greater */
    uint8_t fingerprint[MN_REGISTERED_HASH];
    const char *name, *address, *birth_date; /* birth_date: YYYYMMDD */
    const char *mail;
    struct mn_span certificate; /* DER; empty unless it was asked for */
};

/* What is registered on approval; all is borrowed. Strings as above. */
struct mn_registration {
    struct mn_span certificate;    /* DER */
    struct mn_span card_signature; /* the .mnsgn: why it was approved */
    uint8_t fingerprint[MN_REGISTERED_HASH];
    uint8_t key_hash[MN_REGISTERED_HASH]; /* of the SubjectPublicKeyInfo */
    const char *name, *address, *birth_date, *mail;
    time_t valid_until, certificate_until;
    int64_t replaces; /* the number that it comes in the place of, or 0 */
};

/* --- in a change (mn_registry_begin) --- */

/* Gives it the next number, as *number. MN_E_FILE_EXISTS when this certificate, or another with
 * the same key, is there: *number is that one's; nothing was changed. For replaces, which is
 * withdrawn as superseded unless it is withdrawn already: MN_E_NOT_FOUND; MN_E_REFUSED when another
 * has come in its place before. */
mn_rc mn_registered_add(struct mn_registry *registry, const struct mn_registration *registration,
                        int64_t *number);

/* Withdraws it, for good. MN_E_NOT_FOUND: there is no such number; MN_E_REFUSED: it is withdrawn
 * already; MN_E_ARGUMENT for a reason that is none for good (mn_registered_is_reason). */
mn_rc mn_registered_revoke(struct mn_registry *registry, int64_t number,
                           enum mn_revocation_reason reason);

/* Vouches for it until then. MN_E_NOT_FOUND; MN_E_REFUSED: it is withdrawn; MN_E_EXPIRED: its
 * certificate ends before. */
mn_rc mn_registered_renew(struct mn_registry *registry, int64_t number, time_t until);

/* A person's certificate cannot be withdrawn for a while, nor as a CA's. */
bool mn_registered_is_reason(enum mn_revocation_reason reason);

/* --- at any time --- */

enum mn_registered_kind {
    MN_REGISTERED_ALL,
    MN_REGISTERED_CURRENT, /* neither withdrawn nor ended */
    MN_REGISTERED_ENDED,   /* not withdrawn, but past valid_until */
    MN_REGISTERED_WITHDRAWN,
};

/* Which ones; what is NULL, 0 or false does not matter. */
struct mn_registered_query {
    int64_t number;
    const uint8_t *fingerprint, *key_hash; /* or NULL */
    const char *text;                      /* in the name or in the address */
    const char *name, *address;            /* just in the one */
    const struct mn_registration *owner;   /* same name, birth date and address */
    enum mn_registered_kind kind;
    time_t now;            /* what kind is about */
    time_t until_before;   /* valid_until is earlier */
    int64_t above;         /* numbers greater than this */
    int64_t changed_above; /* changes greater than this ... */
    bool by_change;        /* ... in their order; else by number */
    bool with_certificate;
};

/* Visits them in order, in memory for one, while it sees no change of others; visit must not change
 * the registry. What is not MN_OK of visit ends it and is given back. MN_E_DAMAGED, MN_E_FILE,
 * MN_E_MEMORY. */
mn_rc mn_registered_each(struct mn_registry *registry, const struct mn_registered_query *query,
                         mn_rc (*visit)(const struct mn_registered *one, void *self), void *self);

/* The latest change of all, 0 where nothing is registered yet. */
mn_rc mn_registered_last_change(struct mn_registry *registry, int64_t *change);

#endif
