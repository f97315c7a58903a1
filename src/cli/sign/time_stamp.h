/* A time stamp (RFC 3161) for a signature that was just made, from an authority on the web. */
#ifndef MN_CLI_TIME_STAMP_H
#define MN_CLI_TIME_STAMP_H

#include <stdbool.h>

#include "base/bytes.h"

/* Connections to one authority, kept from one signature to the next. Opaque. */
struct mn_time_stamper;

/* url is borrowed. Asks nobody yet. False: told on standard error. */
bool mn_time_stamper_open(const char *url, struct mn_time_stamper **out);

/* Has the authority put its time to the signature of this value, which signed_data has in it, and
 * puts that in. False: told on standard error why not; then signed_data is as it was. */
bool mn_time_stamper_put(struct mn_time_stamper *stamper, struct mn_span signature,
                         struct mn_bytes *signed_data);

/* Harmless when it is NULL already. */
void mn_time_stamper_close(struct mn_time_stamper **stamper);

#endif
