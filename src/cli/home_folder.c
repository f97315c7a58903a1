#include "cli/home_folder.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *variable;
    const char *below_home;
} folders[] = {
    [MN_HOME] = {"HOME", NULL},
    [MN_HOME_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
    [MN_HOME_DATA] = {"XDG_DATA_HOME", ".local/share"},
};

bool mn_path_join(const char *folder, const char *name, char out[PATH_MAX])
{
    int len = snprintf(out, PATH_MAX, "%s/%s", folder, name);

    if (len > 0 && len < PATH_MAX)
        return true;
    out[0] = '\0';
    return false;
}

bool mn_home_path(enum mn_home_folder folder, const char *name, char out[PATH_MAX])
{
    const char *base = getenv(folders[folder].variable);
    const struct passwd *person;
    char home[PATH_MAX];

    out[0] = '\0';
    if (base && base[0] == '/') /* a relative one does not count (XDG Base Directory) */
        return mn_path_join(base, name, out);
    if (folder != MN_HOME)
        return mn_home_path(MN_HOME, folders[folder].below_home, home) &&
               mn_path_join(home, name, out);
    person = getpwuid(getuid());
    return person && person->pw_dir && mn_path_join(person->pw_dir, name, out);
}

void mn_existing_folder(const char *file, char out[PATH_MAX])
{
    memcpy(out, file, strlen(file) + 1);
    do {
        char *slash = strrchr(out, '/');
        if (!slash || slash == out) {
            memcpy(out, "/", 2);
            return;
        }
        *slash = '\0';
    } while (access(out, F_OK) != 0);
}
