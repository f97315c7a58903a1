#include <stdio.h>

#include "cli/issue/issue_options.h"
#include "cli/issue/issue_run.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/passphrase_prompt.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_("Usage: mynakey issue [OPTION...]\n\n"
             "Makes a key and a certificate with the name and the address in the signing\n"
             "certificate of your card: NAME.pfx (with the key, under a passphrase), NAME.cer,\n"
             "and NAME.mnsgn, the card's signature. The signing password is sent once.\n\n"
             "  --out NAME              name of the files, perhaps with a folder (MyNumCert)\n"
             "  --key KIND              rsa3072 (default), rsa2048, p256 or p384\n"
             "  --days N                valid for N days, not two years; ends with the card's\n"
             "  --with-birth-year       put in the year of birth; no month or day, no sex\n"
             "  --own-mail ADDRESS      put in your mail address: S/MIME programs want it\n"
             "  --site URL              put in the address of the site with the validity data\n"
             "  --mail ADDRESS          also NAME.eml: mail with the .cer and .mnsgn, no .pfx\n"
             "  --anchor FILE           a CA certificate to trust, not JPKI's: for test cards\n"
             "  --reader NAME           the card in this reader\n"
             "  --pin-file FILE         the signing password is in FILE; - is standard input\n"
             "  --passphrase-file FILE  the new passphrase likewise; of -, the next line\n"
             "  --force                 move files that have the names to names with the date\n"
             "  --no-add                do not make the certificate a token\n"
             "  --yes                   do not ask whether to go on\n"
             "  --generate-passphrase   print a strong passphrase, and do nothing else\n\n"
             "Exit status: 0 done, 1 failure, 2 usage, 3 no card; no file is there unless 0.\n"));
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
