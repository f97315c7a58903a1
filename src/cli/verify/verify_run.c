#include "cli/verify/verify_run.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "cli/verify/checked_file.h"
#include "cli/verify/file_pairs.h"
#include "cli/verify/limited_file.h"
#include "cli/verify/report.h"
#include "cli/verify/trusted_sites.h"
#include "crypto/library.h"

struct run {
    const struct mn_verify_options *options;
    struct mn_file_pairs pairs;
    struct mn_authority_certificate authority;
    struct mn_fetcher *fetcher;
    struct mn_statement *statements;
    size_t statement_count;
    struct mn_ca_trust ca_trust;
    struct mn_certificates stamp_anchors;
    struct mn_signers signers;
    struct mn_signer_keys *keys;
    json_t *reports;
    char *looked_into; /* the last folder that was searched for .ors files */
    int status;
    time_t now;
};

static int failed(const char *what, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(what), mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- what the files are held against --- */

static int read_authority(struct run *run)
{
    struct mn_bytes file = {0};
    if (!run->options->authority)
        return MN_EXIT_OK;
    mn_rc rc = mn_limited_file_read(run->options->authority, MN_AUTHORITY_FILE_MAX, &file);
    if (rc == MN_OK)
        rc = mn_authority_certificate_read(mn_bytes_span(&file), &run->authority);
    mn_bytes_free(&file);
    return rc ? failed(run->options->authority, rc) : MN_EXIT_OK;
}

static int read_stamp_anchors(struct run *run)
{
    struct mn_bytes file = {0};
    if (!run->options->stamp_anchor)
        return MN_EXIT_OK;
    mn_rc rc = mn_limited_file_read(run->options->stamp_anchor, MN_CERTIFICATES_FILE_MAX, &file);
    if (rc == MN_OK)
        rc = mn_certificates_read(mn_bytes_span(&file), &run->stamp_anchors);
    mn_bytes_free(&file);
    return rc ? failed(run->options->stamp_anchor, rc) : MN_EXIT_OK;
}

static int get_statements(struct run *run)
{
    const struct mn_verify_options *o = run->options;
    mn_rc rc = o->number_count > 0 ? mn_fetcher_open(&run->fetcher) : MN_OK;
    run->statements = calloc(o->number_count + o->statement_count + 1, sizeof *run->statements);
    if (!run->statements || rc)
        return failed(_("validity data"), rc ? rc : MN_E_MEMORY);
    const struct mn_statement_world world = {
        .authority = o->authority ? &run->authority : NULL,
        .site = o->number_count > 0 ? o->site : NULL,
        .fetcher = run->fetcher,
        .seconds = o->seconds,
        .now = run->now,
    };
    for (size_t i = 0; i < o->number_count; i++)
        mn_statement_fetch(&world, o->numbers[i], &run->statements[run->statement_count++]);
    for (size_t i = 0; i < o->statement_count; i++)
        mn_statement_read(&world, o->statements[i], &run->statements[run->statement_count++]);
    return MN_EXIT_OK;
}

static int prepare(struct run *run)
{
    int status = read_authority(run);
    run->ca_trust.now = run->now;
    if (status == MN_EXIT_OK)
        status = mn_ca_trust_read(&run->ca_trust, run->options->anchor, run->options->list);
    if (status == MN_EXIT_OK)
        status = read_stamp_anchors(run);
    if (status == MN_EXIT_OK)
        status = get_statements(run);
    if (status != MN_EXIT_OK)
        return status;
    run->signers.statements = run->statements;
    run->signers.statement_count = run->statement_count;
    run->signers.ca_trust = &run->ca_trust;
    mn_rc rc = mn_signer_keys_new(&run->keys);
    return rc ? failed(_("cryptography"), rc) : MN_EXIT_OK;
}

/* --- the files --- */

/* The folder of path, which the caller frees; NULL: no memory. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
}

/* The name of a file in the folder that ends in .ors; empty: there is none. */
static void find_ors(const char *path, char *name, size_t room)
{
    DIR *folder = opendir(path);
    name[0] = '\0';
    for (const struct dirent *e; folder && !name[0] && (e = readdir(folder));) {
        size_t len = strlen(e->d_name);
        if (len > 4 && strcmp(e->d_name + len - 4, ".ors") == 0)
            snprintf(name, room, "%s", e->d_name);
    }
    if (folder)
        closedir(folder);
}

/* Validity data that came with the files are not what was asked for. A folder is looked into once,
 * for it may be a large one with many signatures. */
static void tell_of_ors(struct run *run, const struct mn_checked_file *file)
{
    char name[256];
    if (file->problem.status != MN_EXIT_NO_VALIDITY || run->statement_count > 0)
        return;
    char *folder = folder_of(file->path);
    bool again = !folder || (run->looked_into && strcmp(folder, run->looked_into) == 0);
    free(again ? folder : run->looked_into);
    if (again)
        return;
    run->looked_into = folder;
    find_ors(folder, name, sizeof name);
    if (name[0])
        fprintf(stderr,
                _("mynakey: %s lies beside the file and is not used: whoever hands over a "
                  "signature\n"
                  "could hand over validity data from before it was revoked. Ask the authority's "
                  "site\n"
                  "with --number and --site, or, if you know where this one is from, name it with\n"
                  "--validity.\n"),
                mn_printable(name));
}

static void report(struct run *run, const struct mn_checked_file *file)
{
    if (run->reports)
        json_array_append_new(run->reports, mn_report_json(file));
    else if (run->pairs.len > 1)
        mn_report_print_line(file);
    else
        mn_report_print(file);
    if (run->status == MN_EXIT_OK)
        run->status = file->problem.status;
    tell_of_ors(run, file);
}

static void check_files(struct run *run)
{
    static struct mn_checked_file file;
    const struct mn_check_world world = {.signers = &run->signers,
                                         .keys = run->keys,
                                         .stamp_anchors = &run->stamp_anchors,
                                         .now = run->now};
    for (size_t i = 0; i < run->pairs.len; i++) {
        mn_checked_file_read(&world, run->pairs.at[i].path, run->pairs.at[i].signature, &file);
        report(run, &file);
    }
}

static int finish(struct run *run)
{
    bool written = true;
    if (run->reports) {
        json_t *root = json_pack("{s:i, s:s, s:O}", "status", run->status, "problem",
                                 mn_problem_name(run->status), "files", run->reports);
        written = root && json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
        json_decref(root);
    } else if (run->pairs.len > 1) {
        mn_report_print_signers(&run->signers);
    }
    if (fflush(stdout) != 0 || !written)
        return failed(_("the report"), MN_E_FILE);
    return run->status;
}

static void release(struct run *run)
{
    mn_signers_release(&run->signers);
    mn_signer_keys_free(&run->keys);
    for (size_t i = 0; i < run->statement_count; i++)
        mn_statement_release(&run->statements[i]);
    free(run->statements);
    mn_fetcher_close(&run->fetcher);
    mn_ca_trust_release(&run->ca_trust);
    mn_certificates_free(&run->stamp_anchors);
    mn_authority_certificate_release(&run->authority);
    mn_file_pairs_release(&run->pairs);
    json_decref(run->reports);
    free(run->looked_into);
}

/* A number without a site is asked of the one that is trusted, if there is one only. */
static int choose_site(struct mn_verify_options *options)
{
    struct mn_trusted_sites sites = {0};
    if (options->number_count == 0 || options->site[0])
        return MN_EXIT_OK;
    mn_rc rc = mn_trusted_sites_list(&sites);
    size_t found = sites.len;
    if (rc == MN_OK && found == 1)
        snprintf(options->site, sizeof options->site, "%s", sites.at[0].site);
    mn_trusted_sites_release(&sites);
    if (rc)
        return failed(_("the list of trusted sites"), rc);
    if (found == 0)
        fprintf(stderr, _("mynakey: --site has to say where validity data are asked for: no site "
                          "is trusted\n"));
    else if (found > 1)
        fprintf(stderr, _("mynakey: several sites are trusted; name the one to ask with --site\n"));
    return found == 1 ? MN_EXIT_OK : MN_EXIT_USAGE;
}

int mn_verify_run(struct mn_verify_options *options)
{
    struct run run = {.options = options, .now = time(NULL)};
    mn_rc rc = mn_crypto_open();
    if (rc)
        return failed(_("cryptography"), rc);
    run.reports = options->json ? json_array() : NULL;
    int status = choose_site(options);
    if (status == MN_EXIT_OK) {
        rc = mn_file_pairs_read(options->words, options->word_count, &run.pairs);
        status = rc ? failed(_("files"), rc) : prepare(&run);
    }
    if (status == MN_EXIT_OK) {
        check_files(&run);
        status = finish(&run);
    }
    release(&run);
    mn_crypto_close();
    return status;
}
