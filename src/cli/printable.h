/* Names from files that others wrote, made fit for a terminal and for JSON. */
#ifndef MN_CLI_PRINTABLE_H
#define MN_CLI_PRINTABLE_H

#include "base/bytes.h"

/* s as UTF-8 without control characters and without those that change the order in which others are
 * shown: what is neither becomes '?'. Static storage, good for the
 * next seven calls; cut at 4 KiB. */
const char *mn_printable(const char *s);

/* The same for bytes. */
const char *mn_printable_span(struct mn_span s);

#endif
