#include "base/user_folder.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *variable, *below_home;
} folders[] = {
    [MN_FOLDER_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
    [MN_FOLDER_CACHE] = {"XDG_CACHE_HOME", ".cache"},
    [MN_FOLDER_DATA] = {"XDG_DATA_HOME", ".local/share"},
};

/* A relative path is none, says the specification. */
static const char *absolute(const char *variable)
{
    const char *value = secure_getenv(variable);
    return value && value[0] == '/' ? value : NULL;
}

bool mn_user_path(enum mn_user_folder folder, const char *name, char out[PATH_MAX])
{
    const char *base = absolute(folders[folder].variable);
    const char *home = absolute("HOME");
    int n = -1;
    if (base)
        n = snprintf(out, PATH_MAX, "%s/mynakey/%s", base, name);
    else if (home)
        n = snprintf(out, PATH_MAX, "%s/%s/mynakey/%s", home, folders[folder].below_home, name);
    return n > 0 && n < PATH_MAX;
}
