/* The options of a verb: a table says what each is called and where it goes. */
#ifndef MN_CLI_OPTION_H
#define MN_CLI_OPTION_H

#include <stdbool.h>

#define MN_OPTIONS_MAX 20

/* One of set, word and read says what the option does. */
struct mn_option {
    const char *name;  /* after the two dashes; NULL ends the table */
    bool *set;         /* it stands alone, and makes this true */
    const char **word; /* a word follows, which is kept here; it stays argv's */
    /* A word follows that has to make sense. False when it does not, which it has told. */
    bool (*read)(const char *word, void *out);
    void *out;   /* for read */
    char letter; /* its short name; 0: none */
};

/* Reads a verb's options, and --help and -h, by the conventions of getopt_long. -1: the verb goes
 * on, and optind is the first of its words; otherwise it ends with this enum mn_exit, and standard
 * error says why. */
int mn_options_read(int argc, char **argv, const struct mn_option *options,
                    void (*print_help)(void));

/* For a verb that takes no words but options: true when there are none, otherwise it is told.
 * optind is where mn_options_read left it. */
bool mn_options_end(int argc, char **argv, const char *verb);

/* Tells where the use of a verb ("authority list") is explained. MN_EXIT_USAGE. */
int mn_options_wrong(const char *verb);

#endif
