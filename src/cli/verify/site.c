#include "cli/verify/site.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/printable.h"
#include "cli/verify/authority_certificate.h"
#include "crypto/validity_data.h"

struct mn_site_file mn_site_authority(const char *site)
{
    struct mn_site_file file = {.limit = MN_AUTHORITY_FILE_MAX};
    snprintf(file.url, sizeof file.url, "%s/authority.cer", site);
    return file;
}

struct mn_site_file mn_site_validity(const char *site, uint64_t number)
{
    struct mn_site_file file = {.limit = MN_VALIDITY_FILE_MAX};
    snprintf(file.url, sizeof file.url, "%s/validity/%" PRIu64 ".ors", site, number);
    return file;
}

enum mn_fetch_outcome mn_site_fetch(struct mn_fetcher *fetcher, const struct mn_site_file *file,
                                    unsigned seconds, struct mn_bytes *out)
{
    const struct mn_fetch_request request = {
        .url = file->url, .limit = file->limit, .seconds = seconds};
    return mn_fetcher_run(fetcher, &request, out);
}

void mn_site_failure_text(const struct mn_fetcher *fetcher, const struct mn_site_file *file,
                          enum mn_fetch_outcome outcome, char *out, size_t room)
{
    const char *detail = mn_fetcher_detail(fetcher);
    if (detail[0])
        snprintf(out, room, "%s: %s (%s)", mn_printable(file->url), mn_fetch_text(outcome), detail);
    else
        snprintf(out, room, "%s: %s", mn_printable(file->url), mn_fetch_text(outcome));
}
