#include <errno.h>
#include <getopt.h> /* optind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/child.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/owner/ending.h"
#include "cli/owner/notified.h"
#include "cli/owner/status_findings.h"
#include "cli/printable.h"
#include "cli/readers.h"
#include "cli/verb.h"

#define DAYS_MAX 3650

struct options {
    long days;
    bool print;
    const char *authority;
    const char **validity; /* files */
    size_t validity_count;
};

static void print_help(void)
{
    printf(_("Usage: mynakey notify [--days N] [--print]\n"
             "                      [--authority FILE --validity FILE.ors...]\n\n"
             "Tells what has ended or ends soon: certificates of the card as far as they can\n"
             "be seen without a PIN, copies that 'mynakey remember' keeps, software\n"
             "certificates, validity data. A line for each, and a notification on the desktop\n"
             "where there is one: at most one a day for each, and another when 30 or 7 days\n"
             "are left and when it has ended. 'mynakey setup notify' has this done every day.\n\n"
             "  --days N         days ahead to look, instead of 90\n"
             "  --print          lines only, nothing on the desktop\n"
             "  --validity FILE  look at these validity data too; may be repeated\n"
             "  --authority FILE the certificate of the authority they are from\n\n"
             "Exit status: 0 nothing ends soon, 42 something does or has ended, 1 failure,\n"
             "2 usage. That there is no card is no failure.\n"));
}

static void tell_rc(const char *file, mn_rc rc)
{
    if (file)
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(file), mn_message_rc(rc));
    else
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
}

/* --- looking --- */

static mn_rc look_at_card(struct mn_reader_pool *pool, struct mn_endings *out)
{
    struct mn_status status;
    mn_rc rc = mn_status_take(pool, &status);
    if (rc == MN_OK)
        rc = mn_endings_of_card(&status, out);
    mn_status_release(&status);
    return rc;
}

/* False: something could not be looked at, and standard error says what. */
static bool look(const struct options *options, struct mn_reader_pool *pool, struct mn_endings *out)
{
    mn_rc rc = pool ? look_at_card(pool, out) : MN_OK;
    if (rc == MN_OK)
        rc = mn_endings_of_copies(out);
    if (rc == MN_OK)
        rc = mn_endings_of_shelf(out);
    if (rc)
        tell_rc(NULL, rc);
    bool good = rc == MN_OK;
    for (size_t i = 0; i < options->validity_count; i++) {
        rc = mn_endings_of_validity(options->validity[i], options->authority, out);
        if (rc)
            tell_rc(options->validity[i], rc);
        good = good && rc == MN_OK;
    }
    return good;
}

/* --- telling --- */

/* The days at which people are told anew; 0: it has ended. */
static long threshold_of(long days, long ahead)
{
    static const long thresholds[] = {7, 30, 90};
    if (days < 0)
        return 0;
    for (size_t i = 0; i < sizeof thresholds / sizeof thresholds[0]; i++)
        if (days < thresholds[i])
            return thresholds[i];
    return ahead;
}

static const char *advice(enum mn_ending_kind kind)
{
    switch (kind) {
    case MN_ENDING_CARD:
        return _("The municipal office renews it.");
    case MN_ENDING_SOFT:
        return _("Renew it: 'mynakey renew', or at its CA.");
    case MN_ENDING_VALIDITY:
        break;
    }
    return _("Get newer ones from the authority.");
}

static const char *when(const struct mn_ending *ending, char out[256])
{
    char until[MN_INSTANT_ROOM];
    mn_instant_text(ending->until, until);
    if (ending->days < 0)
        snprintf(out, 256, _("ended on %s"), until);
    else
        snprintf(out, 256, _("ends on %s (days left: %ld)"), until, ending->days);
    return out;
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && *value;
}

static bool has_desktop(void)
{
    return is_set("DBUS_SESSION_BUS_ADDRESS") || is_set("WAYLAND_DISPLAY") || is_set("DISPLAY");
}

/* False: nobody saw it. The title has no markup, the text may have some: what others wrote is in
 * the title. */
static bool show(const struct mn_ending *ending, long threshold, const char *text)
{
    const char *urgency = threshold > 30  ? "--urgency=low"
                          : threshold > 7 ? "--urgency=normal"
                                          : "--urgency=critical";
    const char *words[] = {"notify-send", "--app-name=mynakey", urgency, "--", ending->title, text,
                           NULL};
    int result = mn_child_run(words);
    if (result != 0 && result != ENOENT)
        fprintf(stderr, _("mynakey: notify-send could not show it\n"));
    return result == 0;
}

static mn_rc notify(const struct mn_ending *ending, long threshold, const char *text)
{
    if (!has_desktop() || mn_notified_today(ending->id, threshold) ||
        !show(ending, threshold, text))
        return MN_OK;
    return mn_notified_keep(ending->id, threshold);
}

/* False: what was notified could not be noted. */
static bool tell(const struct options *options, const struct mn_ending *ending)
{
    char date[256], text[1024];
    snprintf(text, sizeof text, _("%s. %s"), when(ending, date), advice(ending->kind));
    printf("%s: %s\n", ending->title, text);
    mn_rc rc =
        options->print ? MN_OK : notify(ending, threshold_of(ending->days, options->days), text);
    if (rc)
        tell_rc(NULL, rc);
    return rc == MN_OK;
}

static int tell_all(const struct options *options, const struct mn_endings *endings, bool looked)
{
    size_t near = 0;
    for (size_t i = 0; i < endings->len; i++) {
        if (endings->at[i].days >= options->days)
            continue;
        near++;
        looked = tell(options, &endings->at[i]) && looked;
    }
    if (near == 0 && looked)
        printf(_("Nothing that can be seen ends within %ld days.\n"), options->days);
    if (!mn_message_written() || !looked)
        return MN_EXIT_FAILED;
    return near > 0 ? MN_EXIT_ENDS_SOON : MN_EXIT_OK;
}

/* --- the verb --- */

static int run(const struct options *options)
{
    struct mn_cli_readers readers;
    struct mn_endings endings = {0};
    int status = MN_EXIT_FAILED;
    mn_rc rc = mn_cli_readers_open(&readers);
    if (rc == MN_OK || rc == MN_E_NO_SERVICE) {
        bool looked = look(options, rc ? NULL : readers.pool, &endings);
        status = tell_all(options, &endings, looked);
    } else {
        tell_rc(NULL, rc);
    }
    mn_endings_free(&endings);
    mn_cli_readers_close(&readers);
    return status;
}

static bool read_days(const char *word, void *out)
{
    long *days = out;
    char *end;
    *days = strtol(word, &end, 10);
    if (end != word && !*end && *days >= 1 && *days <= DAYS_MAX)
        return true;
    fprintf(stderr, _("mynakey: --days takes a number from 1 to %d\n"), DAYS_MAX);
    return false;
}

static bool fits_together(const struct options *options)
{
    if ((options->validity_count > 0) == (options->authority != NULL))
        return true;
    fprintf(stderr, _("mynakey: --validity and --authority go together\n"));
    return false;
}

static bool take_validity(const char *file, void *out)
{
    struct options *options = out;
    options->validity[options->validity_count++] = file;
    return true;
}

static int read_and_run(int argc, char **argv, struct options *options)
{
    const struct mn_option words[] = {{"days", .read = read_days, .out = &options->days},
                                      {"print", .set = &options->print},
                                      {"validity", .read = take_validity, .out = options},
                                      {"authority", .word = &options->authority},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (!mn_options_end(argc, argv, "notify") || !fits_together(options))
        return MN_EXIT_USAGE;
    return run(options);
}

int mn_verb_notify(int argc, char **argv)
{
    struct options options = {.days = MN_TERM_NOTICE};
    options.validity = calloc((size_t)argc, sizeof *options.validity);
    if (!options.validity) {
        tell_rc(NULL, MN_E_MEMORY);
        return MN_EXIT_FAILED;
    }
    int status = read_and_run(argc, argv, &options);
    free(options.validity);
    return status;
}
