/* Small files: read whole, written at once or not at all. */
#ifndef MN_BASE_FILE_H
#define MN_BASE_FILE_H

#include <stdbool.h>

#include "base/bytes.h"

/* Reads all of the regular file at path, at most limit bytes, into *out (which the caller frees).
 * MN_E_FILE_MISSING; MN_E_MEMORY; MN_E_FILE for anything else, a file longer than limit among it:
 * then *out is as it was. */
mn_rc mn_file_read(const char *path, size_t limit, struct mn_bytes *out);

/* Writes content into a new file beside path (mode 0600), synced. Its name is in *staged, which the
 * caller frees after renaming or removing the file. On any error there is none, and *staged is
 * NULL. MN_E_DISK_FULL, MN_E_FILE, MN_E_MEMORY. */
mn_rc mn_file_stage(const char *path, struct mn_span content, char **staged);

/* Makes the names in path's folder last through a power cut, as far as that can be had. */
void mn_file_sync_folder(const char *path);

/* rename(2) that replaces nothing: MN_E_FILE_EXISTS when the name is taken. MN_E_DISK_FULL,
 * MN_E_FILE. */
mn_rc mn_file_rename_free(const char *from, const char *to);

/* Writes content to path: into a new file beside it (mode 0600), synced, renamed over it. On any
 * error the old file stands as it was and nothing is left beside it. MN_E_DISK_FULL, MN_E_FILE,
 * MN_E_MEMORY. */
mn_rc mn_file_write_private(const char *path, struct mn_span content);

/* The same for a file that is meant for others, too: its mode is 0644 less the user's mask. Unless
 * replace is said, what has the name stays and it is MN_E_FILE_EXISTS. A power cut may take the
 * name along, never a part of the content: there may be a great many of these, and each can be made
 * again. Signals that would end the program wait meanwhile. For programs of one thread. */
mn_rc mn_file_write_shared(const char *path, struct mn_span content, bool replace);

/* Makes the folder at path and its missing parents, mode 0700. One that is there already is
 * left as it is. MN_E_FILE, MN_E_MEMORY. */
mn_rc mn_folder_make_private(const char *path);

#endif
