#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "authority/copy.h"
#include "cli/authority/authority.h"
#include "cli/authority/office.h"
#include "cli/message.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_("Usage: mynakey authority backup FILE [--authority FOLDER]\n\n"
             "Copies the registry into a new file, also while another program is changing it, and\n"
             "checks the copy. It has personal data in it; keep it as safe as the registry. The\n"
             "authority's key is not in it: keep that apart.\n\n"
             "Exit status: 0 done, 1 failure (there is no new file), 2 usage.\n"));
}

static int run(const char *folder, const char *file)
{
    struct mn_office office;
    int status = mn_office_open(&office, folder, "backup");
    if (status == MN_EXIT_OK) {
        mn_rc rc = mn_registry_copy(office.registry, file);
        if (rc == MN_E_DAMAGED)
            status = mn_office_tell(rc);
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
    static const struct option words[] = {
        {"authority", required_argument, NULL, 'a'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *folder = NULL;
    for (int c; (c = getopt_long(argc, argv, "h", words, NULL)) != -1;) {
        if (c == 'h') {
            print_help();
            return MN_EXIT_OK;
        }
        if (c != 'a')
            return MN_EXIT_USAGE;
        folder = optarg;
    }
    if (optind + 1 != argc) {
        fprintf(stderr, _("mynakey: 'mynakey authority backup --help' tells how it is used\n"));
        return MN_EXIT_USAGE;
    }
    return run(folder, argv[optind]);
}
