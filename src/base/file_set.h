/* Files that belong together: in the end all of them are there, or none. */
#ifndef MN_BASE_FILE_SET_H
#define MN_BASE_FILE_SET_H

#include <stdbool.h>

#include "base/bytes.h"

struct mn_file_item {
    const char *path;
    struct mn_span content;
    char *moved_to; /* the new name of the file that had the name before; NULL where none had */
};

struct mn_file_set {
    struct mn_file_item *items;
    size_t len;
    const char *stamp; /* NULL: a name that is taken is refused. Else the file there is moved to the
                          name with "-STAMP" put in before its ending */
    size_t at;         /* after an error: the item where it happened */
};

/* Could the set be written, as far as can be told without writing? For a look before something
 * precious is spent. MN_E_FILE_EXISTS when a name is taken and must not be; MN_E_FILE_MISSING when
 * a folder is not there; MN_E_FILE when it cannot be written in, or what has the name is no regular
 * file. */
mn_rc mn_file_set_check(struct mn_file_set *set);

/* Writes each content beside its path (mode 0600), and when all are on the disk, gives them their
 * names, in their order. Nothing is ever overwritten, also not what has come since the check. On an
 * error everything is as it was: what was new is removed, what was moved has its name again.
 * Signals that would end the program wait meanwhile. As mn_file_set_check; MN_E_DISK_FULL,
 * MN_E_MEMORY. The caller ends with mn_file_set_release in every case. */
mn_rc mn_file_set_write(struct mn_file_set *set);

/* Frees what write has put into the items; the files stay. */
void mn_file_set_release(struct mn_file_set *set);

#endif
