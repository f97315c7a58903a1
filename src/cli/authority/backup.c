#include <getopt.h> /* optind */
#include <stdio.h>
#include <string.h>

#include "authority/copy.h"
#include "cli/authority/authority.h"
#include "cli/authority/office.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_("Usage: mynakey authority backup FILE [--authority FOLDER]\n\n"
             "Copies the registry into a new file, also while another program is changing it,\n"
             "and checks the copy. It has personal data in it; keep it as safe as the\n"
             "registry. The authority's key is not in it: keep that apart.\n\n"
             "Exit status: 0 done, 1 failure (there is no new file), 2 usage.\n"));
}

static int run(const char *folder, const char *file)
{
    struct mn_office office;
    int status = mn_office_open(&office, folder, "backup");
    if (status == MN_EXIT_OK) {
        mn_rc rc = mn_registry_copy(office.registry, file);
        if (rc == MN_E_DAMAGED)
            (void)mn_office_tell(rc);
        else if (rc)
            fprintf(stderr, "mynakey: %s: %s\n", file, mn_message_rc(rc));
        status = rc ? MN_EXIT_FAILED : MN_EXIT_OK;
    }
    if (status == MN_EXIT_OK && strncmp(office.profile.key, "pkcs11:", 7) == 0)
        printf(_("Copied to %s. The authority's key stays in its token.\n"), file);
    else if (status == MN_EXIT_OK)
        printf(_("Copied to %s. The authority's key is not in it: keep a copy of %s/%s apart.\n"),
               file, office.folder, office.profile.key);
    mn_office_close(&office);
    return mn_office_printed(status);
}

int mn_authority_backup(int argc, char **argv)
{
    const char *folder = NULL;
    const struct mn_option words[] = {{"authority", .word = &folder}, {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    return optind + 1 == argc ? run(folder, argv[optind]) : mn_options_wrong("authority backup");
}
