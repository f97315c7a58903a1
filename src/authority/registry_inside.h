/* What a registry is made of, for the files of this room only. */
#ifndef MN_AUTHORITY_REGISTRY_INSIDE_H
#define MN_AUTHORITY_REGISTRY_INSIDE_H

#include <sqlite3.h>

#include "authority/registry.h"

struct mn_registry {
    sqlite3 *db;
    char *path;
    int lock;                                /* while it is being changed, else -1 */
    const struct mn_registry_writer *writer; /* likewise, else NULL */
};

#endif
