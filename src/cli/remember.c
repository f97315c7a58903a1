#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/remembered.h"
#include "cli/home_folder.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/signing_card.h"
#include "cli/verb.h"

struct options {
    const char *reader, *pin_file;
    bool yes;
};

static void print_help(void)
{
    printf(_("Usage: mynakey remember [--yes] [--pin-file FILE] [--reader NAME]\n\n"
             "Keeps a copy of the card's signing certificate, so that programs which list\n"
             "certificates before they ask for a password can offer it. Tells what is kept and\n"
             "where, asks whether you want that, then once for the signing password. 'mynakey\n"
             "forget' removes the copy.\n\n"
             "  --yes            do not ask whether you want it\n"
             "  --pin-file FILE  read the password from FILE ('-': standard input)\n"
             "  --reader NAME    the card in the reader whose name has NAME in it\n\n"
             "Exit status: 0 a copy is kept, 3 no card was found, 1 failure or refusal, 2\n"
             "usage.\n"));
}

static int failed(const char *folder, mn_rc rc)
{
    fprintf(stderr, _("mynakey: no copy can be kept in %s: %s\n"), folder, mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* With sudo, HOME may be somebody else's: what root writes there that person can neither use nor
 * remove. */
static bool is_own(const char *folder)
{
    char copy[PATH_MAX], above[PATH_MAX];
    struct stat st;
    if (geteuid() != 0 || !mn_path_join(folder, "copy", copy))
        return true;
    mn_existing_folder(copy, above);
    if (stat(above, &st) != 0 || st.st_uid == 0)
        return true;
    fprintf(stderr, _("mynakey: %s belongs to another user; run this as that user, without sudo\n"),
            mn_printable(above));
    return false;
}

static bool is_kept(const struct mn_signing_card *card)
{
    struct mn_bytes copy = {0};
    mn_rc rc = mn_remembered_get(mn_signing_card_model(card), mn_signing_card_serial(card), &copy);
    mn_bytes_free(&copy);
    return rc == MN_OK;
}

/* All that the owner needs to know for a decision. */
static void explain(const struct mn_signing_card *card, const char *folder)
{
    printf(_("The signing certificate of the card with serial %s will be read with its\n"
             "password, and a copy kept in\n"
             "    %s\n"
             "in a file that only you can read. The certificate holds your name, address, date of\n"
             "birth and sex. There is no key in it: nobody can sign with the copy.\n\n"
             "Programs that list certificates before they ask for a password can then offer it.\n"
             "Whatever runs as you can read it, and so can whoever gets at your backups.\n"
             "'mynakey forget' removes the copy.\n"),
           mn_signing_card_serial(card), folder);
    fflush(stdout);
}

static int keep(struct mn_signing_card *card, const char *folder, const struct options *options)
{
    explain(card, folder);
    if (!mn_prompt_confirm(_("Keep a copy?"), options->yes))
        return MN_EXIT_FAILED;
    mn_rc rc = mn_remembered_prepare(); /* before a password is typed for nothing */
    if (rc)
        return failed(folder, rc);
    int status = mn_signing_card_login(card, options->pin_file, NULL);
    if (status)
        return status;
    rc = mn_remembered_put(mn_signing_card_model(card), mn_signing_card_serial(card),
                           mn_signing_card_certificate(card));
    if (rc)
        return failed(folder, rc);
    printf(_("The copy is kept. Programs that are running see it when they are started anew.\n"));
    return MN_EXIT_OK;
}

static int remember(const struct options *options)
{
    struct mn_signing_card *card;
    char folder[PATH_MAX];
    if (mn_remembered_folder(folder) != MN_OK) {
        fprintf(stderr, _("mynakey: neither XDG_DATA_HOME nor HOME says where your data are\n"));
        return MN_EXIT_FAILED;
    }
    if (!is_own(folder))
        return MN_EXIT_FAILED;
    int status = mn_signing_card_find(options->reader, &card);
    if (status)
        return status;
    if (is_kept(card))
        printf(_("A copy is kept already, in %s\n"), folder);
    else
        status = keep(card, folder, options);
    mn_signing_card_close(&card);
    return status;
}

int mn_verb_remember(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"yes", .set = &options.yes},
                                      {"pin-file", .word = &options.pin_file},
                                      {"reader", .word = &options.reader},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    return mn_options_end(argc, argv, "remember") ? remember(&options) : MN_EXIT_USAGE;
}
