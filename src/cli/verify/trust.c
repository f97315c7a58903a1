#include <getopt.h> /* optind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/columns.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/verb.h"
#include "cli/verify/authority_certificate.h"
#include "cli/verify/clock_text.h"
#include "cli/verify/site.h"
#include "cli/verify/trusted_sites.h"
#include "crypto/library.h"

struct options {
    const char *site, *fingerprint;
    bool yes, list, remove, json;
    unsigned seconds;
};

static int failed(const char *what, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(what), mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static void print_help(void)
{
    printf(_("Usage: mynakey trust SITE [--yes --fingerprint HEX]\n"
             "       mynakey trust --list [--json]\n"
             "       mynakey trust --remove SITE\n\n"
             "Shows the certificate of the authority at SITE and, once you have compared its\n"
             "fingerprint and said yes, keeps it: 'mynakey verify' then believes validity\n"
             "data that are signed with it.\n\n"
             "  --fingerprint HEX  the SHA-256 fingerprint that the authority told you;\n"
             "                     another one is refused\n"
             "  --yes              do not ask; wants --fingerprint\n"
             "  --timeout SECONDS  how long the site may take (60)\n"
             "  --list             show which sites are trusted; --json: for programs\n"
             "  --remove           trust SITE no more\n\n"
             "Exit status: 0 done, 1 failure, 2 usage, 15 another fingerprint or another\n"
             "certificate than before, 16 the site does not answer.\n"));
}

/* --- what there is --- */

static json_t *site_json(const struct mn_trusted_site *site,
                         const struct mn_authority_certificate *authority)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "site", mn_printable(site->site), "authority",
                     authority->name, "fingerprint", authority->fingerprint, "key", authority->key);
}

static void print_site(const struct mn_trusted_site *site,
                       const struct mn_authority_certificate *authority)
{
    printf("%s\n", mn_printable(site->site));
    mn_columns_print(stdout, _("Authority"), mn_columns(_("Fingerprint")), authority->name);
    mn_columns_print(stdout, _("Fingerprint"), mn_columns(_("Fingerprint")),
                     authority->fingerprint);
}

static int list(const struct options *options)
{
    struct mn_trusted_sites sites;
    json_t *all = json_array();
    mn_rc rc = mn_trusted_sites_list(&sites);
    for (size_t i = 0; rc == MN_OK && i < sites.len; i++) {
        struct mn_authority_certificate authority;
        rc = mn_authority_certificate_read(mn_bytes_span(&sites.at[i].authority), &authority);
        if (rc == MN_OK && options->json)
            json_array_append_new(all, site_json(&sites.at[i], &authority));
        else if (rc == MN_OK)
            print_site(&sites.at[i], &authority);
        mn_authority_certificate_release(&authority);
    }
    if (rc == MN_OK && options->json)
        rc = json_dumpf(all, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF ? MN_OK
                                                                                  : MN_E_FILE;
    else if (rc == MN_OK && sites.len == 0)
        printf(_("No site is trusted.\n"));
    json_decref(all);
    mn_trusted_sites_release(&sites);
    return rc ? failed(_("the list of trusted sites"), rc) : MN_EXIT_OK;
}

static int drop(const char *site)
{
    mn_rc rc = mn_trusted_sites_remove(site);
    if (rc == MN_E_FILE_MISSING) {
        fprintf(stderr, _("mynakey: %s is not trusted, so nothing was removed\n"), site);
        return MN_EXIT_FAILED;
    }
    if (rc)
        return failed(site, rc);
    printf(_("%s is not trusted any more.\n"), site);
    return MN_EXIT_OK;
}

/* --- one more --- */

static int fetch(const struct options *options, const char *site,
                 struct mn_authority_certificate *authority)
{
    const struct mn_site_file file = mn_site_authority(site);
    struct mn_fetcher *fetcher = NULL;
    struct mn_bytes content = {0};
    char why[2 * MN_WEB_ADDRESS_ROOM];
    mn_rc rc = mn_fetcher_open(&fetcher);
    if (rc)
        return failed(site, rc);
    enum mn_fetch_outcome outcome = mn_site_fetch(fetcher, &file, options->seconds, &content);
    if (outcome == MN_FETCH_DONE) {
        rc = mn_authority_certificate_read(mn_bytes_span(&content), authority);
    } else {
        mn_site_failure_text(fetcher, &file, outcome, why, sizeof why);
        fprintf(stderr, "mynakey: %s\n", why);
    }
    mn_fetcher_close(&fetcher);
    mn_bytes_free(&content);
    if (outcome != MN_FETCH_DONE)
        return outcome == MN_FETCH_FAILED ? MN_EXIT_FAILED : MN_EXIT_UNREACHABLE;
    if (rc)
        fprintf(stderr, _("mynakey: %s is no certificate of an authority that can be used: %s\n"),
                file.url, mn_message_rc(rc));
    return rc ? MN_EXIT_FAILED : MN_EXIT_OK;
}

static void show(const char *site, const struct mn_authority_certificate *authority)
{
    char from[MN_CLOCK_TEXT_ROOM], to[MN_CLOCK_TEXT_ROOM], dates[2 * MN_CLOCK_TEXT_ROOM + 16];
    size_t width = mn_columns(_("Fingerprint"));
    mn_clock_text(authority->not_before, from);
    mn_clock_text(authority->not_after, to);
    snprintf(dates, sizeof dates, _("%s to %s"), from, to);
    printf(_("The authority at %s:\n"), site);
    mn_columns_print(stdout, _("Name"), width, authority->name);
    mn_columns_print(stdout, _("Key"), width, authority->key);
    mn_columns_print(stdout, _("Valid"), width, dates);
    mn_columns_print(stdout, _("Fingerprint"), width, authority->fingerprint);
    fflush(stdout);
}

/* The site's certificate against the one that was kept; *known: it is the same. */
static int compare_with_kept(const char *site, const struct mn_authority_certificate *authority,
                             bool *known)
{
    struct mn_bytes kept = {0};
    char before[MN_FINGERPRINT_TEXT_ROOM] = "";
    mn_rc rc = mn_trusted_sites_get(site, &kept);
    *known = rc == MN_OK && mn_span_equal(mn_bytes_span(&kept), mn_bytes_span(&authority->der));
    if (rc == MN_OK && !*known)
        (void)mn_fingerprint_text(mn_bytes_span(&kept), before);
    mn_bytes_free(&kept);
    if (rc == MN_E_FILE_MISSING || *known)
        return MN_EXIT_OK;
    if (rc)
        return failed(_("what was kept of this site"), rc);
    fprintf(
        stderr,
        _("mynakey: this is not the authority that you trusted at %s before. Its\n"
          "certificate had the fingerprint\n"
          "    %s\n"
          "and the site shows another one now. Either the authority has a new key, or somebody\n"
          "stands in its place. Nothing was changed. Ask the authority by another way than this\n"
          "site, and only if it tells you the new fingerprint:\n"
          "    mynakey trust --remove %s\n"
          "    mynakey trust %s\n"),
        site, before, site, site);
    return MN_EXIT_UNTRUSTED;
}

static int check_fingerprint(const struct options *options,
                             const struct mn_authority_certificate *authority)
{
    if (!options->fingerprint || mn_fingerprint_is(options->fingerprint, authority->fingerprint))
        return MN_EXIT_OK;
    fprintf(stderr,
            _("mynakey: the fingerprint is not the one that you gave. Nothing was kept.\n"));
    return MN_EXIT_UNTRUSTED;
}

static int keep(const struct options *options, const char *site,
                const struct mn_authority_certificate *authority)
{
    if (!options->fingerprint)
        printf(
            _("Compare the fingerprint with the one that the authority has given you by another\n"
              "way than this site: in writing, by telephone, at its office. Whoever holds the\n"
              "key decides what 'mynakey verify' tells you of this site's certificates.\n"));
    fflush(stdout);
    if (!mn_prompt_confirm(_("Is it the same, and do you trust this authority?"), options->yes))
        return MN_EXIT_FAILED;
    mn_rc rc = mn_trusted_sites_put(site, mn_bytes_span(&authority->der));
    if (rc)
        return failed(site, rc);
    printf(_("%s is trusted from now on.\n"), site);
    return MN_EXIT_OK;
}

static int add(const struct options *options, const char *site)
{
    struct mn_authority_certificate authority = {0};
    bool known = false;
    int status = fetch(options, site, &authority);
    if (status == MN_EXIT_OK) {
        show(site, &authority);
        status = compare_with_kept(site, &authority, &known);
    }
    if (status == MN_EXIT_OK)
        status = check_fingerprint(options, &authority);
    if (status == MN_EXIT_OK && known)
        printf(_("It is trusted already.\n"));
    else if (status == MN_EXIT_OK)
        status = keep(options, site, &authority);
    mn_authority_certificate_release(&authority);
    return status;
}

/* --- the verb --- */

static int run(const struct options *options)
{
    char site[MN_WEB_ADDRESS_ROOM] = "";
    if (options->site && !mn_web_address_of_site(options->site, site)) {
        fprintf(stderr, _("mynakey: '%s' is no address of a site\n"), mn_printable(options->site));
        return MN_EXIT_USAGE;
    }
    if (mn_crypto_open() != MN_OK)
        return failed(_("cryptography"), MN_E_CRYPTO);
    int status = options->list ? list(options) : options->remove ? drop(site) : add(options, site);
    mn_crypto_close();
    return status;
}

static bool fits_together(const struct options *o)
{
    bool adding = !o->list && !o->remove;
    if (adding && o->yes && !o->fingerprint) {
        fprintf(stderr,
                _("mynakey: --yes wants --fingerprint: somebody has to have compared it\n"));
        return false;
    }
    return (o->site != NULL) == !o->list && !(o->list && o->remove) && (o->list || !o->json) &&
           (adding || (!o->yes && !o->fingerprint));
}

int mn_verb_trust(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {
        {"fingerprint", .word = &options.fingerprint},
        {"yes", .set = &options.yes},
        {"timeout", .read = mn_fetch_read_seconds, .out = &options.seconds},
        {"list", .set = &options.list},
        {"remove", .set = &options.remove},
        {"json", .set = &options.json},
        {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (optind < argc)
        options.site = argv[optind++];
    if (optind < argc || !fits_together(&options))
        return mn_options_wrong("trust");
    return run(&options);
}
