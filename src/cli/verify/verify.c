#include <getopt.h> /* optind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "cli/verify/fetch.h"
#include "cli/verify/verify_run.h"
#include "crypto/validity_data.h"

static void print_help(void)
{
    printf(_("Usage: mynakey verify FILE [FILE.mnsgn] --number N --site URL [OPTION...]\n"
             "       mynakey verify FILE... [OPTION...]\n\n"
             "Tells whether files are what was signed, by whom, and who vouches for that.\n"
             "Signatures lie beside the files. Without --number no network is asked.\n\n"
             "  --number N         ask for the validity data of this number; may come again\n"
             "  --site URL         where; without it, the one site that is trusted\n"
             "  --validity FILE    take validity data from NUMBER.ors; may come again\n"
             "  --authority FILE   certificate of the authority that signs them, where no\n"
             "                     authority was trusted before\n"
             "  --anchor FILE      CAs to believe besides those of JPKI (test cards)\n"
             "  --crl FILE         the CA's list of revoked certificates\n"
             "  --tsa FILE         whose time stamps to believe: certificates, or their CAs\n"
             "  --timeout SECONDS  how long the site may take (60)\n"
             "  --json             the same for programs\n\n"
             "Exit status, of the first that is not right: 0 all is right, 10 changed file,\n"
             "11 bad signature, 12 revoked, 13 expired, 14 unknown number, 15 nobody trusted,\n"
             "16 no answer from the site, 17 validity data of another certificate, 18 older\n"
             "ones than seen before, 19 none, 20 bad time stamp; 1 failure, 2 usage.\n"));
}

static bool read_number(const char *text, void *out)
{
    struct mn_verify_options *options = out;
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '1' || text[0] > '9' || *end || number > MN_VALIDITY_NUMBER_MAX ||
        strlen(text) > 19 || options->number_count == MN_VERIFY_SOURCES_MAX) {
        fprintf(stderr, _("mynakey: '%s' is no number of validity data\n"), mn_printable(text));
        return false;
    }
    options->numbers[options->number_count++] = number;
    return true;
}

static bool read_site(const char *text, void *out)
{
    if (mn_web_address_of_site(text, out))
        return true;
    fprintf(stderr, _("mynakey: '%s' is no address of a site\n"), mn_printable(text));
    return false;
}

static bool read_statement(const char *path, void *out)
{
    struct mn_verify_options *options = out;
    if (options->statement_count == MN_VERIFY_SOURCES_MAX) {
        fprintf(stderr, _("mynakey: at most %d validity data at once\n"), MN_VERIFY_SOURCES_MAX);
        return false;
    }
    options->statements[options->statement_count++] = path;
    return true;
}

/* Validity data are named by their option, so that nobody slips them in among the files. */
static bool has_ors(const struct mn_verify_options *options)
{
    for (size_t i = 0; i < options->word_count; i++) {
        const char *ending = strrchr(options->words[i], '.');
        if (!ending || strcmp(ending, ".ors") != 0)
            continue;
        fprintf(stderr,
                _("mynakey: %s are validity data. Whoever hands over a signature could hand over\n"
                  "old ones; so they are asked of the authority's site (--number and --site), or\n"
                  "taken from a file that --validity names.\n"),
                mn_printable(options->words[i]));
        return true;
    }
    return false;
}

static bool fits_together(const struct mn_verify_options *o)
{
    if (o->number_count > 0 && o->statement_count > 0) {
        fprintf(stderr, _("mynakey: --number asks the site, --validity takes a file: one of "
                          "both\n"));
        return false;
    }
    if (o->site[0] && o->number_count == 0) {
        fprintf(stderr, _("mynakey: --site wants --number: the one that the signer gave you\n"));
        return false;
    }
    return o->word_count > 0;
}

int mn_verb_verify(int argc, char **argv)
{
    struct mn_verify_options options = {0};
    const struct mn_option words[] = {
        {"number", .read = read_number, .out = &options},
        {"site", .read = read_site, .out = options.site},
        {"validity", .read = read_statement, .out = &options},
        {"authority", .word = &options.authority},
        {"anchor", .word = &options.anchor},
        {"crl", .word = &options.list},
        {"tsa", .word = &options.stamp_anchor},
        {"timeout", .read = mn_fetch_read_seconds, .out = &options.seconds},
        {"json", .set = &options.json},
        {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    options.words = argv + optind;
    options.word_count = (size_t)(argc - optind);
    if (!fits_together(&options))
        return mn_options_wrong("verify");
    return has_ors(&options) ? MN_EXIT_USAGE : mn_verify_run(&options);
}
