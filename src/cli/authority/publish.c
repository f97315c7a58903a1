#include <getopt.h> /* optind */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "authority/publication.h"
#include "cli/authority/authority.h"
#include "cli/authority/entry.h"
#include "cli/authority/office.h"
#include "cli/authority/publish_watch.h"
#include "cli/home_folder.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/sign/signing_key.h"
#include "cli/verb.h"

/* Seconds to wait for another program that publishes in the same folder. */
#define PATIENCE 30

struct options {
    const char *authority, *folder, *passphrase_file, *pin_file;
    bool watch, json;
};

struct publisher {
    const struct options *options;
    struct mn_office office;
    struct mn_signing_key *key;  /* NULL: not opened yet; lives longer than the office ... */
    struct mn_bytes certificate; /* ... and these are its own */
    char where[PATH_MAX];
    int key_status; /* why it was not opened */
};

static void print_help(void)
{
    printf(_("Usage: mynakey authority publish FOLDER [OPTION...]\n\n"
             "Writes what the authority says of all registered certificates into FOLDER,\n"
             "which any web server can serve: validity/NUMBER.ors, authority.cer,\n"
             "revoked.crl, a page that tells how to check, and settings for Apache and nginx.\n"
             "Numbers and states only, no names. Only what has changed since the last time is\n"
             "signed, and what ends soon: call it every day, as the timer mynakey-publish\n"
             "does.\n\n"
             "  --watch                 go on, and publish each change at once\n"
             "  --passphrase-file FILE  the passphrase of the authority's .pfx is in FILE\n"
             "  --pin-file FILE         the PIN of the authority's token is in FILE\n"
             "  --json                  tell programs what was done\n"
             "  --authority FOLDER      the authority's folder\n\n"
             "Exit status: 0 all is published, 1 failure, 2 usage.\n"));
}

/* --- the key --- */

static int open_key(struct publisher *p)
{
    char where[PATH_MAX];
    struct mn_signing_key_choice choice = {.where = where,
                                           .passphrase_file = p->options->passphrase_file,
                                           .pin_file = p->options->pin_file,
                                           .certificate =
                                               mn_bytes_span(&p->office.profile.certificate),
                                           .now = p->office.writer.now};
    int status = MN_EXIT_FAILED;

    if (!mn_office_key(&p->office, where))
        return mn_office_tell(MN_E_FILE);
    status = mn_signing_key_find(&choice, &p->key);
    if (status == MN_EXIT_OK)
        status = mn_signing_key_open(p->key);
    if (status != MN_EXIT_OK)
        mn_signing_key_close(&p->key);
    return status;
}

/* MN_E_NOT_LOGGED_IN: it has been told why. */
static mn_rc give_key(void *self, struct mn_cms_signer *out)
{
    struct publisher *p = self;

    p->key_status = p->key ? MN_EXIT_OK : open_key(p);
    if (p->key_status != MN_EXIT_OK)
        return MN_E_NOT_LOGGED_IN;
    *out = mn_signing_key_signer(p->key);
    return MN_OK;
}

/* --- words --- */

static void tell_waiting(void *self)
{
    (void)self;
    fprintf(stderr, _("Another program is publishing in this folder; waiting for it.\n"));
}

static const char *trouble_words(enum mn_publication_trouble trouble)
{
    switch (trouble) {
    case MN_PUBLICATION_FOREIGN_FOLDER:
        return _("there is something else in this folder. Name one that is empty or not there; "
                 "nothing was changed");
    case MN_PUBLICATION_OTHER_AUTHORITY:
        return _("another authority publishes in this folder; nothing was changed");
    case MN_PUBLICATION_OLD_REGISTRY:
        return _("more was published in this folder than the registry knows of: it is an old copy. "
                 "Take the newest backup; docs/publishing.md says what to do where there is none. "
                 "Nothing was changed");
    case MN_PUBLICATION_CLOCK:
        return _("this computer's clock is behind the last publication. Set it, for receivers go "
                 "by the newest answer; nothing was changed");
    case MN_PUBLICATION_STATE:
        return _("the file .mynakey-site in this folder is damaged. Publish in a new folder, and "
                 "have the web server serve that; nothing was changed");
    case MN_PUBLICATION_FINE:
        break;
    }
    return "";
}

static int tell_failure(const struct publisher *p, mn_rc rc, enum mn_publication_trouble trouble)
{
    const char *folder = mn_printable(p->options->folder);

    if (rc == MN_E_REFUSED && trouble)
        fprintf(stderr, "mynakey: %s: %s\n", folder, trouble_words(trouble));
    else if (rc == MN_E_FILE_LOCKED)
        fprintf(stderr, _("mynakey: %s: another program is still publishing there\n"), folder);
    else if (p->key_status == MN_EXIT_OK)
        fprintf(stderr,
                _("mynakey: %s: %s. Not all is published; what is there is whole, and the next "
                  "'publish' goes on.\n"),
                folder, mn_message_rc(rc));
    return p->key_status != MN_EXIT_OK ? p->key_status : MN_EXIT_FAILED;
}

static void tell_json(const struct mn_publication_result *result)
{
    char again[MN_ENTRY_DATE];
    json_t *all;

    mn_entry_stamp(result->again_at, again);
    all = json_pack("{s:I, s:b, s:b, s:s}", "answers", (json_int_t)result->answers, "list",
                    result->list, "changed", result->anything, "again_by", again);
    if (all && json_dumpf(all, stdout, JSON_COMPACT) == 0)
        putchar('\n');
    json_decref(all);
}

static void tell(const struct publisher *p, const struct mn_publication_result *result)
{
    if (p->options->json)
        tell_json(result);
    else if (!result->anything && !p->options->watch)
        printf(_("Nothing has changed since the last time.\n"));
    else if (result->list)
        printf(_("Published in %s: %" PRIu64 " new answers, and the list of withdrawn "
                 "certificates.\n"),
               mn_printable(p->options->folder), result->answers);
    else if (result->anything)
        printf(_("Published in %s: %" PRIu64 " new answers.\n"), mn_printable(p->options->folder),
               result->answers);
    fflush(stdout);
}

/* --- once, and again --- */

static int publish(struct publisher *p, time_t *again_at)
{
    struct mn_publication_order order = {.folder = p->options->folder,
                                         .registry = p->office.registry,
                                         .profile = &p->office.profile,
                                         .now = p->office.writer.now,
                                         .patience = PATIENCE,
                                         .key = give_key,
                                         .waiting = tell_waiting,
                                         .self = p};
    struct mn_publication_result result;
    mn_rc rc;

    p->key_status = MN_EXIT_OK;
    rc = mn_publish(&order, &result);
    if (rc)
        return tell_failure(p, rc, result.trouble);
    tell(p, &result);
    *again_at = result.again_at;
    return MN_EXIT_OK;
}

static int open_office_and_publish(void *self, time_t *again_at)
{
    struct publisher *p = self;
    int status = mn_office_open(&p->office, p->options->authority, "publish");

    if (status == MN_EXIT_OK)
        status = publish(p, again_at);
    mn_office_close(&p->office);
    return status;
}

/* The key is opened before anything else, while somebody is there to be asked. */
static int watch(struct publisher *p)
{
    char folder[PATH_MAX], registry[PATH_MAX];
    int status = mn_office_open(&p->office, p->options->authority, "publish");

    if (status == MN_EXIT_OK)
        status = open_key(p);
    mn_office_close(&p->office);
    if (status == MN_EXIT_OK)
        status = mn_office_folder(p->options->authority, folder);
    if (status != MN_EXIT_OK)
        return status;
    if (!mn_path_join(folder, MN_OFFICE_REGISTRY, registry))
        return mn_office_tell(MN_E_FILE);
    return mn_publish_watch(registry, open_office_and_publish, p);
}

static int run(const struct options *options)
{
    struct publisher p = {.options = options};
    time_t again_at = 0;
    int status = options->watch ? watch(&p) : open_office_and_publish(&p, &again_at);

    mn_signing_key_close(&p.key);
    mn_bytes_free(&p.certificate);
    return mn_office_printed(status);
}

int mn_authority_publish(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"authority", .word = &options.authority},
                                      {"passphrase-file", .word = &options.passphrase_file},
                                      {"pin-file", .word = &options.pin_file},
                                      {"watch", .set = &options.watch},
                                      {"json", .set = &options.json},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (optind + 1 != argc)
        return mn_options_wrong("authority publish");
    options.folder = argv[optind];
    return run(&options);
}
