/* What an authority's site has: its certificate, and validity data by number. */
#ifndef MN_CLI_SITE_H
#define MN_CLI_SITE_H

#include <stdint.h>

#include "base/bytes.h"
#include "cli/verify/fetch.h"
#include "cli/verify/web_address.h"

/* A site's file, asked for. */
struct mn_site_file {
    char url[MN_WEB_ADDRESS_ROOM + 64];
    size_t limit;
};

/* Of a site in the spelling of mn_web_address_of_site. */
struct mn_site_file mn_site_authority(const char *site);
struct mn_site_file mn_site_validity(const char *site, uint64_t number);

/* Fetches it; seconds as in mn_fetch_request. As mn_fetcher_run. */
enum mn_fetch_outcome mn_site_fetch(struct mn_fetcher *fetcher, const struct mn_site_file *file,
                                    unsigned seconds, struct mn_bytes *out);

/* Into out, which has room bytes: the address and what happened, translated, without a full stop.
 */
void mn_site_failure_text(const struct mn_fetcher *fetcher, const struct mn_site_file *file,
                          enum mn_fetch_outcome outcome, char *out, size_t room);

#endif
