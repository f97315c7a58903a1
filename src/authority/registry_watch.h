/* Noticing that the registry was changed, by whatever program, without asking it again and again.
 */
#ifndef MN_AUTHORITY_REGISTRY_WATCH_H
#define MN_AUTHORITY_REGISTRY_WATCH_H

#include "base/rc.h"

/* Watches the registry at path: *out is a descriptor to poll, readable after each change that was
 * made (mn_registry_commit) or given up. MN_E_FILE, MN_E_MEMORY: then it is -1. The caller closes
 * it. */
mn_rc mn_registry_watch_open(const char *path, int *out);

/* Forgets what was noticed until now. */
void mn_registry_watch_forget(int watch);

#endif
