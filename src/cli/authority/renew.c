#include <getopt.h> /* optind */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "authority/registered.h"
#include "cli/authority/authority.h"
#include "cli/authority/entry.h"
#include "cli/authority/office.h"
#include "cli/issue/validity.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/prompt.h"
#include "cli/verb.h"

struct options {
    const char *folder;
    int years; /* 0: the authority's usual ones */
    bool yes, json;
};

static void print_help(void)
{
    printf(_("Usage: mynakey authority renew NUMBER [OPTION...]\n\n"
             "Vouches for a certificate for another while from today on; at most to the\n"
             "certificate's own end. A certificate that ends is not renewed: its owner makes a\n"
             "new one, for 'reissue'.\n\n"
             "  --years N            for how long, 1 to 5 (as 'init' was told, else 2)\n"
             "  --yes                do not ask\n"
             "  --json               tell programs what was done\n"
             "  --authority FOLDER   the authority's folder\n\n"
             "Exit status: 0 done, 1 failure, 2 usage.\n"));
}

/* Until when, by the calendar and by the certificate. 0: that is no longer than now, as was told.
 */
static time_t new_end(const struct mn_office *office, const struct options *options,
                      const struct mn_registered *one)
{
    int years = options->years ? options->years : (int)office->profile.years;
    time_t until = mn_years_later(office->writer.now, years);
    char date[MN_ENTRY_DATE];

    if (until > one->certificate_until)
        until = one->certificate_until;
    mn_entry_date(one->valid_until, date);
    if (until > one->valid_until)
        return until;
    if (one->valid_until == one->certificate_until)
        fprintf(stderr,
                _("mynakey: the certificate itself ends on %s. Its owner has to make a new one, "
                  "for 'mynakey authority reissue'.\n"),
                date);
    else
        fprintf(stderr, _("mynakey: it is valid until %s already\n"), date);
    return 0;
}

static int renew(struct mn_office *office, int64_t number, time_t until)
{
    int status = mn_office_begin(office);
    if (status != MN_EXIT_OK)
        return status;
    mn_rc rc = mn_registered_renew(office->registry, number, until);
    if (rc == MN_OK)
        return mn_office_commit(office);
    mn_registry_abandon(office->registry);
    return mn_office_tell(rc);
}

static int tell(struct mn_office *office, const struct options *options, int64_t number)
{
    struct mn_entry entry;
    char date[MN_ENTRY_DATE];
    int status = mn_entry_find(office, number, &entry);
    mn_entry_date(entry.one.valid_until, date);
    if (status == MN_EXIT_OK && options->json) {
        json_t *all = mn_entry_json(&entry.one, entry.now);
        if (all && json_dumpf(all, stdout, JSON_INDENT(2)) == 0)
            putchar('\n');
        json_decref(all);
    } else if (status == MN_EXIT_OK) {
        printf(_("Number %" PRId64 " is valid until %s. 'mynakey authority publish' tells "
                 "everybody.\n"),
               number, date);
    }
    mn_entry_release(&entry);
    return status;
}

static int run(const struct options *options, int64_t number)
{
    struct mn_office office;
    struct mn_entry entry = {0};
    time_t until = 0;
    int status = mn_office_open(&office, options->folder, "renew");
    if (status == MN_EXIT_OK)
        status = mn_entry_find(&office, number, &entry);
    if (status == MN_EXIT_OK && entry.one.state == MN_REGISTERED_REVOKED) {
        fprintf(stderr, _("mynakey: number %" PRId64 " is withdrawn, for good\n"), number);
        status = MN_EXIT_FAILED;
    }
    if (status == MN_EXIT_OK) {
        until = new_end(&office, options, &entry.one);
        status = until ? MN_EXIT_OK : MN_EXIT_FAILED;
    }
    if (status == MN_EXIT_OK && !options->json)
        mn_entry_print(&entry);
    if (status == MN_EXIT_OK && !mn_prompt_confirm(_("Vouch for it for longer?"), options->yes))
        status = MN_EXIT_FAILED;
    if (status == MN_EXIT_OK)
        status = renew(&office, number, until);
    if (status == MN_EXIT_OK)
        status = tell(&office, options, number);
    mn_entry_release(&entry);
    mn_office_close(&office);
    return mn_office_printed(status);
}

int mn_authority_renew(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"authority", .word = &options.folder},
                                      {"years", .read = mn_office_years, .out = &options.years},
                                      {"yes", .set = &options.yes},
                                      {"json", .set = &options.json},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (optind + 1 != argc)
        return mn_options_wrong("authority renew");
    int64_t number = mn_office_number(argv[optind]);
    return number ? run(&options, number) : MN_EXIT_USAGE;
}
