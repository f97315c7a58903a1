/* How far a published site has come: a small file in it, of which numbers and times may be known to
 * everybody. For the files of this room only. */
#ifndef MN_AUTHORITY_PUBLICATION_STATE_H
#define MN_AUTHORITY_PUBLICATION_STATE_H

#include <time.h>

#include "authority/site_folder.h"
#include "crypto/chain.h"

/* A time of 0: there is none. */
struct mn_publication_state {
    uint8_t authority[MN_FINGERPRINT_BYTES]; /* of its certificate */
    int64_t change;                          /* all up to this one is published */
    uint64_t list;                           /* the cRLNumber of the list */
    time_t list_until;                       /* its nextUpdate */
    time_t revoked_until; /* the earliest nextUpdate of what is said of withdrawn ones */
    time_t latest;        /* the latest thisUpdate of all */
};

/* MN_OK and all zero where the site has none yet. MN_E_DAMAGED, MN_E_FILE, MN_E_MEMORY. */
mn_rc mn_publication_state_read(const struct mn_site_folder *folder,
                                struct mn_publication_state *out);

/* As mn_site_folder_write. */
mn_rc mn_publication_state_write(const struct mn_site_folder *folder,
                                 const struct mn_publication_state *state);

#endif
