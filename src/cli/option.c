#include "cli/option.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"

#define BEYOND_LETTERS 256 /* what getopt_long gives for the first option of the table */

struct getopt_words {
    struct option longs[MN_OPTIONS_MAX + 2];
    char letters[2 * MN_OPTIONS_MAX + 2];
};

static void make_words(const struct mn_option *options, struct getopt_words *out)
{
    char *letter = out->letters;
    int count = 0;
    *letter++ = 'h';
    for (const struct mn_option *o = options; o->name; o++, count++) {
        int has_word = o->set ? no_argument : required_argument;
        assert(count < MN_OPTIONS_MAX);
        out->longs[count] = (struct option){o->name, has_word, NULL, BEYOND_LETTERS + count};
        if (!o->letter)
            continue;
        *letter++ = o->letter;
        if (has_word)
            *letter++ = ':';
    }
    out->longs[count] = (struct option){"help", no_argument, NULL, 'h'};
}

static const struct mn_option *option_of(const struct mn_option *options, int c)
{
    if (c >= BEYOND_LETTERS)
        return &options[c - BEYOND_LETTERS];
    for (const struct mn_option *o = options; o->name; o++)
        if (o->letter == c)
            return o;
    return NULL;
}

static bool take(const struct mn_option *option, const char *word)
{
    if (option->read)
        return option->read(word, option->out);
    if (option->set)
        *option->set = true;
    else
        *option->word = word;
    return true;
}

/* getopt_long says what is wrong in the name of argv[0], and that is the verb. */
static int next_option(int argc, char **argv, const struct getopt_words *words)
{
    char *verb = argv[0], command[] = "mynakey";
    argv[0] = command;
    int c = getopt_long(argc, argv, words->letters, words->longs, NULL);
    argv[0] = verb;
    return c;
}

int mn_options_read(int argc, char **argv, const struct mn_option *options,
                    void (*print_help)(void))
{
    struct getopt_words words = {0};
    make_words(options, &words);
    for (int c; (c = next_option(argc, argv, &words)) != -1;) {
        if (c == 'h') {
            print_help();
            return MN_EXIT_OK;
        }
        const struct mn_option *option = option_of(options, c);
        if (!option || !take(option, optarg))
            return MN_EXIT_USAGE;
    }
    return -1;
}

bool mn_options_end(int argc, char **argv, const char *verb)
{
    if (optind == argc)
        return true;
    fprintf(stderr, _("mynakey: %s takes no word '%s'\n"), verb, mn_printable(argv[optind]));
    return false;
}

int mn_options_wrong(const char *verb)
{
    fprintf(stderr, _("mynakey: 'mynakey %s --help' tells how it is used\n"), verb);
    return MN_EXIT_USAGE;
}
