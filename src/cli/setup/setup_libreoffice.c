/* LibreOffice uses one NSS database: the one that the environment names, else the one of its
 * setting, else a Mozilla program's profile (Thunderbird's before Firefox's), else none that lasts.
 */
#include "cli/setup/setup_programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/home_folder.h"
#include "cli/message.h"
#include "cli/setup/mozilla_profiles.h"
#include "cli/printable.h"
#include "cli/setup/profile_hold.h"

#define SETTINGS     "libreoffice/4/user/registrymodifications.xcu"
#define SETTINGS_MAX 0x1000000

static const struct {
    const char *package;
    enum mn_home_folder base;
    const char *settings;
} installations[] = {
    {"native", MN_HOME_CONFIG, SETTINGS},
    {"snap", MN_HOME, "snap/libreoffice/current/.config/" SETTINGS},
    {"flatpak", MN_HOME, ".var/app/org.libreoffice.LibreOffice/config/" SETTINGS},
};

#define INSTALLATIONS (sizeof installations / sizeof installations[0])

/* The folder that the settings name; false where they name none. */
static mn_rc folder_of_settings(const char *settings, char out[PATH_MAX], bool *named)
{
    struct mn_bytes text = {0};
    struct mn_setup_found found;
    mn_rc rc = mn_file_read(settings, SETTINGS_MAX, &text);

    *named = false;
    if (rc == MN_OK && mn_edit_libreoffice.find(mn_bytes_span(&text), &found)) {
        memcpy(out, found.library, PATH_MAX);
        *named = true;
    }
    mn_bytes_free(&text);
    return rc;
}

/* Which of Thunderbird's profiles LibreOffice takes: the one with "Default=1", else the first by
 * name. */
static const struct mn_mozilla_profile *choose(const struct mn_mozilla_profiles *profiles)
{
    const struct mn_mozilla_profile *first = NULL;

    for (size_t i = 0; i < profiles->len; i++) {
        if (profiles->at[i].is_default)
            return &profiles->at[i];
        if (!first || strcmp(profiles->at[i].name, first->name) < 0)
            first = &profiles->at[i];
    }
    return first;
}

/* A profile that Thunderbird has used: both want the token for signing. Firefox's profile is not
 * shared: that program would ask for the signature's password at every site. */
static mn_rc thunderbirds_profile(char out[PATH_MAX], bool *found)
{
    struct mn_mozilla_profiles profiles = {0};
    const struct mn_mozilla_profile *profile;
    char root[PATH_MAX], modules[PATH_MAX];
    mn_rc rc = MN_OK;

    *found = false;
    if (mn_home_path(MN_HOME, ".thunderbird", root))
        rc = mn_mozilla_profiles_read(root, &profiles);
    profile = choose(&profiles);
    if (rc == MN_OK && profile && mn_path_join(profile->folder, "pkcs11.txt", modules) &&
        access(modules, F_OK) == 0) {
        memcpy(out, profile->folder, PATH_MAX);
        *found = true;
    }
    mn_mozilla_profiles_free(&profiles);
    return rc;
}

/* A folder that somebody chose is not exchanged for another. */
static mn_rc check_wanted(const char *wanted, const char *chosen)
{
    char folder[PATH_MAX];

    if (!wanted || (realpath(wanted, folder) && strcmp(folder, chosen) == 0))
        return MN_OK;
    fprintf(
        stderr,
        _("mynakey: LibreOffice is set to the certificates in %s; choose others in its window:\n"
          "Tools, Options, LibreOffice, Security, Certificate\n"),
        mn_printable(chosen));
    return MN_E_ARGUMENT;
}

/* The folder to use, and whether LibreOffice has to be told of it. */
static mn_rc choose_folder(const char *settings, const char *wanted, char out[PATH_MAX], bool *tell)
{
    const char *environment = getenv("MOZILLA_CERTIFICATE_FOLDER");
    bool found = false;
    mn_rc rc;

    *tell = false;
    if (environment && *environment) {
        if (strncmp(environment, "sql:", 4) == 0)
            environment += 4;
        mn_span_copy(mn_span(environment, strlen(environment)), out, PATH_MAX);
        return MN_OK;
    }
    rc = folder_of_settings(settings, out, &found);
    if (rc || found)
        return rc ? rc : check_wanted(wanted, out);
    if (!wanted)
        rc = thunderbirds_profile(out, &found);
    if (rc || found)
        return rc;
    *tell = true;
    if (wanted)
        return realpath(wanted, out) ? MN_OK : MN_E_FILE_MISSING;
    return mn_home_path(MN_HOME_DATA, "mynakey/nss", out) ? MN_OK : MN_E_FILE_MISSING;
}

/* Was the setting made by us? Then the file as it was before is there. */
static bool was_told(const char *settings)
{
    char backup[PATH_MAX + 32];

    stpcpy(stpcpy(backup, settings), ".before-mynakey");
    return access(backup, F_OK) == 0;
}

/* Is the module there by our own doing? A folder where it is not was chosen by somebody since. */
static bool has_our_module(const struct mn_setup_place *place)
{
    return place->state == MN_SETUP_DONE && !place->found.name[0];
}

static mn_rc append(const char *settings, const char *folder, bool tell, const char *package,
                    struct mn_setup_places *out)
{
    struct mn_setup_place place = {.edit = &mn_edit_nss, .package = package, .makes_file = true};
    mn_rc rc;

    memcpy(place.folder, folder, sizeof place.folder);
    if (!mn_path_join(folder, "pkcs11.txt", place.file))
        return MN_OK;
    rc = mn_setup_places_append(out, &place);
    if (rc || !(tell || (was_told(settings) && has_our_module(&out->at[out->len - 1]))))
        return rc;
    place.edit = &mn_edit_libreoffice;
    place.supporting = true;
    memcpy(place.file, settings, sizeof place.file);
    return mn_setup_places_append(out, &place);
}

mn_rc mn_setup_find_libreoffice(const struct mn_setup_program *program,
                                const struct mn_setup_request *request, struct mn_setup_places *out)
{
    char settings[PATH_MAX], folder[PATH_MAX];
    bool tell = false;
    mn_rc rc = MN_OK;

    (void)program;
    for (size_t i = 0; rc == MN_OK && i < INSTALLATIONS; i++) {
        if (!mn_home_path(installations[i].base, installations[i].settings, settings) ||
            access(settings, F_OK) != 0)
            continue;
        rc = choose_folder(settings, request->profile, folder, &tell);
        if (rc == MN_OK)
            rc = append(settings, folder, tell, installations[i].package, out);
    }
    return rc;
}

bool mn_setup_libreoffice_is_running(void)
{
    char folder[PATH_MAX];

    return mn_home_path(MN_HOME_CONFIG, "libreoffice/4", folder) && mn_libreoffice_runs(folder);
}
