/* Where a user's files lie, by the XDG Base Directory Specification. */
#ifndef MN_BASE_USER_FOLDER_H
#define MN_BASE_USER_FOLDER_H

#include <limits.h>
#include <stdbool.h>

enum mn_user_folder {
    MN_FOLDER_CONFIG, /* $XDG_CONFIG_HOME/mynakey, else ~/.config/mynakey */
    MN_FOLDER_CACHE,  /* $XDG_CACHE_HOME/mynakey, else ~/.cache/mynakey */
    MN_FOLDER_DATA,   /* $XDG_DATA_HOME/mynakey, else ~/.local/share/mynakey */
};

/* The path of name in that folder; whether any of it is there is not looked at. False where the
 * environment does not tell, or must not be heeded (in set-user-id programs), or the path would be
 * too long. */
bool mn_user_path(enum mn_user_folder folder, const char *name, char out[PATH_MAX]);

#endif
