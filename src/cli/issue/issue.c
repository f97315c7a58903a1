#include <stdio.h>

#include "cli/issue/issue_options.h"
#include "cli/issue/issue_run.h"
#include "cli/message.h"
#include "cli/option.h"
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
    struct mn_issue_options asked;
    struct mn_option words[MN_OPTIONS_MAX] = {{0}};
    bool generate = false;
    mn_issue_options_default(&asked);
    size_t count = mn_issue_options_all(&asked, words);
    words[count++] = (struct mn_option){"force", .set = &asked.force};
    words[count] = (struct mn_option){"generate-passphrase", .set = &generate};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (generate)
        return mn_passphrase_print_new();
    return mn_options_end(argc, argv, "issue") ? mn_issue_run(&asked) : MN_EXIT_USAGE;
}
