#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_set.h"
#include "cli/issue/issue_options.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/passphrase_prompt.h"
#include "cli/issue/validity.h"
#include "cli/verb.h"
#include "crypto/draft.h"
#include "crypto/library.h"
#include "crypto/pkcs12.h"
#include "crypto/request.h"

#define DEFAULT_NAME      "MyRequest"
#define PLACEHOLDER_YEARS 1

/* The attributes of the subject, in the order in which they go into it; the name is the last. */
enum { COUNTRY, STATE, LOCALITY, ORGANIZATION, UNIT, NAME, ATTRIBUTES };
static const char *const attribute_types[ATTRIBUTES] = {
    [COUNTRY] = "C",      [STATE] = "ST", [LOCALITY] = "L",
    [ORGANIZATION] = "O", [UNIT] = "OU",  [NAME] = "CN"};

static const struct {
    const char *option;
    enum mn_request_profile profile;
} profiles[] = {{"smime", MN_REQUEST_SMIME},
                {"client", MN_REQUEST_TLS_CLIENT},
                {"code-signing", MN_REQUEST_CODE}};

struct csr {
    const char *out, *mail, *passphrase_file;
    const char *attributes[ATTRIBUTES];
    enum mn_key_choice key_choice;
    enum mn_request_profile profile;
    bool force, profile_named;
    struct mn_private_key *key;
    struct mn_bytes request, file;
};

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* The request in PEM, as CAs have it pasted. */
static mn_rc make_request(struct csr *csr)
{
    struct mn_request_part subject[ATTRIBUTES];
    struct mn_request request = {.profile = csr->profile, .subject = subject, .mail = csr->mail};
    struct mn_bytes der = {0};
    for (int i = 0; i < ATTRIBUTES; i++)
        if (csr->attributes[i])
            subject[request.count++] =
                (struct mn_request_part){attribute_types[i], csr->attributes[i]};
    mn_rc rc = mn_request_make(&request, csr->key, &der);
    if (rc == MN_OK)
        rc = mn_request_to_pem(mn_bytes_span(&der), &csr->request);
    mn_bytes_free(&der);
    return rc;
}

/* Until the CA's certificate comes, a self-signed one holds its place: a PKCS#12 file without any
 * is not read by every program. */
static mn_rc make_key_file(struct csr *csr, const struct mn_secret *passphrase)
{
    time_t now = time(NULL);
    const struct mn_draft placeholder = {.name = csr->attributes[NAME],
                                         .mail = csr->mail,
                                         .not_before = now,
                                         .not_after = mn_years_later(now, PLACEHOLDER_YEARS)};
    struct mn_pkcs12 content = {.key = mn_private_key_retain(csr->key)};
    mn_rc rc = mn_draft_issue(&placeholder, csr->key, &content.certificate);
    if (rc == MN_OK)
        rc = mn_pkcs12_write(&content, csr->attributes[NAME], mn_secret_span(passphrase),
                             &csr->file);
    mn_pkcs12_release(&content);
    return rc;
}

static int tell_written(mn_rc rc, const struct mn_file_set *set)
{
    if (rc) {
        fprintf(stderr, "mynakey: %s: %s\n", set->items[set->at].path, mn_message_rc(rc));
        return MN_EXIT_FAILED;
    }
    for (size_t i = 0; i < set->len; i++)
        if (set->items[i].moved_to)
            printf(_("%s was there; it is %s now.\n"), set->items[i].path, set->items[i].moved_to);
    printf(_("Written: %s, which goes to the CA, and %s, which goes nowhere.\n"
             "When the certificate has come: mynakey soft import-cert %s CERTIFICATE\n"),
           set->items[0].path, set->items[1].path, set->items[1].path);
    return MN_EXIT_OK;
}

/* The names are looked at first: a passphrase is not thought of for nothing. */
static int make(struct csr *csr, struct mn_file_set *set)
{
    static const struct mn_passphrase_owner nobody = {0};
    struct mn_secret *passphrase = NULL;
    mn_rc rc = mn_file_set_check(set);
    if (rc)
        return tell_written(rc, set);
    if (!mn_passphrase_ask_new(csr->passphrase_file, &nobody, &passphrase))
        return MN_EXIT_FAILED;
    rc = mn_private_key_generate(csr->key_choice, &csr->key);
    if (rc == MN_OK)
        rc = make_request(csr);
    if (rc == MN_OK)
        rc = make_key_file(csr, passphrase);
    mn_secret_free(&passphrase);
    if (rc == MN_E_ARGUMENT) {
        fprintf(stderr, _("mynakey: something in the subject is too long, empty, or no UTF-8; a "
                          "country has two letters\n"));
        return MN_EXIT_USAGE;
    }
    if (rc)
        return failed(rc);
    set->items[0].content = mn_bytes_span(&csr->request);
    set->items[1].content = mn_bytes_span(&csr->file);
    return tell_written(mn_file_set_write(set), set);
}

static int run(struct csr *csr)
{
    char *request_path = NULL, *pfx_path = NULL;
    char stamp[MN_STAMP_ROOM];
    int status = MN_EXIT_FAILED;
    mn_stamp(time(NULL), stamp);
    if (asprintf(&request_path, "%s.csr", csr->out) < 0)
        request_path = NULL;
    if (asprintf(&pfx_path, "%s.pfx", csr->out) < 0)
        pfx_path = NULL;
    struct mn_file_item items[] = {{.path = request_path}, {.path = pfx_path}};
    struct mn_file_set set = {.items = items, .len = 2, .stamp = csr->force ? stamp : NULL};
    if (!request_path || !pfx_path)
        status = failed(MN_E_MEMORY);
    else
        status = make(csr, &set);
    mn_file_set_release(&set);
    mn_private_key_free(&csr->key);
    mn_bytes_free(&csr->request);
    mn_bytes_free(&csr->file);
    free(request_path);
    free(pfx_path);
    return status;
}

static void print_help(void)
{
    printf(_("Usage: mynakey csr --profile PROFILE --name NAME [OPTION...]\n\n"
             "Makes a key pair and a request with which a CA issues a certificate for it. Two\n"
             "files: OUT.csr goes to the CA, OUT.pfx (the key, under a passphrase) goes\n"
             "nowhere. The card is not needed. 'mynakey soft import-cert' joins the\n"
             "certificate to the key.\n\n"
             "  --profile PROFILE       smime (mail; needs --email), client (logins) or\n"
             "                          code-signing (programs)\n"
             "  --name NAME             your name, or whatever the CA wants there\n"
             "  --email ADDRESS         your mail address\n"
             "  --organization, --unit, --locality, --state, --country\n"
             "                          each with what is to stand there; the country has two\n"
             "                          letters\n"
             "  --key KIND              rsa3072 (default), rsa2048, p256 or p384\n"
             "  --out OUT               name of the files, perhaps with a folder (MyRequest)\n"
             "  --passphrase-file FILE  the new passphrase is in FILE; - is standard input\n"
             "  --force                 move files that have the names to names with the date\n\n"
             "Exit status: 0 done, 1 failure, 2 usage. Unless it is done, no file is there.\n"));
}

static bool read_profile(const char *value, void *out)
{
    struct csr *csr = out;
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++)
        if (strcmp(profiles[i].option, value) == 0) {
            csr->profile = profiles[i].profile;
            csr->profile_named = true;
            return true;
        }
    fprintf(stderr, _("mynakey: --profile takes smime, client or code-signing, not '%s'\n"), value);
    return false;
}

/* What has to be there, and together. */
static bool is_complete(const struct csr *csr)
{
    if (!csr->profile_named || !csr->attributes[NAME]) {
        fprintf(stderr,
                _("mynakey: csr wants --profile and --name; 'mynakey csr --help' tells more\n"));
        return false;
    }
    if (csr->profile == MN_REQUEST_SMIME && !csr->mail) {
        fprintf(stderr, _("mynakey: a request for mail wants --email\n"));
        return false;
    }
    return true;
}

int mn_verb_csr(int argc, char **argv)
{
    struct csr csr = {0};
    struct mn_issue_options shared;
    struct mn_option words[MN_OPTIONS_MAX] = {{0}};
    const struct mn_option own[] = {{"profile", .read = read_profile, .out = &csr},
                                    {"email", .read = mn_issue_read_address, .out = &csr.mail},
                                    {"force", .set = &csr.force},
                                    {"name", .word = &csr.attributes[NAME]},
                                    {"organization", .word = &csr.attributes[ORGANIZATION]},
                                    {"unit", .word = &csr.attributes[UNIT]},
                                    {"locality", .word = &csr.attributes[LOCALITY]},
                                    {"state", .word = &csr.attributes[STATE]},
                                    {"country", .word = &csr.attributes[COUNTRY]}};
    mn_issue_options_default(&shared);
    shared.out = DEFAULT_NAME;
    memcpy(words + mn_issue_options_files(&shared, words), own, sizeof own);
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    csr.key_choice = shared.key;
    csr.out = shared.out;
    csr.passphrase_file = shared.passphrase_file;
    if (!mn_options_end(argc, argv, "csr") || !is_complete(&csr))
        return MN_EXIT_USAGE;
    mn_crypto_let_host_configure();
    mn_rc rc = mn_crypto_open();
    if (rc)
        return failed(rc);
    status = run(&csr);
    mn_crypto_close();
    return status;
}
