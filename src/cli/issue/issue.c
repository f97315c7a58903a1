#include <getopt.h>
#include <stdio.h>

#include "cli/issue/issue_options.h"
#include "cli/issue/issue_run.h"
#include "cli/message.h"
#include "cli/passphrase_prompt.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_(
        "Usage: mynakey issue [OPTION...]\n\n"
        "Makes a key pair and a certificate with your name and address as they stand in the\n"
        "signing certificate of your card, and the card's signature over it. Three files:\n"
        "NAME.pfx (key and certificate, under a passphrase), NAME.cer (the certificate) and\n"
        "NAME.mnsgn (the card's signature). The signing password is asked for and sent once.\n\n"
        "  --out NAME              name of the files, perhaps with a folder (MyNumCert)\n"
        "  --key KIND              rsa3072 (default), rsa2048, p256 or p384\n"
        "  --days N                valid for N days; without it for two years. Never longer than\n"
        "                          the card's certificate\n"
        "  --with-birth-year       put in the year of birth; nothing else of the date, no sex\n"
        "  --own-mail ADDRESS      put in your mail address: S/MIME programs want it there\n"
        "  --site URL              put in the address of the site with the validity data\n"
        "  --mail ADDRESS          also write NAME.eml, a message to that address with the .cer\n"
        "                          and the .mnsgn attached, and never the .pfx\n"
        "  --anchor FILE           trust this CA certificate instead of the published ones: for\n"
        "                          test cards\n"
        "  --reader NAME           the card in this reader\n"
        "  --pin-file FILE         the signing password is in FILE; - is standard input\n"
        "  --passphrase-file FILE  the new passphrase is in FILE; - is standard input, and its\n"
        "                          next line where the password came from there too\n"
        "  --force                 move files that have the names to names with the date\n"
        "  --no-add                do not make the certificate a token\n"
        "  --yes                   do not ask whether to go on\n\n"
        "  --generate-passphrase   print a strong passphrase, and do nothing else\n\n"
        "Exit status: 0 done, 3 no card was found, 1 failure, 2 usage. Unless it is done, no\n"
        "file is there.\n"));
}

int mn_verb_issue(int argc, char **argv)
{
    enum { HELP = 'h', GENERATE = 'g' };
    static const struct option options[] = {
        {"out", required_argument, NULL, MN_ISSUE_OUT},
        {"key", required_argument, NULL, MN_ISSUE_KEY},
        {"days", required_argument, NULL, MN_ISSUE_DAYS},
        {"with-birth-year", no_argument, NULL, MN_ISSUE_WITH_BIRTH_YEAR},
        {"site", required_argument, NULL, MN_ISSUE_SITE},
        {"mail", required_argument, NULL, MN_ISSUE_MAIL},
        {"own-mail", required_argument, NULL, MN_ISSUE_OWN_MAIL},
        {"anchor", required_argument, NULL, MN_ISSUE_TRUST_ANCHOR},
        {"reader", required_argument, NULL, MN_ISSUE_READER},
        {"pin-file", required_argument, NULL, MN_ISSUE_PIN_FILE},
        {"passphrase-file", required_argument, NULL, MN_ISSUE_PASSPHRASE_FILE},
        {"force", no_argument, NULL, MN_ISSUE_FORCE},
        {"no-add", no_argument, NULL, MN_ISSUE_NO_ADD},
        {"yes", no_argument, NULL, MN_ISSUE_YES},
        {"generate-passphrase", no_argument, NULL, GENERATE},
        {"help", no_argument, NULL, HELP},
        {0}};
    struct mn_issue_options asked;
    mn_issue_options_default(&asked);
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == HELP) {
            print_help();
            return MN_EXIT_OK;
        }
        if (c == GENERATE)
            return mn_passphrase_print_new();
        if (!mn_issue_options_set(&asked, c, optarg))
            return MN_EXIT_USAGE;
    }
    if (optind < argc) {
        fprintf(stderr, _("mynakey: issue takes no word '%s'\n"), argv[optind]);
        return MN_EXIT_USAGE;
    }
    return mn_issue_run(&asked);
}
