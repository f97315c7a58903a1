/* Who did what when: the registry's journal. Numbers only, no personal data but the administrator's
 * account.
 *
 * Entries are only ever added, and each has the SHA-256 of the one before in its own. What was
 * changed past the program shows: an entry that was altered, removed or put between breaks the
 * chain, and a certificate whose state the journal does not explain contradicts it. Whoever
 * rewrites all of it, from some entry to the end, is found out by an older head that was noted
 * elsewhere. */
#ifndef MN_AUTHORITY_JOURNAL_H
#define MN_AUTHORITY_JOURNAL_H

#include <stdbool.h>

#include "authority/registry.h"

#define MN_JOURNAL_HASH 32

/* Strings are good until the visit ends. */
struct mn_journal_entry {
    int64_t entry; /* from 1 upwards, without gaps */
    time_t at;
    const char *who, *what; /* "hana", "revoke" */
    int64_t number;         /* the certificate's, or 0 */
    const char *detail;     /* "reason=keyCompromise"; may be empty */
    uint8_t hash[MN_JOURNAL_HASH];
};

/* Adds an entry by the writer of the change that is under way. */
mn_rc mn_journal_add(struct mn_registry *registry, const char *what, int64_t number,
                     const char *detail);

/* Visits the entries about number (0: all), the oldest first. As mn_registered_each. */
mn_rc mn_journal_each(struct mn_registry *registry, int64_t number,
                      mn_rc (*visit)(const struct mn_journal_entry *entry, void *self), void *self);

struct mn_journal_finding {
    int64_t entries;
    uint8_t head[MN_JOURNAL_HASH]; /* of the last entry */
    int64_t broken_at;             /* the entry at which the chain breaks, or 0 */
    int64_t
        contradicted; /* a number that the journal does not explain, or tells of in vain; or 0 */
    bool has_known;   /* the head that was noted elsewhere is in the chain */
};

/* Looks through all of it. known: a head that was noted elsewhere, or NULL. MN_E_DAMAGED when
 * something was found (broken_at, contradicted, no has_known); MN_E_FILE, MN_E_MEMORY,
 * MN_E_CRYPTO. */
mn_rc mn_journal_check(struct mn_registry *registry, const uint8_t *known,
                       struct mn_journal_finding *out);

#endif
