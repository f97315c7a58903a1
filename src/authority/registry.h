/* The registry of a validity authority: whom it vouches for, under which number, until when, and
 * who did what when. One SQLite file; personal data are in it and nowhere else.
 *
 * Nothing in it is ever removed or renumbered. A change is a transaction: after a crash at any
 * point the file is as it was before it, or after. One program at a time changes it; others may
 * read meanwhile, and see it as it was when they began. */
#ifndef MN_AUTHORITY_REGISTRY_H
#define MN_AUTHORITY_REGISTRY_H

#include <time.h>

#include "base/bytes.h"

/* Opaque; for one thread. */
struct mn_registry;

/* What the authority is. Strings are UTF-8. */
struct mn_registry_profile {
    struct mn_bytes certificate; /* its own, DER */
    char *key;                   /* where its key is: a "pkcs11:" URI, or the name of a .pfx file,
                                    in the registry's folder where it has no slash */
    char *site;                  /* the URL it publishes at, without a slash at its end; or NULL */
    unsigned years;              /* how long it vouches, where nobody says otherwise */
};

/* How long an authority can vouch at once. */
#define MN_REGISTRY_YEARS_MAX     5
#define MN_REGISTRY_YEARS_DEFAULT 2

/* Frees the fields; empty afterwards. */
void mn_registry_profile_release(struct mn_registry_profile *profile);

/* Makes a registry at path (mode 0600), where nothing may be yet, with an entry of its beginning in
 * its journal by who. MN_E_FILE_EXISTS; MN_E_FILE, MN_E_DISK_FULL, MN_E_MEMORY, MN_E_CRYPTO: then
 * there is no file. */
mn_rc mn_registry_create(const char *path, const struct mn_registry_profile *profile,
                         const char *who, time_t now);

/* Opens the one at path. MN_E_FILE_MISSING; MN_E_FORMAT: it is no registry; MN_E_UNSUPPORTED: one
 * of a newer version of the program; MN_E_DAMAGED, MN_E_FILE, MN_E_MEMORY: then *out is NULL. */
mn_rc mn_registry_open(const char *path, struct mn_registry **out);

/* Gives up a change that is under way. Harmless when it is NULL already. */
void mn_registry_close(struct mn_registry **registry);

/* The caller releases *out. MN_E_DAMAGED, MN_E_FILE, MN_E_MEMORY: then it is empty. */
mn_rc mn_registry_profile(struct mn_registry *registry, struct mn_registry_profile *out);

/* Who changes it, and what to do where another program is at it. Borrowed until the change ends. */
struct mn_registry_writer {
    const char *who;   /* the person's account */
    const char *what;  /* the verb, for whoever has to wait: "approve" */
    time_t now;        /* the time of all that is changed (UTC) */
    unsigned patience; /* seconds to wait at most */
    void (*waiting)(const char *holder, void *self); /* told once, before waiting; or NULL. holder:
                          who is at it ("approve, hana, process 123"), static storage */
    void *self;
};

/* Begins a change. MN_E_FILE_LOCKED when another program was at it all the time; MN_E_FILE. */
mn_rc mn_registry_begin(struct mn_registry *registry, const struct mn_registry_writer *writer);

/* Makes all that was changed since the beginning last, also through a power cut. On any error, as
 * mn_registry_open's and MN_E_DISK_FULL, nothing was changed. Ends the change in every case. */
mn_rc mn_registry_commit(struct mn_registry *registry);

/* Ends it with nothing changed. Harmless when none is under way. */
void mn_registry_abandon(struct mn_registry *registry);

/* Where it publishes from now on (NULL: nowhere), in a change, with an entry in the journal. */
mn_rc mn_registry_set_site(struct mn_registry *registry, const char *site);

#endif
