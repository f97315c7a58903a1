#include "cli/soft/soft.h"

#include <getopt.h> /* optind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/soft_shelf.h"
#include "backend/token_place.h"
#include "cli/colour.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/soft/soft_import.h"
#include "cli/term.h"
#include "cli/verb.h"
#include "crypto/certificate.h"
#include "crypto/common_name.h"
#include "crypto/library.h"

#define NAME_ROOM 256

/* What is shown of a certificate on the shelf. */
struct shown {
    unsigned number;
    mn_rc rc; /* of reading it */
    struct mn_soft_entry entry;
    char name[NAME_ROOM]; /* the subject's */
    struct mn_term term;
    bool has_file; /* the PKCS#12 file is there */
};

static void read_certificate(struct shown *shown)
{
    struct mn_certificate certificate = {0};
    struct mn_span der = mn_bytes_span(&shown->entry.certificate);
    shown->rc = mn_certificate_read(der, &certificate);
    if (shown->rc == MN_OK)
        shown->rc = mn_common_name(der, shown->name, sizeof shown->name);
    shown->term = mn_term_of(&certificate, time(NULL));
    mn_certificate_release(&certificate);
}

static void read_shown(unsigned number, struct shown *out)
{
    *out = (struct shown){.number = number};
    out->rc = mn_soft_shelf_read(number, &out->entry);
    if (out->rc == MN_OK)
        read_certificate(out);
    out->has_file = out->entry.path[0] && access(out->entry.path, F_OK) == 0;
}

/* Does it for all, in the order of their numbers; how many there are. */
static size_t for_all(void (*what)(const struct shown *shown, void *context), void *context)
{
    struct mn_soft_glance glance;
    size_t count = 0;
    bool opened = mn_crypto_open() == MN_OK; /* without it the certificates say so themselves */
    mn_soft_shelf_look(&glance);
    for (unsigned number = 1; number <= MN_SOFT_MAX; number++) {
        struct shown shown;
        if (!glance.at[number])
            continue;
        read_shown(number, &shown);
        what(&shown, context);
        mn_soft_entry_release(&shown.entry);
        count++;
    }
    if (opened)
        mn_crypto_close();
    return count;
}

/* Where the list goes. */
struct page {
    FILE *out;
    bool colour;
};

static void print_one(const struct shown *shown, void *context)
{
    const struct page *page = context;
    const char *title = shown->rc ? mn_message_rc(shown->rc) : mn_printable(shown->entry.label);
    fputs(mn_colour(page->colour, MN_COLOUR_TITLE), page->out);
    fprintf(page->out, _("Software certificate %u:"), shown->number);
    fprintf(page->out, "%s %s\n", mn_colour_end(page->colour), title);
    if (shown->rc)
        return;
    fprintf(page->out, _("  Of: %s, "), mn_printable(shown->name));
    mn_term_print(page->out, &shown->term, page->colour);
    fputc('\n', page->out);
    if (shown->term.state == MN_TERM_ENDS_SOON || shown->term.state == MN_TERM_EXPIRED)
        fprintf(page->out, _("  Renew it: 'mynakey renew', or at its CA\n"));
    fprintf(page->out, _("  File: %s%s\n"), mn_printable(shown->entry.path),
            shown->has_file ? "" : _(" (not there)"));
}

static void print_after_line(const struct shown *shown, void *context)
{
    const struct page *page = context;
    fputc('\n', page->out);
    print_one(shown, context);
}

void mn_soft_print(FILE *out, bool colour)
{
    struct page page = {out, colour};
    (void)for_all(print_after_line, &page);
}

static void add_json(const struct shown *shown, void *list)
{
    json_t *one = json_pack("{s:i, s:i}", "number", (int)shown->number, "slot",
                            (int)(MN_TOKEN_PLACE_SOFT + shown->number));
    if (shown->rc) {
        json_object_set_new(one, "problem", json_string(mn_rc_name(shown->rc)));
    } else {
        json_object_set_new(one, "label", json_string(mn_printable(shown->entry.label)));
        json_object_set_new(one, "subject", json_string(mn_printable(shown->name)));
        mn_term_add_json(one, &shown->term);
        json_object_set_new(one, "file", json_string(mn_printable(shown->entry.path)));
        json_object_set_new(one, "file_there", json_boolean(shown->has_file));
    }
    json_array_append_new(list, one);
}

json_t *mn_soft_json(void)
{
    json_t *list = json_array();
    (void)for_all(add_json, list);
    return list;
}

static void print_list_help(void)
{
    printf(_("Usage: mynakey soft list [--json]\n\n"
             "Shows the software certificates that the module offers.\n\n"
             "  --json   the same for programs\n\n"
             "Exit status: 0 also when there is none, 1 failure, 2 usage.\n"));
}

static bool print_json(void)
{
    json_t *list = mn_soft_json();
    bool done = list && json_dumpf(list, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(list);
    return done;
}

static bool print_text(void)
{
    struct page page = {stdout, mn_colour_wanted(STDOUT_FILENO)};
    if (for_all(print_one, &page) == 0)
        printf(_("There is none. 'mynakey soft add FILE.pfx' adds one.\n"));
    return true;
}

int mn_soft_list(int argc, char **argv)
{
    bool json = false;
    const struct mn_option words[] = {{"json", .set = &json}, {0}};
    int status = mn_options_read(argc, argv, words, print_list_help);
    if (status >= 0)
        return status;
    if (optind < argc)
        return mn_options_wrong("soft list");
    bool printed = (json ? print_json : print_text)();
    if (printed && fflush(stdout) == 0 && !ferror(stdout))
        return MN_EXIT_OK;
    fprintf(stderr, _("mynakey: the output could not be written\n"));
    return MN_EXIT_FAILED;
}

/* --- remove --- */

static void print_remove_help(void)
{
    printf(_("Usage: mynakey soft remove NUMBER\n\n"
             "Programs are offered the software certificate of that number ('mynakey soft\n"
             "list' tells it) no more. Its file stays where it is.\n\n"
             "Exit status: 0 removed, 1 failure, 2 usage.\n"));
}

static int remove_one(unsigned number)
{
    struct shown shown;
    read_shown(number, &shown);
    mn_rc rc = mn_soft_shelf_remove(number);
    if (rc == MN_E_FILE_MISSING)
        fprintf(stderr, _("mynakey: there is no software certificate %u\n"), number);
    else if (rc)
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    else if (shown.entry.path[0])
        printf(_("Removed. The key is still in its file, %s\n"), shown.entry.path);
    else
        printf(_("Removed.\n"));
    mn_soft_entry_release(&shown.entry);
    return rc ? MN_EXIT_FAILED : MN_EXIT_OK;
}

int mn_soft_remove(int argc, char **argv)
{
    const struct mn_option words[] = {{0}};
    char *end = NULL;
    int status = mn_options_read(argc, argv, words, print_remove_help);
    if (status >= 0)
        return status;
    unsigned long number = optind + 1 == argc ? strtoul(argv[optind], &end, 10) : 0;
    if (!end || *end || number < 1 || number > MN_SOFT_MAX)
        return mn_options_wrong("soft remove");
    return remove_one((unsigned)number);
}

/* --- the verb --- */

static void print_help(FILE *out)
{
    fprintf(out, _("Usage: mynakey soft add FILE.pfx [OPTION...]\n"
                   "       mynakey soft import-cert FILE.pfx CERTIFICATE [OPTION...]\n"
                   "       mynakey soft list [--json]\n"
                   "       mynakey soft remove NUMBER\n\n"
                   "Software certificates: keys in PKCS#12 files (.pfx, .p12), which the module\n"
                   "offers to programs beside the card. The login PIN is the file's passphrase.\n\n"
                   "'mynakey soft add --help' and its like tell more.\n"));
}

int mn_verb_soft(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } words[] = {{"add", mn_soft_add},
                 {"import-cert", mn_soft_import_cert},
                 {"list", mn_soft_list},
                 {"remove", mn_soft_remove}};
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_help(stdout);
        return MN_EXIT_OK;
    }
    for (size_t i = 0; argc >= 2 && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(argv[1], words[i].name) != 0)
            continue;
        mn_crypto_let_host_configure(); /* it may load the module into this process */
        mn_rc rc = mn_crypto_open();
        if (rc) {
            fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
            return MN_EXIT_FAILED;
        }
        int status = words[i].run(argc - 1, argv + 1);
        mn_crypto_close();
        return status;
    }
    print_help(stderr);
    return MN_EXIT_USAGE;
}
