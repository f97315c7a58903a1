/* A copy of the registry, while others may be changing it. */
#ifndef MN_AUTHORITY_COPY_H
#define MN_AUTHORITY_COPY_H

#include "authority/registry.h"

/* Writes the registry as it is into a new file at path (mode 0600), looks the copy through, and
 * only then gives it its name. MN_E_FILE_EXISTS; MN_E_DAMAGED, MN_E_DISK_FULL, MN_E_FILE,
 * MN_E_MEMORY: then there is no new file. */
mn_rc mn_registry_copy(struct mn_registry *registry, const char *path);

#endif
