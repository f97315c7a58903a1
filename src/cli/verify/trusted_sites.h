/* The sites whose authority the user has decided to trust, each with the authority's certificate.
 * One file each in the folder for the user's data (trusted/), mode 0600, replaced at once or not at
 * all. Sites are in the spelling of mn_web_address_of_site. */
#ifndef MN_CLI_TRUSTED_SITES_H
#define MN_CLI_TRUSTED_SITES_H

#include "base/bytes.h"
#include "cli/verify/web_address.h"

struct mn_trusted_site {
    char site[MN_WEB_ADDRESS_ROOM];
    struct mn_bytes authority; /* its certificate, DER */
};

/* A zeroed struct is an empty list. */
struct mn_trusted_sites {
    struct mn_trusted_site *at;
    size_t len;
};

/* libcrypto is open for all of them. */

/* The site's authority replaces *out, which the caller frees. MN_E_FILE_MISSING when the site is
 * not trusted; MN_E_DAMAGED when what is kept of it cannot be used; MN_E_FILE, MN_E_CRYPTO,
 * MN_E_MEMORY: then *out is as it was. */
mn_rc mn_trusted_sites_get(const char *site, struct mn_bytes *out);

/* MN_E_FILE_MISSING: nothing says where the user's data are; MN_E_FILE, MN_E_DISK_FULL,
 * MN_E_CRYPTO, MN_E_MEMORY: then all is as it was. */
mn_rc mn_trusted_sites_put(const char *site, struct mn_span authority);

/* MN_E_FILE_MISSING when it is not trusted; MN_E_FILE, MN_E_CRYPTO. Removes also what is damaged.
 */
mn_rc mn_trusted_sites_remove(const char *site);

/* All that can be read, by the site's name. MN_E_MEMORY, MN_E_FILE: then *out is empty. */
mn_rc mn_trusted_sites_list(struct mn_trusted_sites *out);
void mn_trusted_sites_release(struct mn_trusted_sites *sites);

#endif
