#include <getopt.h> /* optind */
#include <stdio.h>

#include "backend/card_survey.h"
#include "backend/remembered.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/readers.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_("Usage: mynakey forget [--all | --reader NAME]\n\n"
             "Removes the copy of the signing certificate that 'mynakey remember' has kept:\n"
             "that of the card in the reader or, without a card, the only one there is. Asks\n"
             "for no PIN.\n\n"
             "  --all          remove the copies of all cards; needs no card\n"
             "  --reader NAME  the card in the reader whose name has NAME in it\n\n"
             "Exit status: 0 no such copy is kept any more, 3 no card was found and several\n"
             "copies are kept, 1 failure, 2 usage.\n"));
}

/* rc is what a removal came to. */
static int tell(mn_rc rc)
{
    char folder[PATH_MAX] = "";
    if (rc == MN_OK) {
        printf(_("Removed. Programs that are running forget it when they end.\n"));
        return MN_EXIT_OK;
    }
    if (rc == MN_E_FILE_MISSING) {
        printf(_("No copy is kept.\n"));
        return MN_EXIT_OK;
    }
    (void)mn_remembered_folder(folder);
    fprintf(stderr, _("mynakey: not everything could be removed from %s: %s\n"), folder,
            mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static int forget_card(struct mn_card_reader *reader)
{
    struct mn_card_survey survey;
    mn_rc rc = mn_card_survey(reader, &survey);
    if (rc) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
        return MN_EXIT_FAILED;
    }
    rc = mn_remembered_remove(survey.info.model, survey.info.serial);
    if (rc == MN_E_FILE_MISSING && mn_remembered_count() > 0) {
        printf(_("No copy is kept for this card, but for others; --all removes them.\n"));
        return MN_EXIT_OK;
    }
    return tell(rc);
}

static int forget_without_card(void)
{
    if (mn_remembered_count() <= 1)
        return tell(mn_remembered_remove_all());
    fprintf(stderr,
            _("mynakey: copies of several cards' certificates are kept. Put in the card whose\n"
              "copy is to be removed, or remove all with --all\n"));
    return MN_EXIT_NO_CARD;
}

static int forget(const char *reader_name)
{
    struct mn_cli_readers readers;
    struct mn_card_reader *reader;
    mn_rc rc = mn_cli_readers_open(&readers);
    if (rc == MN_OK)
        rc = mn_cli_readers_find(&readers, reader_name, &reader);
    int status;
    if (rc == MN_OK)
        status = forget_card(reader);
    else if (rc == MN_E_ARGUMENT || reader_name)
        status = mn_cli_readers_tell(&readers, rc);
    else
        status = forget_without_card();
    mn_cli_readers_close(&readers);
    return status;
}

int mn_verb_forget(int argc, char **argv)
{
    const char *reader = NULL;
    bool all = false;
    const struct mn_option words[] = {{"all", .set = &all}, {"reader", .word = &reader}, {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (optind < argc || (all && reader))
        return mn_options_wrong("forget");
    return all ? tell(mn_remembered_remove_all()) : forget(reader);
}
