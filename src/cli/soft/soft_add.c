#include <getopt.h> /* optind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/soft_file.h"
#include "backend/soft_shelf.h"
#include "base/file.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/prompt.h"
#include "cli/soft/soft.h"
#include "cli/token_label.h"
#include "cli/verb.h"
#include "crypto/certificate.h"
#include "crypto/certificates.h"

struct options {
    const char *file, *certificate, *label, *passphrase;
};

static void print_help(void)
{
    printf(_("Usage: mynakey soft add FILE.pfx [--cert FILE.cer] [--label TEXT]\n"
             "                        [--passphrase-file FILE]\n\n"
             "Offers the key in a PKCS#12 file to programs, as a token of the module. The\n"
             "file stays where it is, and its passphrase is the token's PIN. Its certificates\n"
             "are copied, so that programs see them before they ask for the passphrase.\n\n"
             "  --cert FILE.cer         take the certificates from this file and ask for no\n"
             "                          passphrase\n"
             "  --label TEXT            what programs call it; else the name in the\n"
             "                          certificate or that of the file\n"
             "  --passphrase-file FILE  read the passphrase from FILE ('-': standard input)\n\n"
             "Exit status: 0 added, 1 failure, 2 usage.\n"));
}

static int tell(const char *file, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", file, mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static int open_file(const struct options *options, const char *path, struct mn_pkcs12 *out)
{
    const struct mn_secret_question question = {.text = _("Passphrase of the file"),
                                                .option = "--passphrase-file",
                                                .file = options->passphrase};
    struct mn_secret *passphrase = NULL;
    if (!mn_prompt_secret(&question, &passphrase))
        return MN_EXIT_FAILED;
    mn_rc rc = mn_soft_file_open(path, mn_secret_span(passphrase), out);
    mn_secret_free(&passphrase);
    return rc ? tell(options->file, rc) : MN_EXIT_OK;
}

/* With the passphrase: the certificates are the file's own. */
static int take_from_file(const struct options *options, struct mn_soft_entry *entry)
{
    struct mn_pkcs12 content = {0};
    int status = open_file(options, entry->path, &content);
    if (status != MN_EXIT_OK)
        return status;
    mn_bytes_move(&entry->certificate, &content.certificate);
    entry->chain = content.others;
    content.others = (struct mn_certificates){0};
    mn_pkcs12_release(&content);
    return MN_EXIT_OK;
}

/* Without it nobody can tell whether they belong together; but whether the file is one at all. */
static mn_rc look_at_file(const char *path)
{
    struct mn_pkcs12 content = {0};
    mn_rc rc = mn_soft_file_open(path, mn_span("", 0), &content);
    mn_pkcs12_release(&content);
    return rc == MN_E_PASSPHRASE ? MN_OK : rc;
}

/* The owner's is the first; the others are its chain. */
static int take_from_certificates(const struct options *options, struct mn_soft_entry *entry)
{
    struct mn_bytes file = {0};
    struct mn_certificates all = {0};
    mn_rc rc = look_at_file(entry->path);
    if (rc)
        return tell(options->file, rc);
    rc = mn_file_read(options->certificate, MN_CERTIFICATES_FILE_MAX, &file);
    if (rc == MN_OK)
        rc = mn_certificates_read(mn_bytes_span(&file), &all);
    if (rc == MN_OK)
        rc = mn_bytes_set(&entry->certificate, mn_bytes_span(&all.der[0]));
    for (size_t i = 1; rc == MN_OK && i < all.count; i++)
        rc = mn_certificates_add(&entry->chain, mn_bytes_span(&all.der[i]));
    mn_certificates_free(&all);
    mn_bytes_free(&file);
    return rc ? tell(options->certificate, rc) : MN_EXIT_OK;
}

/* Both kinds of key that a token can have; and where the passphrase was given beside a certificate
 * of another file, the key must be that one's. */
static int check_certificate(const struct options *options, const struct mn_soft_entry *entry)
{
    struct mn_certificate certificate = {0};
    struct mn_pkcs12 content = {0};
    int status = MN_EXIT_OK;
    mn_rc rc = mn_certificate_read(mn_bytes_span(&entry->certificate), &certificate);
    if (rc == MN_OK && certificate.key_kind == MN_KEY_NONE)
        rc = MN_E_KEY_KIND;
    if (rc == MN_OK && options->certificate && options->passphrase)
        status = open_file(options, entry->path, &content);
    if (content.key && !mn_span_equal(mn_private_key_public_info(content.key),
                                      mn_bytes_span(&certificate.public_key_info)))
        rc = MN_E_NO_CERTIFICATE;
    mn_pkcs12_release(&content);
    mn_certificate_release(&certificate);
    const char *file = options->certificate ? options->certificate : options->file;
    return rc ? tell(file, rc) : status;
}

static bool choose_label(const struct options *options, struct mn_soft_entry *entry)
{
    int n = 0;
    if (options->label)
        n = snprintf(entry->label, sizeof entry->label, "%s", options->label);
    else
        mn_token_label(mn_bytes_span(&entry->certificate), entry->path, entry->label,
                       sizeof entry->label);
    return n < (int)sizeof entry->label && entry->label[0] && !strpbrk(entry->label, "\r\n");
}

static int put_on_shelf(const struct mn_soft_entry *entry)
{
    unsigned number = 0;
    mn_rc rc = mn_soft_shelf_add(entry, &number);
    if (rc == MN_E_FILE_EXISTS) {
        fprintf(stderr,
                _("mynakey: software certificate %u has this certificate or this file already\n"),
                number);
    } else if (rc == MN_E_EXCESSIVE) {
        fprintf(stderr, _("mynakey: there are %d software certificates: remove one first\n"),
                MN_SOFT_MAX);
    } else if (rc == MN_E_FILE_MISSING) {
        fprintf(stderr, _("mynakey: neither XDG_DATA_HOME nor HOME says where your data are\n"));
    } else if (rc) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    } else {
        printf(
            _("Added as software certificate %u. Programs that are running see it when they look\n"
              "for tokens anew.\n"),
            number);
    }
    return rc ? MN_EXIT_FAILED : MN_EXIT_OK;
}

static int add(const struct options *options)
{
    struct mn_soft_entry entry = {0};
    if (!realpath(options->file, entry.path))
        return tell(options->file, MN_E_FILE_MISSING);
    int status = options->certificate ? take_from_certificates(options, &entry)
                                      : take_from_file(options, &entry);
    if (status == MN_EXIT_OK)
        status = check_certificate(options, &entry);
    if (status == MN_EXIT_OK && !choose_label(options, &entry)) {
        fprintf(stderr, _("mynakey: a label is one line of at most %d bytes\n"),
                MN_SOFT_LABEL_ROOM - 1);
        status = MN_EXIT_USAGE;
    }
    if (status == MN_EXIT_OK)
        status = put_on_shelf(&entry);
    mn_soft_entry_release(&entry);
    return status;
}

int mn_soft_add(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {{"cert", .word = &options.certificate},
                                      {"label", .word = &options.label},
                                      {"passphrase-file", .word = &options.passphrase},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (optind + 1 != argc)
        return mn_options_wrong("soft add");
    options.file = argv[optind];
    return add(&options);
}
