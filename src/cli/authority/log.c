#include <getopt.h> /* optind */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "authority/journal.h"
#include "cli/authority/authority.h"
#include "cli/authority/entry.h"
#include "cli/authority/office.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/verb.h"

#define HEX (2 * MN_JOURNAL_HASH + 1)

struct options {
    const char *folder;
    int64_t number;
    bool check, json;
    bool has_known;
    uint8_t known[MN_JOURNAL_HASH];
};

struct listing {
    bool json;
    size_t count;
};

static void print_help(void)
{
    printf(_("Usage: mynakey authority log [NUMBER] [--json]\n"
             "       mynakey authority log --check [--head HASH]\n\n"
             "Shows who did what when, of all or of one number.\n\n"
             "  --check              look whether anybody has changed the log or the registry\n"
             "                       past the program; prints the head, the hash of the last\n"
             "                       entry\n"
             "  --head HASH          and whether this head, noted at an earlier check, is in\n"
             "                       it\n"
             "  --json               for programs\n"
             "  --authority FOLDER   the authority's folder\n\n"
             "Exit status: 0 all is well, 1 failure or something was changed, 2 usage.\n"));
}

static mn_rc print_text(const struct mn_journal_entry *e)
{
    char when[MN_ENTRY_DATE], number[32] = "-";
    mn_entry_stamp(e->at, when);
    if (e->number)
        snprintf(number, sizeof number, "%" PRId64, e->number);
    printf("%6" PRId64 "  %s  %-10s  %-8s  %6s  %s\n", e->entry, when, mn_printable(e->who),
           mn_printable(e->what), number, mn_printable(e->detail));
    return ferror(stdout) ? MN_E_FILE : MN_OK;
}

static mn_rc print_json(const struct mn_journal_entry *e, const struct listing *listing)
{
    char when[MN_ENTRY_DATE], hex[HEX];
    mn_entry_stamp(e->at, when);
    mn_entry_hex(e->hash, sizeof e->hash, hex);
    json_t *one = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "entry", (json_int_t)e->entry, "at",
                            when, "who", e->who, "what", e->what, "detail", e->detail, "hash", hex);
    if (one && e->number)
        json_object_set_new(one, "number", json_integer(e->number));
    bool good = one && fputs(listing->count ? ",\n" : "\n", stdout) != EOF &&
                json_dumpf(one, stdout, JSON_COMPACT) == 0;
    json_decref(one);
    return good ? MN_OK : MN_E_FILE;
}

static mn_rc print_one(const struct mn_journal_entry *e, void *self)
{
    struct listing *listing = self;
    mn_rc rc = listing->json ? print_json(e, listing) : print_text(e);
    listing->count++;
    return rc;
}

static int print_all(struct mn_office *office, const struct options *options)
{
    struct listing listing = {.json = options->json};
    if (listing.json)
        putchar('[');
    mn_rc rc = mn_journal_each(office->registry, options->number, print_one, &listing);
    if (listing.json)
        fputs(listing.count ? "\n]\n" : "]\n", stdout);
    return rc && !ferror(stdout) ? mn_office_tell(rc) : MN_EXIT_OK;
}

/* --- checking --- */

static void tell_finding(const struct mn_journal_finding *f)
{
    if (f->broken_at)
        fprintf(stderr,
                _("mynakey: the log was changed: entry %" PRId64
                  " does not follow from those before it\n"),
                f->broken_at);
    else if (f->contradicted)
        fprintf(stderr,
                _("mynakey: the registry was changed past the program: what it says of "
                  "number %" PRId64 " is not in the log\n"),
                f->contradicted);
    else
        fprintf(stderr, _("mynakey: the log was written anew: the head you noted is not in it\n"));
}

static int print_check(const struct mn_journal_finding *f, bool sound, bool json)
{
    char hex[HEX];
    mn_entry_hex(f->head, sizeof f->head, hex);
    if (!json) {
        printf(
            _("Nothing was changed. %" PRId64 " entries; the head, to be noted elsewhere:\n%s\n"),
            f->entries, hex);
        return MN_EXIT_OK;
    }
    json_t *all = json_pack("{s:b, s:I, s:s}", "sound", (int)sound, "entries",
                            (json_int_t)f->entries, "head", hex);
    if (all && f->broken_at)
        json_object_set_new(all, "broken_at", json_integer(f->broken_at));
    if (all && f->contradicted)
        json_object_set_new(all, "contradicted", json_integer(f->contradicted));
    if (all && json_dumpf(all, stdout, JSON_INDENT(2)) == 0)
        putchar('\n');
    json_decref(all);
    return MN_EXIT_OK;
}

static int check(struct mn_office *office, const struct options *options)
{
    struct mn_journal_finding finding;
    mn_rc rc =
        mn_journal_check(office->registry, options->has_known ? options->known : NULL, &finding);
    if (rc == MN_OK)
        return print_check(&finding, true, options->json);
    if (rc != MN_E_DAMAGED)
        return mn_office_tell(rc);
    if (options->json)
        print_check(&finding, false, true);
    tell_finding(&finding);
    return MN_EXIT_FAILED;
}

/* --- the subverb --- */

static bool read_head(const char *text, uint8_t out[MN_JOURNAL_HASH])
{
    bool good = strlen(text) == HEX - 1 && strspn(text, "0123456789abcdefABCDEF") == HEX - 1;
    for (size_t i = 0; good && i < MN_JOURNAL_HASH; i++) {
        unsigned byte = 0;
        good = sscanf(text + 2 * i, "%2x", &byte) == 1;
        out[i] = (uint8_t)byte;
    }
    if (!good)
        fprintf(stderr, _("mynakey: a head is %d hexadecimal digits\n"), HEX - 1);
    return good;
}

static int run(const struct options *options)
{
    struct mn_office office;
    int status = mn_office_open(&office, options->folder, "log");
    if (status == MN_EXIT_OK)
        status = options->check ? check(&office, options) : print_all(&office, options);
    mn_office_close(&office);
    return mn_office_printed(status);
}

static bool read_known(const char *word, void *out)
{
    struct options *options = out;
    options->has_known = read_head(word, options->known);
    return options->has_known;
}

int mn_authority_log(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"authority", .word = &options.folder},
                                      {"check", .set = &options.check},
                                      {"head", .read = read_known, .out = &options},
                                      {"json", .set = &options.json},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    bool takes_number = !options.check && optind + 1 == argc;
    if ((optind < argc && !takes_number) || (options.has_known && !options.check))
        return mn_options_wrong("authority log");
    if (takes_number && (options.number = mn_office_number(argv[optind])) == 0)
        return MN_EXIT_USAGE;
    return run(&options);
}
