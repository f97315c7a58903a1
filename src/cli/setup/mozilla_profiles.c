#include "cli/setup/mozilla_profiles.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/home_folder.h"
#include "cli/setup/setup_edit.h"

#define INI_MAX 0x100000

/* A section while it is read; nothing points into it later. */
struct section {
    struct mn_span name;
    struct mn_span path;
    bool is_profile;
    bool is_relative;
    bool is_default;
};

static bool is_known(const struct mn_mozilla_profiles *profiles, const char *folder)
{
    for (size_t i = 0; i < profiles->len; i++)
        if (strcmp(profiles->at[i].folder, folder) == 0)
            return true;
    return false;
}

static mn_rc append(struct mn_mozilla_profiles *out, const struct mn_mozilla_profile *profile)
{
    struct mn_mozilla_profile *more;

    if (is_known(out, profile->folder))
        return MN_OK;
    more = reallocarray(out->at, out->len + 1, sizeof *more);
    if (!more)
        return MN_E_MEMORY;
    out->at = more;
    out->at[out->len++] = *profile;
    return MN_OK;
}

static mn_rc end_section(const struct section *s, const char *root, struct mn_mozilla_profiles *out)
{
    struct mn_mozilla_profile profile = {.is_default = s->is_default};
    char path[PATH_MAX];

    if (!s->is_profile || s->path.len == 0 || s->path.len >= sizeof path)
        return MN_OK;
    mn_span_copy(s->path, path, sizeof path);
    if (s->is_relative ? !mn_path_join(root, path, profile.folder) : path[0] != '/')
        return MN_OK;
    if (!s->is_relative)
        memcpy(profile.folder, path, sizeof path);
    mn_span_copy(s->name, profile.name, sizeof profile.name);
    return append(out, &profile);
}

static struct section begin_section(struct mn_span line)
{
    static const char head[] = "[Profile";

    return (struct section){.is_profile = mn_span_begins(line, mn_span(head, sizeof head - 1))};
}

static void read_line(struct mn_span line, struct section *s)
{
    const uint8_t *equals = memchr(line.ptr, '=', line.len);
    struct mn_span key, value;

    if (!equals)
        return;
    key = mn_trim(mn_span(line.ptr, (size_t)(equals - line.ptr)));
    value = mn_trim(mn_span(equals + 1, (size_t)(line.ptr + line.len - equals - 1)));
    if (mn_span_is(key, "Name"))
        s->name = value;
    else if (mn_span_is(key, "Path"))
        s->path = value;
    else if (mn_span_is(key, "IsRelative"))
        s->is_relative = mn_span_is(value, "1");
    else if (mn_span_is(key, "Default"))
        s->is_default = mn_span_is(value, "1");
}

mn_rc mn_mozilla_profiles_parse(struct mn_span text, const char *root,
                                struct mn_mozilla_profiles *out)
{
    struct section section = {0};
    struct mn_span line;
    mn_rc rc = MN_OK;

    while (rc == MN_OK && mn_take_line(&text, &line)) {
        line = mn_trim(line);
        if (line.len > 0 && line.ptr[0] == '[') {
            rc = end_section(&section, root, out);
            section = begin_section(line);
        } else if (line.len > 0) {
            read_line(line, &section);
        }
    }
    return rc == MN_OK ? end_section(&section, root, out) : rc;
}

/* The folders that no file names. */
static mn_rc read_folders(const char *root, struct mn_mozilla_profiles *out)
{
    DIR *folder = opendir(root);
    const struct dirent *entry;
    mn_rc rc = MN_OK;

    if (!folder)
        return MN_OK;
    while (rc == MN_OK && (entry = readdir(folder))) {
        struct mn_mozilla_profile profile = {0};
        char modules[PATH_MAX];
        if (entry->d_name[0] == '.' || !mn_path_join(root, entry->d_name, profile.folder) ||
            !mn_path_join(profile.folder, "pkcs11.txt", modules) || access(modules, F_OK) != 0)
            continue;
        mn_span_copy(mn_span(entry->d_name, strlen(entry->d_name)), profile.name,
                     sizeof profile.name);
        rc = append(out, &profile);
    }
    closedir(folder);
    return rc;
}

mn_rc mn_mozilla_profiles_read(const char *root, struct mn_mozilla_profiles *out)
{
    struct mn_bytes text = {0};
    char ini[PATH_MAX];
    mn_rc rc;

    if (!mn_path_join(root, "profiles.ini", ini))
        return MN_OK;
    rc = mn_file_read(ini, INI_MAX, &text);
    if (rc == MN_E_FILE_MISSING)
        rc = MN_OK;
    if (rc == MN_OK)
        rc = mn_mozilla_profiles_parse(mn_bytes_span(&text), root, out);
    if (rc == MN_OK)
        rc = read_folders(root, out);
    mn_bytes_free(&text);
    return rc;
}

void mn_mozilla_profiles_free(struct mn_mozilla_profiles *profiles)
{
    free(profiles->at);
    *profiles = (struct mn_mozilla_profiles){0};
}
