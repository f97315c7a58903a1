/* What a validity authority shows the world: a folder of files for any web server. Numbers, states
 * and times are in it, and no names but the authority's own.
 *
 *     validity/NUMBER.ors  authority.cer  revoked.crl  index.html  .htaccess  nginx.conf
 */
#ifndef MN_AUTHORITY_PUBLICATION_H
#define MN_AUTHORITY_PUBLICATION_H

#include <stdbool.h>
#include <time.h>

#include "authority/registry.h"
#include "crypto/cms.h"

/* What is said of a withdrawn certificate, and the list of them, may be relied upon this long ...
 */
#define MN_PUBLICATION_PERIOD (30 * 86400)
/* ... and is said again when less than this is left. */
#define MN_PUBLICATION_MARGIN (10 * 86400)

/* All is borrowed until mn_publish returns. */
struct mn_publication_order {
    const char *folder;
    struct mn_registry *registry;
    const struct mn_registry_profile *profile;
    time_t now;
    unsigned patience; /* seconds to wait for another program that is publishing there */

    /* Opens the authority's key; called once, and only when there is something to sign. Its errors
     * end it and are given back. */
    mn_rc (*key)(void *self, struct mn_cms_signer *out);
    void (*waiting)(void *self);                    /* another program is at it; or NULL */
    void (*progress)(uint64_t answers, void *self); /* after each; or NULL */
    void *self;
};

/* Why the folder is left as it is. */
enum mn_publication_trouble {
    MN_PUBLICATION_FINE,
    MN_PUBLICATION_FOREIGN_FOLDER,  /* there is something else in it */
    MN_PUBLICATION_OTHER_AUTHORITY, /* another authority publishes there */
    MN_PUBLICATION_OLD_REGISTRY,    /* more was published there than the registry knows: it is an
                                       old copy */
    MN_PUBLICATION_CLOCK,           /* the clock is behind what was published last */
    MN_PUBLICATION_STATE,           /* the file that tells how far it has come is damaged */
};

struct mn_publication_result {
    enum mn_publication_trouble trouble; /* with MN_E_REFUSED */
    uint64_t answers;                    /* so many .ors were signed */
    bool list;                           /* so was revoked.crl */
    bool anything;                       /* any file was written */
    time_t again_at; /* by then it has to be done again, even if nothing changes */
};

/* Signs and writes what has changed since the last time in this folder, and what ends soon. Each
 * file appears whole; a site that was not there before appears at once, its page last. After a
 * crash the next one goes on. MN_E_REFUSED: see trouble; MN_E_FILE_LOCKED; MN_E_FILE,
 * MN_E_DISK_FULL, MN_E_ARGUMENT, MN_E_DAMAGED, MN_E_MEMORY, MN_E_CRYPTO, the key's: what was
 * written until then is good, and the next one goes on from there. */
mn_rc mn_publish(const struct mn_publication_order *order, struct mn_publication_result *out);

#endif
