#include <getopt.h> /* optind */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_set.h"
#include "cli/authority/authority.h"
#include "cli/authority/entry.h"
#include "cli/authority/office.h"
#include "cli/home_folder.h"
#include "cli/issue/validity.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/passphrase_prompt.h"
#include "cli/prompt.h"
#include "cli/sign/signing_key.h"
#include "cli/verb.h"
#include "crypto/authority_draft.h"
#include "crypto/chain.h"
#include "crypto/pkcs12.h"

#define YEARS        20            /* of the authority's certificate */
#define NAME_ROOM    (64 * 4 + 2)  /* 64 characters */
#define REGISTRY_MAX (1024 * 1024) /* an empty one has some 100 KB */

/* The files, in the order in which they get their names: without the registry there is no
 * authority yet. */
enum { CER, PFX, REGISTRY, FILES };
static const char *const file_names[FILES] = {
    [CER] = MN_OFFICE_CERTIFICATE, [PFX] = MN_OFFICE_KEY, [REGISTRY] = MN_OFFICE_REGISTRY};

struct options {
    const char *folder, *name, *key_uri, *passphrase_file, *pin_file;
    char site[MN_WEB_ADDRESS_ROOM]; /* empty: not said */
    enum mn_key_choice key;
    int years;
    bool yes, json;
};

struct run {
    const struct options *options;
    time_t now;
    char folder[PATH_MAX], paths[FILES][PATH_MAX], name[NAME_ROOM];
    struct mn_bytes contents[FILES];
    struct mn_private_key *key;       /* a new one, or ... */
    struct mn_signing_key *token_key; /* ... that of a token */
    struct mn_secret *passphrase;
};

static void print_help(void)
{
    printf(_("Usage: mynakey authority init [OPTION...]\n\n"
             "Makes a validity authority: a folder with its key (authority.pfx), its\n"
             "certificate (authority.cer) and its registry (registry.db).\n\n"
             "  --name TEXT              what it is called, in its certificate\n"
             "  --site URL               where it is going to publish\n"
             "  --years N                how long it vouches for a certificate, 1 to 5 (2)\n"
             "  --key rsa3072|p256       kind of the new key (rsa3072)\n"
             "  --key-uri URI            use the key in a token instead: a pkcs11: URI\n"
             "  --passphrase-file FILE   read the new key's passphrase from FILE ('-':\n"
             "                           standard input)\n"
             "  --pin-file FILE          read the token's PIN from FILE\n"
             "  --yes                    do not ask\n"
             "  --json                   tell programs what was made\n"
             "  --authority FOLDER       where (~/.local/share/mynakey/authority)\n\n"
             "Exit status: 0 done, 1 failure (nothing was made), 2 usage.\n"));
}

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- before anything is made --- */

static bool is_wanted(const struct run *run, int file)
{
    return file != PFX || !run->options->key_uri;
}

static struct mn_file_set file_set(const struct run *run, struct mn_file_item items[FILES])
{
    struct mn_file_set set = {.items = items};
    for (int i = 0; i < FILES; i++)
        if (is_wanted(run, i))
            items[set.len++] = (struct mn_file_item){.path = run->paths[i],
                                                     .content = mn_bytes_span(&run->contents[i])};
    return set;
}

static int tell_files(mn_rc rc, const struct mn_file_set *set)
{
    if (!rc)
        return MN_EXIT_OK;
    fprintf(stderr, "mynakey: %s: %s\n", set->items[set->at].path, mn_message_rc(rc));
    if (rc == MN_E_FILE_EXISTS)
        fprintf(stderr, _("There is an authority already. For another one name another folder with "
                          "--authority.\n"));
    return MN_EXIT_FAILED;
}

static int look_at_folder(struct run *run)
{
    struct mn_file_item items[FILES];
    int status = mn_office_folder(run->options->folder, run->folder);
    if (status != MN_EXIT_OK)
        return status;
    for (int i = 0; i < FILES; i++)
        if (!mn_path_join(run->folder, file_names[i], run->paths[i]))
            return failed(MN_E_FILE);
    mn_rc rc = mn_folder_make_private(run->folder);
    if (rc) {
        fprintf(stderr, "mynakey: %s: %s\n", run->folder, mn_message_rc(rc));
        return MN_EXIT_FAILED;
    }
    struct mn_file_set set = file_set(run, items);
    return tell_files(mn_file_set_check(&set), &set);
}

static int ask_name(struct run *run)
{
    if (run->options->name) {
        snprintf(run->name, sizeof run->name, "%s", run->options->name);
    } else if (!mn_prompt_line(_("What is the authority called?"), "--name", run->name,
                               sizeof run->name)) {
        return MN_EXIT_USAGE;
    }
    if (run->name[0])
        return MN_EXIT_OK;
    fprintf(stderr, _("mynakey: an authority needs a name: --name TEXT\n"));
    return MN_EXIT_USAGE;
}

static int confirm(struct run *run)
{
    const struct options *o = run->options;
    if (!o->json) {
        printf(_("An authority called %s is going to be made in %s.\n"), run->name, run->folder);
        printf(_("It vouches for %d years at once. "), o->years);
        if (o->site[0])
            printf(_("It publishes at %s.\n"), o->site);
        else
            printf(_("Where it publishes is not said yet.\n"));
        fflush(stdout);
    }
    return mn_prompt_confirm(_("Make it?"), o->yes) ? MN_EXIT_OK : MN_EXIT_FAILED;
}

/* --- the key --- */

static int make_key(struct run *run)
{
    static const struct mn_passphrase_owner nobody;
    if (!mn_passphrase_ask_new(run->options->passphrase_file, &nobody, &run->passphrase))
        return MN_EXIT_FAILED;
    mn_rc rc = mn_private_key_generate(run->options->key, &run->key);
    return rc ? failed(rc) : MN_EXIT_OK;
}

static int open_token_key(struct run *run)
{
    const struct mn_signing_key_choice choice = {.where = run->options->key_uri,
                                                 .pin_file = run->options->pin_file,
                                                 .bare = true,
                                                 .now = run->now};
    int status = mn_signing_key_find(&choice, &run->token_key);
    if (status == MN_EXIT_OK)
        status = mn_signing_key_open(run->token_key);
    return status;
}

static int get_key(struct run *run)
{
    return run->options->key_uri ? open_token_key(run) : make_key(run);
}

static mn_rc sign_in_software(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    const struct mn_private_key *key = self;
    return mn_private_key_kind(key) == MN_KEY_EC
               ? mn_private_key_sign_ecdsa(key, content, out, len)
               : mn_private_key_sign_pkcs1(key, content, out, len);
}

static int make_certificate(struct run *run)
{
    const struct mn_cms_signer signer = {.sign = run->key ? sign_in_software : mn_signing_key_sign,
                                         .self =
                                             run->key ? (void *)run->key : (void *)run->token_key};
    const struct mn_authority_draft draft = {
        .name = run->name,
        .public_key_info = run->key ? mn_private_key_public_info(run->key)
                                    : mn_signing_key_public_info(run->token_key),
        .not_before = run->now,
        .not_after = mn_years_later(run->now, YEARS)};
    mn_rc rc = mn_authority_draft_issue(&draft, &signer, &run->contents[CER]);
    if (rc == MN_E_ARGUMENT) {
        fprintf(stderr, _("mynakey: an authority's name has 1 to 64 characters\n"));
        return MN_EXIT_USAGE;
    }
    return rc ? failed(rc) : MN_EXIT_OK;
}

static int make_key_file(struct run *run)
{
    /* The certificate is on the site: encrypting it would make each publication take longer. */
    struct mn_pkcs12 content = {.in_clear = true};
    if (!run->key)
        return MN_EXIT_OK;
    content.key = mn_private_key_retain(run->key);
    mn_rc rc = mn_bytes_set(&content.certificate, mn_bytes_span(&run->contents[CER]));
    if (rc == MN_OK)
        rc = mn_pkcs12_write(&content, run->name, mn_secret_span(run->passphrase),
                             &run->contents[PFX]);
    mn_pkcs12_release(&content);
    return rc ? failed(rc) : MN_EXIT_OK;
}

/* --- the registry --- */

/* Made beside its place and read into memory, so that it gets its name with the others or not at
 * all. */
static mn_rc make_registry_at(struct run *run, const char *path)
{
    char who[64], key[PATH_MAX];
    struct mn_registry_profile profile = {.key = key, .years = (unsigned)run->options->years};
    mn_office_who(who, sizeof who);
    snprintf(key, sizeof key, "%s", run->key ? MN_OFFICE_KEY : run->options->key_uri);
    const char *site = run->options->site;
    profile.site = site[0] ? strdup(site) : NULL;
    mn_rc rc = site[0] && !profile.site ? MN_E_MEMORY : MN_OK;
    if (rc == MN_OK)
        rc = mn_bytes_set(&profile.certificate, mn_bytes_span(&run->contents[CER]));
    if (rc == MN_OK)
        rc = mn_registry_create(path, &profile, who, run->now);
    if (rc == MN_OK)
        rc = mn_file_read(path, REGISTRY_MAX, &run->contents[REGISTRY]);
    profile.key = NULL; /* it is no string of its own */
    mn_registry_profile_release(&profile);
    return rc;
}

static int make_registry(struct run *run)
{
    char *path = NULL;
    if (asprintf(&path, "%s.new-%ld", run->paths[REGISTRY], (long)getpid()) < 0)
        return failed(MN_E_MEMORY);
    mn_rc rc = make_registry_at(run, path);
    if (rc != MN_E_FILE_EXISTS)
        unlink(path);
    free(path);
    return rc ? mn_office_tell(rc) : MN_EXIT_OK;
}

static int write_files(struct run *run)
{
    struct mn_file_item items[FILES];
    struct mn_file_set set = file_set(run, items);
    int status = tell_files(mn_file_set_write(&set), &set);
    mn_file_set_release(&set);
    return status;
}

/* --- the end --- */

static int tell(struct run *run)
{
    uint8_t hash[MN_FINGERPRINT_BYTES];
    char hex[2 * MN_FINGERPRINT_BYTES + 1];
    mn_rc rc = mn_chain_fingerprint(mn_bytes_span(&run->contents[CER]), hash);
    if (rc)
        return failed(rc);
    mn_entry_hex(hash, sizeof hash, hex);
    if (run->options->json) {
        json_t *all = json_pack("{s:s, s:s, s:s, s:s}", "authority", run->name, "folder",
                                run->folder, "certificate", run->paths[CER], "sha256", hex);
        if (all && json_dumpf(all, stdout, JSON_INDENT(2)) == 0)
            putchar('\n');
        json_decref(all);
        return MN_EXIT_OK;
    }
    printf(_("Done. The SHA-256 fingerprint of the authority's certificate, for its users to "
             "compare:\n%s\n"),
           hex);
    if (run->key)
        printf(_("Keep a copy of %s and its passphrase, each at a place of its own: without them\n"
                 "nothing can be published any more.\n"),
               run->paths[PFX]);
    return MN_EXIT_OK;
}

static void release(struct run *run)
{
    mn_private_key_free(&run->key);
    mn_signing_key_close(&run->token_key);
    mn_secret_free(&run->passphrase);
    for (int i = 0; i < FILES; i++)
        mn_bytes_free(&run->contents[i]);
}

static int init(const struct options *options)
{
    static int (*const steps[])(struct run *) = {
        look_at_folder, ask_name,      confirm,     get_key, make_certificate,
        make_key_file,  make_registry, write_files, tell,
    };
    struct run run = {.options = options, .now = time(NULL)};
    int status = MN_EXIT_OK;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == MN_EXIT_OK; i++)
        status = steps[i](&run);
    release(&run);
    return mn_office_printed(status);
}

/* --- options --- */

static bool read_key(const char *name, void *out)
{
    enum mn_key_choice *key = out;
    bool is_rsa = strcmp(name, "rsa3072") == 0;
    if (!is_rsa && strcmp(name, "p256") != 0) {
        fprintf(stderr, _("mynakey: an authority's key is rsa3072 or p256, not '%s'\n"), name);
        return false;
    }
    *key = is_rsa ? MN_CHOICE_RSA_3072 : MN_CHOICE_P256;
    return true;
}

/* The URI is kept in the registry, and goes with each backup of it: a PIN must not be in it. */
static bool read_uri(const char *text, void *out)
{
    *(const char **)out = text;
    if (strstr(text, "pin-value=")) {
        fprintf(stderr,
                _("mynakey: this URI has a PIN in it (pin-value), and would be kept in the "
                  "registry with it.\nNothing was made. --pin-file gives the PIN to this once\n"));
        return false;
    }
    if (strncmp(text, "pkcs11:", 7) == 0 && strlen(text) < PATH_MAX)
        return true;
    fprintf(stderr, _("mynakey: a token's key is named by a pkcs11: URI, not '%s'\n"), text);
    return false;
}

int mn_authority_init(int argc, char **argv)
{
    struct options options = {.key = MN_CHOICE_RSA_3072, .years = MN_REGISTRY_YEARS_DEFAULT};
    const struct mn_option words[] = {{"authority", .word = &options.folder},
                                      {"name", .word = &options.name},
                                      {"site", .read = mn_office_site, .out = options.site},
                                      {"years", .read = mn_office_years, .out = &options.years},
                                      {"key", .read = read_key, .out = &options.key},
                                      {"key-uri", .read = read_uri, .out = &options.key_uri},
                                      {"passphrase-file", .word = &options.passphrase_file},
                                      {"pin-file", .word = &options.pin_file},
                                      {"yes", .set = &options.yes},
                                      {"json", .set = &options.json},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    return optind < argc ? mn_options_wrong("authority init") : init(&options);
}
