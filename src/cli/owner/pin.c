#include "cli/owner/pin.h"

#include <getopt.h> /* optind */
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/option.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_("Usage: mynakey pin status [--json] [--reader NAME]\n"
             "       mynakey pin verify auth|sign|text|card [--pin-file FILE] [--reader NAME]\n"
             "       mynakey pin change auth|sign|text|card [--pin-file FILE]\n"
             "                          [--new-pin-file FILE] [--reader NAME]\n"
             "       mynakey pin change --all [the same options]\n\n"
             "status shows the tries left of every PIN and costs none. verify has the card\n"
             "compare a PIN: a right one gives all tries back, also when only the last was\n"
             "left. change sets a new one; --all makes all PINs of four digits alike.\n\n"
             "  auth   the PIN to log in with (4 digits)\n"
             "  sign   the password for signatures (6 to 16 of A-Z and 0-9)\n"
             "  text   the PIN for name and address (4 digits)\n"
             "  card   the PIN of the card, for the resident register (4 digits); it is kept\n"
             "         in two places, which 'common' and 'juki' name alone\n\n"
             "  --pin-file FILE      the PIN as it is now is in FILE; - is standard input\n"
             "  --new-pin-file FILE  the new one likewise; the next line of standard input\n"
             "  --reader NAME        the card in the reader whose name has NAME in it\n"
             "  --json               the tries left for programs\n\n"
             "What other programs have opened on the card is closed: they may ask anew.\n"
             "Exit status: 0 done, 3 no card was found, 1 failure, 2 usage.\n"));
}

static int usage(const char *word)
{
    if (word)
        fprintf(stderr, _("mynakey: pin does not know what to do with '%s'\n"), word);
    else
        fprintf(stderr, _("mynakey: pin what? 'mynakey pin --help' tells\n"));
    return MN_EXIT_USAGE;
}

/* words: what stands after the options: status, or verify or change with what they are about. */
static int run(int count, char **words, bool all, const struct mn_pin_options *options)
{
    if (count == 0)
        return usage(NULL);
    bool is_verify = strcmp(words[0], "verify") == 0;
    bool is_change = strcmp(words[0], "change") == 0;
    bool has_files = options->pin_file || options->new_pin_file;
    if (strcmp(words[0], "status") == 0) {
        if (count > 1 || all || has_files)
            return usage(count > 1 ? words[1] : "--all, --pin-file");
        return mn_pin_status(options);
    }
    if ((!is_verify && !is_change) || options->json)
        return usage(options->json ? "--json" : words[0]);
    if (is_verify && (all || options->new_pin_file))
        return usage(all ? "--all" : "--new-pin-file");
    if (all)
        return count == 1 ? mn_pin_change_all(options) : usage(words[1]);
    if (count != 2)
        return usage(count > 2 ? words[2] : NULL);
    const struct mn_pin_subject *subject = mn_pin_subject_find(words[1]);
    if (!subject)
        return usage(words[1]);
    return (is_verify ? mn_pin_verify_subject : mn_pin_change_subject)(subject, options);
}

int mn_verb_pin(int argc, char **argv)
{
    struct mn_pin_options options = {0};
    bool all = false;
    const struct mn_option words[] = {{"all", .set = &all},
                                      {"json", .set = &options.json},
                                      {"pin-file", .word = &options.pin_file},
                                      {"new-pin-file", .word = &options.new_pin_file},
                                      {"reader", .word = &options.reader},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    return run(argc - optind, argv + optind, all, &options);
}
