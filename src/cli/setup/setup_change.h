/* One file that setup changes: what it will be, shown first, then written whole or not at all. The
 * file as it was stays beside it until the change is undone. */
#ifndef MN_CLI_SETUP_CHANGE_H
#define MN_CLI_SETUP_CHANGE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "cli/setup/setup_edit.h"

struct mn_setup_change {
    char file[PATH_MAX];   /* links resolved */
    char backup[PATH_MAX]; /* the file as it was before setup, "FILE.before-mynakey" */
    struct mn_bytes before;
    struct mn_bytes after;
    mode_t mode;
    bool exists;       /* the file; otherwise it is made, mode 0600 */
    bool keeps_backup; /* writes it before the change */
    bool drops_backup; /* and removes it after */
    bool removes_file;
};

/* What adding or taking back would change; the caller frees *out. MN_E_FILE: the file is there and
 * cannot be read; MN_E_MEMORY. */
mn_rc mn_setup_change_add(struct mn_setup_change *out, const char *file,
                          const struct mn_setup_edit *edit, const struct mn_setup_words *words);
mn_rc mn_setup_change_undo(struct mn_setup_change *out, const char *file,
                           const struct mn_setup_edit *edit);

/* Is there nothing to do? */
bool mn_setup_change_is_none(const struct mn_setup_change *change);

/* Can it be written, by who we are? If not, standard error says why. */
bool mn_setup_change_is_possible(const struct mn_setup_change *change);

/* The file and the lines that go and come. */
void mn_setup_change_print(const struct mn_setup_change *change);

/* Does it, where the file is still what it was when the change was made up. False: nothing was
 * changed, and standard error says why. */
bool mn_setup_change_make(const struct mn_setup_change *change);

void mn_setup_change_free(struct mn_setup_change *change);

#endif
