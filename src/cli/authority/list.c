#include <errno.h>
#include <getopt.h> /* optind */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/registered.h"
#include "cli/authority/authority.h"
#include "cli/authority/csv.h"
#include "cli/authority/entry.h"
#include "cli/authority/office.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/verb.h"

enum form { TEXT, JSON, CSV };

struct options {
    const char *folder;
    struct mn_registered_query query;
    long days; /* of --expiring; -1: not asked */
    enum form form;
};

/* What is printed, one after the other: memory is for one of them. */
struct listing {
    enum form form;
    time_t now;
    size_t count;
};

static void print_help(void)
{
    printf(_("Usage: mynakey authority list [TEXT] [OPTION...]\n\n"
             "Shows registered certificates: all, or those with TEXT in the name or the\n"
             "address, or that of the number TEXT. What is said together has to hold\n"
             "together.\n\n"
             "  --name TEXT, --address TEXT   with TEXT there\n"
             "  --number N                    that one\n"
             "  --state STATE                 good, revoked or expired\n"
             "  --expiring DAYS               good ones that end within so many days\n"
             "  --json, --csv                 for programs, for spreadsheets\n"
             "  --authority FOLDER            the authority's folder\n\n"
             "Exit status: 0 also when there is none, 1 failure, 2 usage.\n"));
}

static void print_text(const struct mn_registered *one, time_t now)
{
    char date[MN_ENTRY_DATE];
    mn_entry_date(one->valid_until, date);
    printf("%6" PRId64 "  %-7s  %s  %s  %s\n", one->number, mn_entry_state(one, now), date,
           mn_printable(one->name), mn_printable(one->address));
}

static bool print_json(const struct mn_registered *one, const struct listing *listing)
{
    json_t *all = mn_entry_json(one, listing->now);
    bool good = all && fputs(listing->count ? ",\n" : "\n", stdout) != EOF &&
                json_dumpf(all, stdout, JSON_COMPACT) == 0;
    json_decref(all);
    return good;
}

static void print_csv(const struct mn_registered *one, time_t now)
{
    char number[24], approved[MN_ENTRY_DATE], until[MN_ENTRY_DATE], revoked[MN_ENTRY_DATE] = "";
    char hex[2 * MN_REGISTERED_HASH + 1];
    const char *reason = mn_revocation_reason_name(one->reason);
    bool is_revoked = one->state == MN_REGISTERED_REVOKED;

    snprintf(number, sizeof number, "%" PRId64, one->number);
    mn_entry_stamp(one->approved_at, approved);
    mn_entry_stamp(one->valid_until, until);
    if (is_revoked)
        mn_entry_stamp(one->revoked_at, revoked);
    mn_entry_hex(one->fingerprint, sizeof one->fingerprint, hex);
    const char *const cells[] = {number,
                                 mn_entry_state(one, now),
                                 one->name,
                                 one->address,
                                 one->mail,
                                 approved,
                                 until,
                                 revoked,
                                 is_revoked && reason ? reason : "",
                                 hex};
    mn_csv_print(stdout, cells, sizeof cells / sizeof cells[0]);
}

static mn_rc print_one(const struct mn_registered *one, void *self)
{
    struct listing *listing = self;
    bool good = true;

    if (listing->form == JSON)
        good = print_json(one, listing);
    else if (listing->form == CSV)
        print_csv(one, listing->now);
    else
        print_text(one, listing->now);
    listing->count++;
    return good && !ferror(stdout) ? MN_OK : MN_E_FILE;
}

static void print_head(enum form form)
{
    static const char *const cells[] = {"number",   "state",       "name",    "address", "mail",
                                        "approved", "valid_until", "revoked", "reason",  "sha256"};
    if (form == JSON)
        putchar('[');
    if (form == CSV) {
        mn_csv_begin(stdout);
        mn_csv_print(stdout, cells, sizeof cells / sizeof cells[0]);
    }
}

static void print_end(const struct listing *listing)
{
    if (listing->form == JSON)
        fputs(listing->count ? "\n]\n" : "]\n", stdout);
    if (listing->form == TEXT && listing->count == 0)
        printf(_("There is none.\n"));
}

static int run(struct options *options)
{
    struct mn_office office;
    int status = mn_office_open(&office, options->folder, "list");
    if (status == MN_EXIT_OK) {
        struct listing listing = {.form = options->form, .now = office.writer.now};
        options->query.now = listing.now;
        if (options->days >= 0) {
            options->query.kind = MN_REGISTERED_CURRENT;
            options->query.until_before = listing.now + (time_t)options->days * 86400;
        }
        print_head(options->form);
        mn_rc rc = mn_registered_each(office.registry, &options->query, print_one, &listing);
        print_end(&listing);
        if (rc && !ferror(stdout))
            status = mn_office_tell(rc);
    }
    mn_office_close(&office);
    return mn_office_printed(status);
}

static bool read_state(const char *name, void *out)
{
    enum mn_registered_kind *kind = out;
    static const struct {
        const char *name;
        enum mn_registered_kind kind;
    } states[] = {{"good", MN_REGISTERED_CURRENT},
                  {"revoked", MN_REGISTERED_WITHDRAWN},
                  {"expired", MN_REGISTERED_ENDED}};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(states[i].name, name) == 0) {
            *kind = states[i].kind;
            return true;
        }
    }
    fprintf(stderr, _("mynakey: a state is good, revoked or expired, not '%s'\n"), name);
    return false;
}

static bool read_days(const char *text, void *out)
{
    long *days = out;
    char *end = NULL;
    errno = 0;
    *days = text[0] >= '0' && text[0] <= '9' ? strtol(text, &end, 10) : -1;
    if (end && *end == '\0' && errno == 0 && *days <= 36500)
        return true;
    fprintf(stderr, _("mynakey: '%s' is no number of days\n"), text);
    return false;
}

static bool read_number(const char *text, void *out)
{
    int64_t *number = out;
    *number = mn_office_number(text);
    return *number != 0;
}

/* Digits alone are a number: no name or address has nothing else in it. */
static bool set_text(struct options *options, const char *text)
{
    if (text[0] && strspn(text, "0123456789") == strlen(text))
        return (options->query.number = mn_office_number(text)) != 0;
    options->query.text = text;
    return true;
}

int mn_authority_list(int argc, char **argv)
{
    struct options options = {.days = -1};
    bool json = false, csv = false;
    const struct mn_option words[] = {{"authority", .word = &options.folder},
                                      {"name", .word = &options.query.name},
                                      {"address", .word = &options.query.address},
                                      {"number", .read = read_number, .out = &options.query.number},
                                      {"state", .read = read_state, .out = &options.query.kind},
                                      {"expiring", .read = read_days, .out = &options.days},
                                      {"json", .set = &json},
                                      {"csv", .set = &csv},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    options.form = csv ? CSV : json ? JSON : TEXT;
    if (optind < argc - 1)
        return mn_options_wrong("authority list");
    if (optind < argc && !set_text(&options, argv[optind]))
        return MN_EXIT_USAGE;
    return run(&options);
}
