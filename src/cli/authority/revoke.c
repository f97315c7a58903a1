#include <getopt.h> /* optind */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "authority/registered.h"
#include "cli/authority/authority.h"
#include "cli/authority/entry.h"
#include "cli/authority/office.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/prompt.h"
#include "cli/verb.h"

struct options {
    const char *folder;
    enum mn_revocation_reason reason;
    bool has_reason, yes, json;
};

static void print_help(void)
{
    printf(_("Usage: mynakey authority revoke NUMBER... --reason REASON [OPTION...]\n\n"
             "Withdraws certificates, for good. Receivers see it with the next 'publish'.\n\n"
             "  --reason REASON      why: keyCompromise (the key is in other hands),\n"
             "                       superseded (another came in its place),\n"
             "                       affiliationChanged (name or address have changed),\n"
             "                       cessationOfOperation (it is not used any more),\n"
             "                       privilegeWithdrawn, unspecified\n"
             "  --yes                do not ask\n"
             "  --json               tell programs what was done\n"
             "  --authority FOLDER   the authority's folder\n\n"
             "Exit status: 0 all are withdrawn, 1 failure (nothing was changed), 2 usage.\n"));
}

/* All of them are there and good; each is shown. */
static int show(struct mn_office *office, const struct options *options, char **numbers, int count)
{
    for (int i = 0; i < count; i++) {
        struct mn_entry entry;
        int64_t number = mn_office_number(numbers[i]);
        if (!number)
            return MN_EXIT_USAGE;
        int status = mn_entry_find(office, number, &entry);
        if (status == MN_EXIT_OK && entry.one.state == MN_REGISTERED_REVOKED) {
            fprintf(stderr, _("mynakey: number %" PRId64 " is withdrawn already\n"), number);
            status = MN_EXIT_FAILED;
        }
        if (status == MN_EXIT_OK && !options->json)
            mn_entry_print(&entry);
        mn_entry_release(&entry);
        if (status != MN_EXIT_OK)
            return status;
    }
    return MN_EXIT_OK;
}

static int revoke_all(struct mn_office *office, const struct options *options, char **numbers,
                      int count)
{
    int status = mn_office_begin(office);
    for (int i = 0; i < count && status == MN_EXIT_OK; i++) {
        int64_t number = mn_office_number(numbers[i]);
        mn_rc rc = mn_registered_revoke(office->registry, number, options->reason);
        if (rc == MN_E_REFUSED)
            fprintf(stderr, _("mynakey: number %" PRId64 " is withdrawn already\n"), number);
        else if (rc)
            mn_office_tell(rc);
        status = rc ? MN_EXIT_FAILED : MN_EXIT_OK;
    }
    if (status == MN_EXIT_OK)
        return mn_office_commit(office);
    mn_registry_abandon(office->registry);
    return status;
}

static void tell(const struct options *options, char **numbers, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, json_integer(mn_office_number(numbers[i])));
    json_t *all = json_pack("{s:o, s:s}", "revoked", list, "reason",
                            mn_revocation_reason_name(options->reason));
    if (options->json && all && json_dumpf(all, stdout, JSON_INDENT(2)) == 0)
        putchar('\n');
    else
        printf(_("Withdrawn. 'mynakey authority publish' tells everybody.\n"));
    json_decref(all);
}

static int run(const struct options *options, char **numbers, int count)
{
    struct mn_office office;
    int status = mn_office_open(&office, options->folder, "revoke");
    if (status == MN_EXIT_OK)
        status = show(&office, options, numbers, count);
    if (status == MN_EXIT_OK && !mn_prompt_confirm(_("Withdraw for good?"), options->yes))
        status = MN_EXIT_FAILED;
    if (status == MN_EXIT_OK)
        status = revoke_all(&office, options, numbers, count);
    if (status == MN_EXIT_OK)
        tell(options, numbers, count);
    mn_office_close(&office);
    return mn_office_printed(status);
}

static bool read_reason(const char *name, void *out)
{
    struct options *options = out;
    int reason = mn_revocation_reason_find(name);
    if (reason >= 0 && mn_registered_is_reason((enum mn_revocation_reason)reason)) {
        options->has_reason = true;
        options->reason = (enum mn_revocation_reason)reason;
        return true;
    }
    if (reason < 0)
        fprintf(stderr, _("mynakey: there is no reason '%s'; --help lists them\n"), name);
    else
        fprintf(stderr,
                _("mynakey: '%s' is no reason to withdraw a person's certificate for good\n"),
                name);
    return false;
}

int mn_authority_revoke(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"authority", .word = &options.folder},
                                      {"reason", .read = read_reason, .out = &options},
                                      {"yes", .set = &options.yes},
                                      {"json", .set = &options.json},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (!options.has_reason || optind == argc)
        return mn_options_wrong("authority revoke");
    return run(&options, argv + optind, argc - optind);
}
