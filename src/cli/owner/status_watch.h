/* `mynakey status --watch`. */
#ifndef MN_CLI_STATUS_WATCH_H
#define MN_CLI_STATUS_WATCH_H

#include <stdbool.h>

#include "backend/card_reader.h"

/* Prints the status, and again whenever it has become another: at once when a card or a reader
 * comes or goes, within a few seconds when another program has changed a counter. On a terminal the
 * old text is replaced; elsewhere the new one follows with a line before it that has the time, or,
 * as JSON, each in a line of its own. Sleeps in between.
 *
 * SIGINT (Ctrl-C), SIGTERM and SIGHUP end it, where they are not ignored: they are held back in
 * this thread from then on, and *signal is the one that came, for the caller to obey once the card
 * is left. 0 where the result is not MN_EXIT_OK: the output could not be written, or memory was
 * short, which standard error says.
 */
int mn_status_watch(struct mn_reader_pool *pool, bool json, int *signal);

#endif
