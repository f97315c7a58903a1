#include "authority/registry_watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#define MN_LOG_ROOM "authority"
#include "base/log.h"

/* A writer closes its lock after the commit: the database's own files are written to before, when
 * the change cannot be read yet. */
mn_rc mn_registry_watch_open(const char *path, int *out)
{
    char *name = NULL;
    mn_rc rc = MN_E_FILE;
    FILE *lock;

    *out = -1;
    if (asprintf(&name, "%s.lock", path) < 0)
        return MN_E_MEMORY;
    lock = fopen(name, "ae"); /* it is there once somebody has changed something */
    if (lock)
        fclose(lock);
    *out = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (*out >= 0 && inotify_add_watch(*out, name, IN_CLOSE_WRITE) >= 0)
        rc = MN_OK;
    free(name);
    if (rc == MN_OK)
        return rc;
    mn_log_error("inotify: errno %d", errno);
    if (*out >= 0)
        close(*out);
    *out = -1;
    return rc;
}

void mn_registry_watch_forget(int watch)
{
    _Alignas(struct inotify_event) char events[4096];

    while (read(watch, events, sizeof events) > 0 || errno == EINTR)
        ;
}
