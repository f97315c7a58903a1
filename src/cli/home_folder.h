/* The folders below which programs keep what is a person's own. */
#ifndef MN_CLI_HOME_FOLDER_H
#define MN_CLI_HOME_FOLDER_H

#include <limits.h>
#include <stdbool.h>

enum mn_home_folder {
    MN_HOME,        /* $HOME, else the one of the user database */
    MN_HOME_CONFIG, /* $XDG_CONFIG_HOME, else ~/.config */
    MN_HOME_DATA,   /* $XDG_DATA_HOME, else ~/.local/share */
};

/* The absolute path of name inside the folder. False when there is no home or the path is too long:
 * then out is empty. */
bool mn_home_path(enum mn_home_folder folder, const char *name, char out[PATH_MAX]);

/* folder, a slash, name. False when that is too long: then out is empty. */
bool mn_path_join(const char *folder, const char *name, char out[PATH_MAX]);

/* The nearest folder above the file that is there; file is shorter than PATH_MAX. */
void mn_existing_folder(const char *file, char out[PATH_MAX]);

#endif
