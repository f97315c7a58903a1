#include "options.h"

#include <getopt.h>
#include <stdlib.h>

#include "cardsim.h"
#include "vpcd.h"

enum { PATIENCE_S = 10 };

static const char usage[] =
    "usage: mynakey-cardsim [OPTION...]\n"
    "       mynakey-cardsim --tell SOCKET ORDER...\n"
    "\n"
    "  --persona NAME        what card it is (fresh)\n"
    "  --pki FOLDER          keys and certificates, from make-pki.sh\n"
    "  --set NAME=VALUE      set a switch; may be repeated\n"
    "  --fault N:KIND[:ARG]  a fault at the Nth command; may be repeated\n"
    "  --state FILE          keep PINs and tries in a file\n"
    "  --record FILE         write down every command, without PINs\n"
    "  --control SOCKET      take orders from a socket too, not only from standard input\n"
    "  --port NUMBER         vpcd's port (35963)\n"
    "  --patience SECONDS    how long to try to reach vpcd (10)\n"
    "  --list-switches, --list-personas, --help\n"
    "\n"
    "Orders: insert, remove, count [INS], verifies, tries, open, fault N:KIND[:ARG],\n"
    "set NAME=VALUE, reset-count, quit. Each is answered by one line.\n";

enum option_code {
    OPTION_PERSONA = 1,
    OPTION_PKI,
    OPTION_SET,
    OPTION_FAULT,
    OPTION_STATE,
    OPTION_RECORD,
    OPTION_CONTROL,
    OPTION_PORT,
    OPTION_PATIENCE,
    OPTION_TELL,
    OPTION_LIST_SWITCHES,
    OPTION_LIST_PERSONAS,
    OPTION_HELP,
};

static const struct option table[] = {
    {"persona", required_argument, NULL, OPTION_PERSONA},
    {"pki", required_argument, NULL, OPTION_PKI},
    {"set", required_argument, NULL, OPTION_SET},
    {"fault", required_argument, NULL, OPTION_FAULT},
    {"state", required_argument, NULL, OPTION_STATE},
    {"record", required_argument, NULL, OPTION_RECORD},
    {"control", required_argument, NULL, OPTION_CONTROL},
    {"port", required_argument, NULL, OPTION_PORT},
    {"patience", required_argument, NULL, OPTION_PATIENCE},
    {"tell", required_argument, NULL, OPTION_TELL},
    {"list-switches", no_argument, NULL, OPTION_LIST_SWITCHES},
    {"list-personas", no_argument, NULL, OPTION_LIST_PERSONAS},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static bool add(const char *list[OPTIONS_LIST], size_t *count, const char *text)
{
    if (*count == OPTIONS_LIST)
        return false;
    list[(*count)++] = text;
    return true;
}

static bool read_number(const char *text, unsigned max, unsigned *out)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);
    *out = (unsigned)number;
    return *text != '\0' && *end == '\0' && number <= max;
}

/* Takes one option with its value; false when it is none, or the value makes no sense. */
static bool take(struct options *options, int option, const char *value)
{
    switch (option) {
    case OPTION_PERSONA:
        options->persona = value;
        return true;
    case OPTION_PKI:
        options->pki = value;
        return true;
    case OPTION_STATE:
        options->state = value;
        return true;
    case OPTION_RECORD:
        options->record = value;
        return true;
    case OPTION_CONTROL:
        options->control = value;
        return true;
    case OPTION_TELL:
        options->tell = value;
        return true;
    case OPTION_SET:
        return add(options->switches, &options->switch_count, value);
    case OPTION_FAULT:
        return add(options->faults, &options->fault_count, value);
    case OPTION_PORT:
        return read_number(value, 65535, &options->port);
    case OPTION_PATIENCE:
        return read_number(value, 3600, &options->patience_s);
    default:
        return false;
    }
}

/* The options that print something and are done. */
static bool print(int option)
{
    if (option == OPTION_LIST_SWITCHES)
        cardsim_print_switches(stdout);
    else if (option == OPTION_LIST_PERSONAS)
        cardsim_print_personas(stdout);
    else if (option == OPTION_HELP)
        fputs(usage, stdout);
    else
        return false;
    return true;
}

bool options_read(int argc, char *const argv[], struct options *options, int *status)
{
    int option;
    *options = (struct options){
        .persona = "fresh", .pki = CARDSIM_PKI, .port = VPCD_PORT, .patience_s = PATIENCE_S};
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        *status = EXIT_SUCCESS;
        if (print(option))
            return false;
        *status = 2;
        if (!take(options, option, optarg)) {
            fputs(usage, stderr);
            return false;
        }
    }
    options->words = argv + optind;
    if (*options->words && !options->tell) {
        *status = 2;
        fputs(usage, stderr);
        return false;
    }
    return true;
}
