/* Publishing again whenever it has to be, until somebody ends it. */
#ifndef MN_CLI_AUTHORITY_PUBLISH_WATCH_H
#define MN_CLI_AUTHORITY_PUBLISH_WATCH_H

#include <time.h>

/* Calls publish at once, after each change of the registry at the path, and by the time that it
 * has given as *again_at (0: no earlier than after a change); where it fails, also a minute later.
 * Ends with MN_EXIT_OK after SIGINT, SIGTERM or SIGHUP, which wait while publish is at work. */
int mn_publish_watch(const char *registry, int (*publish)(void *self, time_t *again_at),
                     void *self);

#endif
