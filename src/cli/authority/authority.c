#include "cli/authority/authority.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/verb.h"
#include "crypto/library.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *takes, *summary;
} words[] = {
    {"init", mn_authority_init, "[OPTION...]",
     N_("make an authority: its key, certificate and registry")},
    {"review", mn_authority_review, "FILE... [OPTION...]", N_("show what a request is worth")},
    {"approve", mn_authority_approve, "FILE... [OPTION...]",
     N_("register requests, each under its number")},
    {"revoke", mn_authority_revoke, "NUMBER... --reason REASON [OPTION...]",
     N_("withdraw a certificate, for good")},
    {"reissue", mn_authority_reissue, "NUMBER FILE... [OPTION...]",
     N_("register a new certificate in the place of another")},
    {"renew", mn_authority_renew, "NUMBER [OPTION...]", N_("vouch for a certificate for longer")},
    {"publish", mn_authority_publish, "FOLDER [OPTION...]",
     N_("write the site that receivers check by")},
    {"list", mn_authority_list, "[TEXT] [OPTION...]", N_("find registered certificates")},
    {"log", mn_authority_log, "[NUMBER] [OPTION...]", N_("show who did what when, and check it")},
    {"backup", mn_authority_backup, "FILE", N_("copy the registry while it is in use")},
};

#define WORDS (sizeof words / sizeof words[0])

static void print_help(FILE *out)
{
    for (size_t i = 0; i < WORDS; i++)
        fprintf(out, "%s mynakey authority %s %s\n", i ? "      " : _("Usage:"), words[i].name,
                words[i].takes);
    fprintf(out,
            _("\n"
              "What the administrator of a validity authority does; 'mynakey authority init\n"
              "--help' and its like tell more. --authority FOLDER names the authority's folder,\n"
              "else it is ~/.local/share/mynakey/authority.\n"));
    for (size_t i = 0; i < WORDS; i++)
        fprintf(out, "  %-8s %s\n", words[i].name, gettext(words[i].summary));
}

int mn_verb_authority(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_help(stdout);
        return MN_EXIT_OK;
    }
    for (size_t i = 0; argc >= 2 && i < WORDS; i++) {
        if (strcmp(argv[1], words[i].name) != 0)
            continue;
        mn_crypto_let_host_configure(); /* it may load the module into this process */
        mn_rc rc = mn_crypto_open();
        if (rc) {
            fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
            return MN_EXIT_FAILED;
        }
        int status = words[i].run(argc - 1, argv + 1);
        mn_crypto_close();
        return status;
    }
    print_help(stderr);
    return MN_EXIT_USAGE;
}
