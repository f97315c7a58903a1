/* Firefox and Thunderbird: each of their profiles is an NSS database. */
#include "cli/setup/setup_programs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/home_folder.h"
#include "cli/setup/mozilla_profiles.h"

/* Where profiles.ini may be. Firefox 147 and later keep new profiles below ~/.config. */
static const struct {
    const char *program;
    const char *package;
    enum mn_home_folder base;
    const char *folder;
} roots[] = {
    {"firefox", "native", MN_HOME, ".mozilla/firefox"},
    {"firefox", "native", MN_HOME_CONFIG, "mozilla/firefox"},
    {"firefox", "snap", MN_HOME, "snap/firefox/common/.mozilla/firefox"},
    {"firefox", "snap", MN_HOME, "snap/firefox/common/.config/mozilla/firefox"},
    {"firefox", "flatpak", MN_HOME, ".var/app/org.mozilla.firefox/.mozilla/firefox"},
    {"firefox", "flatpak", MN_HOME, ".var/app/org.mozilla.firefox/config/mozilla/firefox"},
    {"thunderbird", "native", MN_HOME, ".thunderbird"},
    {"thunderbird", "snap", MN_HOME, "snap/thunderbird/common/.thunderbird"},
    {"thunderbird", "flatpak", MN_HOME, ".var/app/org.mozilla.Thunderbird/.thunderbird"},
};

#define ROOTS (sizeof roots / sizeof roots[0])

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_same_folder(const char *a, const char *b)
{
    struct stat st_a, st_b;

    return stat(a, &st_a) == 0 && stat(b, &st_b) == 0 && st_a.st_dev == st_b.st_dev &&
           st_a.st_ino == st_b.st_ino;
}

static bool is_meant(const struct mn_mozilla_profile *profile, const char *wanted)
{
    return !wanted || strcmp(profile->name, wanted) == 0 || is_same_folder(profile->folder, wanted);
}

static mn_rc append(const char *name, const char *folder, const char *package,
                    struct mn_setup_places *out)
{
    struct mn_setup_place place = {.edit = &mn_edit_nss, .package = package};

    if (!is_folder(folder) || !mn_path_join(folder, "pkcs11.txt", place.file))
        return MN_OK;
    mn_span_copy(mn_span(name, strlen(name)), place.profile, sizeof place.profile);
    mn_span_copy(mn_span(folder, strlen(folder)), place.folder, sizeof place.folder);
    return mn_setup_places_append(out, &place);
}

static mn_rc find_below(const char *root, const char *package, const char *wanted,
                        struct mn_setup_places *out)
{
    struct mn_mozilla_profiles profiles = {0};
    mn_rc rc = mn_mozilla_profiles_read(root, &profiles);

    for (size_t i = 0; rc == MN_OK && i < profiles.len; i++)
        if (is_meant(&profiles.at[i], wanted))
            rc = append(profiles.at[i].name, profiles.at[i].folder, package, out);
    mn_mozilla_profiles_free(&profiles);
    return rc;
}

mn_rc mn_setup_find_mozilla(const struct mn_setup_program *program,
                            const struct mn_setup_request *request, struct mn_setup_places *out)
{
    char root[PATH_MAX], folder[PATH_MAX];
    mn_rc rc = MN_OK;

    for (size_t i = 0; rc == MN_OK && i < ROOTS; i++)
        if (strcmp(roots[i].program, program->name) == 0 &&
            mn_home_path(roots[i].base, roots[i].folder, root))
            rc = find_below(root, roots[i].package, request->profile, out);
    /* A folder that is in no profiles.ini, which "--profile FOLDER" opens. */
    if (rc == MN_OK && out->len == 0 && request->profile && strchr(request->profile, '/') &&
        realpath(request->profile, folder))
        rc = append("", folder, "native", out);
    return rc;
}
