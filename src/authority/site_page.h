/* The pages of a published site that are not signed: what people read, and what web servers do. The
 * words are in the folder site, with names in double braces for what differs from authority to
 * authority. For the files of this room only. */
#ifndef MN_AUTHORITY_SITE_PAGE_H
#define MN_AUTHORITY_SITE_PAGE_H

#include "authority/registry.h"

enum mn_site_page { MN_SITE_INDEX, MN_SITE_HTACCESS, MN_SITE_NGINX };

/* Its file's name. Static storage. */
const char *mn_site_page_name(enum mn_site_page page);

/* The page for this authority as *out, which the caller frees. MN_E_BAD_CERTIFICATE, MN_E_CRYPTO,
 * MN_E_MEMORY. */
mn_rc mn_site_page_write(enum mn_site_page page, const struct mn_registry_profile *profile,
                         struct mn_bytes *out);

#endif
