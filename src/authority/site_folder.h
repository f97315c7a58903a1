/* The folder that is published: one writer at a time, and readers at any time, who never see half
 * of anything. For the files of this room only.
 *
 * Each file is written under another name, synced, and renamed. A site that is not there yet is
 * prepared aside: beside the folder where that is not there either, which then appears by one
 * rename; else inside it, in a folder of its own, from which the parts are moved to their places,
 * the page last. What a crash has left is gone on with. */
#ifndef MN_AUTHORITY_SITE_FOLDER_H
#define MN_AUTHORITY_SITE_FOLDER_H

#include <limits.h>
#include <stdbool.h>

#include "base/bytes.h"

struct mn_site_folder {
    char path[PATH_MAX]; /* the folder that people named */
    char root[PATH_MAX]; /* where files are written: path, or where the site is prepared */
    int lock;
    bool prepared; /* root is not path */
    bool appears;  /* path is not there: root is renamed to it */
};

/* What tells that a folder is a site of ours, and how far it has come (publication_state.h). */
#define MN_SITE_STATE ".mynakey-site"

/* Takes the folder, which is made if it is not there. While another program has it, waits for up to
 * patience seconds, told by waiting once. MN_E_FILE_LOCKED; MN_E_FILE_EXISTS: there is something
 * else in it; MN_E_FILE, MN_E_DISK_FULL, MN_E_ARGUMENT for too long a path. mn_site_folder_close
 * has to follow. */
mn_rc mn_site_folder_open(const char *path, unsigned patience, void (*waiting)(void *self),
                          void *self, struct mn_site_folder *out);

/* Writes a file whose name may have one folder in it, which is there ("validity/1.ors"). On an
 * error, the old one is as it was. MN_E_DISK_FULL, MN_E_FILE, MN_E_ARGUMENT. */
mn_rc mn_site_folder_write(const struct mn_site_folder *folder, const char *name,
                           struct mn_span content);

/* As before, unless that is what the file holds already; *written becomes true else. */
mn_rc mn_site_folder_update(const struct mn_site_folder *folder, const char *name,
                            struct mn_span content, bool *written);

/* Makes a folder in it, if it is not there. */
mn_rc mn_site_folder_make(const struct mn_site_folder *folder, const char *name);

/* A file of at most limit bytes; as mn_file_read. */
mn_rc mn_site_folder_read(const struct mn_site_folder *folder, const char *name, size_t limit,
                          struct mn_bytes *out);

/* All that was written lasts through a power cut from now on. MN_E_FILE. */
mn_rc mn_site_folder_sync(const struct mn_site_folder *folder);

/* Has a prepared site take its place. */
mn_rc mn_site_folder_show(struct mn_site_folder *folder);

/* Lets others have it. failed: what was only prepared is removed. */
void mn_site_folder_close(struct mn_site_folder *folder, bool failed);

#endif
