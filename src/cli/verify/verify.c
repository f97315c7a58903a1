#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
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

static bool read_number(const char *text, struct mn_verify_options *options)
{
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

static bool read_site(const char *text, struct mn_verify_options *options)
{
    if (mn_web_address_of_site(text, options->site))
        return true;
    fprintf(stderr, _("mynakey: '%s' is no address of a site\n"), mn_printable(text));
    return false;
}

static bool read_statement(const char *path, struct mn_verify_options *options)
{
    if (options->statement_count == MN_VERIFY_SOURCES_MAX)
        return false;
    options->statements[options->statement_count++] = path;
    return true;
}

/* False: this is wrong use. */
static bool read_option(int c, char *value, struct mn_verify_options *options)
{
    switch (c) {
    case 'n':
        return read_number(value, options);
    case 's':
        return read_site(value, options);
    case 'v':
        return read_statement(value, options);
    case 'a':
        options->authority = value;
        return true;
    case 'c':
        options->anchor = value;
        return true;
    case 'l':
        options->list = value;
        return true;
    case 'T':
        options->stamp_anchor = value;
        return true;
    case 't':
        return mn_fetch_read_seconds(value, &options->seconds);
    case 'j':
        options->json = true;
        return true;
    default:
        return false;
    }
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
    static const struct option words[] = {{"number", required_argument, NULL, 'n'},
                                          {"site", required_argument, NULL, 's'},
                                          {"validity", required_argument, NULL, 'v'},
                                          {"authority", required_argument, NULL, 'a'},
                                          {"anchor", required_argument, NULL, 'c'},
                                          {"crl", required_argument, NULL, 'l'},
                                          {"tsa", required_argument, NULL, 'T'},
                                          {"timeout", required_argument, NULL, 't'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct mn_verify_options options = {0};
    bool right = true;
    for (int c; right && (c = getopt_long(argc, argv, "h", words, NULL)) != -1;) {
        if (c == 'h') {
            print_help();
            return MN_EXIT_OK;
        }
        right = read_option(c, optarg, &options);
    }
    options.words = argv + optind;
    options.word_count = (size_t)(argc - optind);
    if (!right || !fits_together(&options)) {
        fprintf(stderr, _("mynakey: 'mynakey verify --help' tells how it is used\n"));
        return MN_EXIT_USAGE;
    }
    return has_ors(&options) ? MN_EXIT_USAGE : mn_verify_run(&options);
}
