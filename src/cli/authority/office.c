#include "cli/authority/office.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/home_folder.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"

#define PATIENCE 60 /* seconds to wait for another writer */

int mn_office_tell(mn_rc rc)
{
    switch ((int)rc) {
    case MN_E_FORMAT:
        fprintf(stderr, _("mynakey: this is not the registry of an authority\n"));
        break;
    case MN_E_UNSUPPORTED:
        fprintf(stderr,
                _("mynakey: a newer version of mynakey has made this registry; use that\n"));
        break;
    case MN_E_DAMAGED:
        fprintf(stderr, _("mynakey: the registry is damaged. Take the last backup; "
                          "docs/authority.md says how\n"));
        break;
    default:
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    }
    return MN_EXIT_FAILED;
}

/* Programs that read a registry in use leave notes for each other beside it, and those that write
 * have their lock there. */
static int tell_use(const struct mn_office *office, mn_rc rc)
{
    if (rc != MN_E_FILE || access(office->folder, W_OK) == 0)
        return mn_office_tell(rc);
    fprintf(stderr,
            _("mynakey: the registry cannot be used in %s: nothing can be written there.\n"
              "Copy it to a folder of yours, and name that with --authority\n"),
            mn_printable(office->folder));
    return MN_EXIT_FAILED;
}

int mn_office_folder(const char *named, char out[PATH_MAX])
{
    if (named ? snprintf(out, PATH_MAX, "%s", named) < PATH_MAX
              : mn_home_path(MN_HOME_DATA, "mynakey/authority", out))
        return MN_EXIT_OK;
    fprintf(stderr,
            _("mynakey: there is no folder for the authority; name one with --authority\n"));
    return MN_EXIT_FAILED;
}

void mn_office_who(char *out, size_t room)
{
    const struct passwd *person = getpwuid(getuid());

    if (person && person->pw_name)
        snprintf(out, room, "%s", person->pw_name);
    else
        snprintf(out, room, "%lu", (unsigned long)getuid());
}

static void tell_waiting(const char *holder, void *self)
{
    (void)self;
    fprintf(stderr, _("Another program is changing the registry (%s); waiting for it.\n"), holder);
}

int mn_office_open(struct mn_office *office, const char *folder, const char *what)
{
    char path[PATH_MAX];
    mn_rc rc;

    *office = (struct mn_office){
        .writer = {.what = what, .now = time(NULL), .patience = PATIENCE, .waiting = tell_waiting}};
    if (mn_office_folder(folder, office->folder) != MN_EXIT_OK)
        return MN_EXIT_FAILED;
    mn_office_who(office->who, sizeof office->who);
    if (!mn_path_join(office->folder, MN_OFFICE_REGISTRY, path))
        return mn_office_tell(MN_E_FILE);
    rc = mn_registry_open(path, &office->registry);
    if (rc == MN_E_FILE_MISSING) {
        fprintf(stderr,
                _("mynakey: there is no authority in %s; 'mynakey authority init' makes one\n"),
                office->folder);
        return MN_EXIT_FAILED;
    }
    if (rc == MN_OK)
        rc = mn_registry_profile(office->registry, &office->profile);
    return rc ? tell_use(office, rc) : MN_EXIT_OK;
}

void mn_office_close(struct mn_office *office)
{
    mn_registry_profile_release(&office->profile);
    mn_registry_close(&office->registry);
}

int mn_office_begin(struct mn_office *office)
{
    office->writer.who = office->who;
    mn_rc rc = mn_registry_begin(office->registry, &office->writer);
    if (rc == MN_E_FILE_LOCKED) {
        fprintf(stderr, _("mynakey: another program is still changing the registry; nothing was "
                          "changed. Try again later.\n"));
        return MN_EXIT_FAILED;
    }
    return rc ? tell_use(office, rc) : MN_EXIT_OK;
}

int mn_office_commit(struct mn_office *office)
{
    mn_rc rc = mn_registry_commit(office->registry);
    return rc ? mn_office_tell(rc) : MN_EXIT_OK;
}

bool mn_office_key(const struct mn_office *office, char out[PATH_MAX])
{
    const char *key = office->profile.key;

    if (!strchr(key, '/') && strncmp(key, "pkcs11:", 7) != 0)
        return mn_path_join(office->folder, key, out);
    return snprintf(out, PATH_MAX, "%s", key) < PATH_MAX;
}

int64_t mn_office_number(const char *text)
{
    char *end = NULL;
    bool digits = text[0] >= '0' && text[0] <= '9';

    errno = 0;
    long long number = digits ? strtoll(text, &end, 10) : 0;
    if (digits && errno == 0 && *end == '\0' && number > 0)
        return number;
    fprintf(stderr, _("mynakey: '%s' is not the number of a certificate\n"), text);
    return 0;
}

bool mn_office_years(const char *text, void *out)
{
    int *years = out;
    *years =
        text[0] >= '1' && text[0] <= '0' + MN_REGISTRY_YEARS_MAX && !text[1] ? text[0] - '0' : 0;
    if (*years)
        return true;
    fprintf(stderr, _("mynakey: an authority vouches for 1 to %d years at once, not '%s'\n"),
            MN_REGISTRY_YEARS_MAX, text);
    return false;
}

bool mn_office_site(const char *typed, void *out)
{
    if (mn_web_address_of_site(typed, out))
        return true;
    fprintf(stderr,
            _("mynakey: '%s' is not the address of a site, as https://validity.example.jp\n"),
            mn_printable(typed));
    return false;
}

int mn_office_printed(int status)
{
    return mn_message_written() || status != MN_EXIT_OK ? status : MN_EXIT_FAILED;
}
