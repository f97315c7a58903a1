/* One writer at a time, and who it is; for the files of this room only.
 *
 * A lock on a file beside the registry, which ends with the process that holds it, however that
 * ends. The file stays, with the last holder's name in it. */
#ifndef MN_AUTHORITY_WRITER_LOCK_H
#define MN_AUTHORITY_WRITER_LOCK_H

#include "authority/registry.h"

/* Takes the lock of the registry at path; *out is its descriptor. Waits as the writer says.
 * MN_E_FILE_LOCKED, MN_E_FILE, MN_E_MEMORY: then *out is -1. */
mn_rc mn_writer_lock_take(const char *path, const struct mn_registry_writer *writer, int *out);

/* Sets *lock to -1. Harmless when it is that already. */
void mn_writer_lock_release(int *lock);

#endif
