#include "cli/soft/soft_import.h"

#include <getopt.h> /* optind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/file_set.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/own_token.h"
#include "cli/passphrase_prompt.h"
#include "cli/token_label.h"
#include "cli/issue/validity.h"
#include "cli/verb.h"
#include "crypto/certificate.h"
#include "crypto/certificates.h"
#include "crypto/chain.h"
#include "crypto/pkcs12.h"

struct import {
    const char *pfx, *certificate_file, *passphrase_file;
    bool no_add;
    char name[256];              /* of the key, for importing programs */
    struct mn_bytes file;        /* the .pfx as it is */
    struct mn_certificates pile; /* what the CA sent */
    struct mn_secret *passphrase;
    struct mn_pkcs12 content;
    bool placeholder; /* a key with a self-signed certificate is all that was there */
    struct mn_bytes made;
};

static int failed_at(const char *path, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", path, mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* Both files before the passphrase is asked for. */
static int read_files(struct import *i)
{
    struct mn_bytes sent = {0};
    mn_rc rc = mn_file_read(i->pfx, MN_PKCS12_MAX, &i->file);
    if (rc)
        return failed_at(i->pfx, rc);
    rc = mn_file_read(i->certificate_file, MN_CERTIFICATES_FILE_MAX, &sent);
    if (rc == MN_OK)
        rc = mn_certificates_read(mn_bytes_span(&sent), &i->pile);
    mn_bytes_free(&sent);
    return rc ? failed_at(i->certificate_file, rc) : MN_EXIT_OK;
}

static int open_key(struct import *i)
{
    struct mn_certificate old;
    if (!mn_passphrase_ask(i->passphrase_file, i->pfx, &i->passphrase))
        return MN_EXIT_FAILED;
    mn_rc rc = mn_pkcs12_read(mn_bytes_span(&i->file), mn_secret_span(i->passphrase), &i->content);
    if (rc == MN_OK)
        rc = mn_certificate_read(mn_bytes_span(&i->content.certificate), &old);
    if (rc)
        return failed_at(i->pfx, rc);
    i->placeholder = !i->content.has_more_keys &&
                     mn_span_equal(mn_bytes_span(&old.subject), mn_bytes_span(&old.issuer));
    mn_certificate_release(&old);
    return MN_EXIT_OK;
}

/* The certificates in the file give way to those that came. */
static int join(struct import *i)
{
    struct mn_bytes certificate = {0};
    struct mn_certificates issuers = {0};
    mn_rc rc =
        mn_chain_sort(&i->pile, mn_private_key_public_info(i->content.key), &certificate, &issuers);
    if (rc == MN_OK) {
        mn_bytes_move(&i->content.certificate, &certificate);
        mn_certificates_free(&i->content.others);
        i->content.others = issuers;
        issuers = (struct mn_certificates){0};
        rc = mn_pkcs12_write(&i->content, i->name, mn_secret_span(i->passphrase), &i->made);
    }
    mn_bytes_free(&certificate);
    mn_certificates_free(&issuers);
    if (rc == MN_E_NO_CERTIFICATE)
        fprintf(stderr, _("mynakey: no certificate in %s belongs to the key in %s\n"),
                i->certificate_file, i->pfx);
    else if (rc)
        failed_at(i->pfx, rc);
    return rc ? MN_EXIT_FAILED : MN_EXIT_OK;
}

/* A file whose certificate somebody else may still want, or that has other keys, stays, under a
 * name with the date. */
static int write_file(struct import *i, char **moved_to)
{
    char stamp[MN_STAMP_ROOM];
    struct mn_file_item item = {.path = i->pfx, .content = mn_bytes_span(&i->made)};
    struct mn_file_set set = {.items = &item, .len = 1, .stamp = stamp};
    mn_stamp(time(NULL), stamp);
    mn_rc rc = i->placeholder ? mn_file_write_private(i->pfx, mn_bytes_span(&i->made))
                              : mn_file_set_write(&set);
    if (rc)
        failed_at(i->pfx, rc);
    else if (item.moved_to)
        printf(_("%s was there; it is %s now.\n"), i->pfx, item.moved_to);
    *moved_to = item.moved_to;
    return rc ? MN_EXIT_FAILED : MN_EXIT_OK;
}

static int add_token(const struct import *i, const char *moved_to)
{
    const struct mn_own_token token = {.pfx = i->pfx,
                                       .moved_to = moved_to,
                                       .certificate = mn_bytes_span(&i->content.certificate),
                                       .chain = &i->content.others};
    return i->no_add ? MN_EXIT_OK : mn_own_token_add(&token);
}

static int run(struct import *i)
{
    char *moved_to = NULL;
    mn_token_file_name(i->pfx, i->name, sizeof i->name);
    int status = read_files(i);
    if (status == MN_EXIT_OK)
        status = open_key(i);
    if (status == MN_EXIT_OK)
        status = join(i);
    if (status == MN_EXIT_OK)
        status = write_file(i, &moved_to);
    if (status == MN_EXIT_OK) {
        printf(_("%s has the key and its certificate now, and %zu of CAs.\n"), i->pfx,
               i->content.others.count);
        status = add_token(i, moved_to);
    }
    free(moved_to);
    mn_pkcs12_release(&i->content);
    mn_secret_free(&i->passphrase);
    mn_certificates_free(&i->pile);
    mn_bytes_free(&i->file);
    mn_bytes_free(&i->made);
    return status;
}

static void print_help(void)
{
    printf(_("Usage: mynakey soft import-cert NAME.pfx CERTIFICATE [OPTION...]\n\n"
             "Joins a certificate that a CA sent to the key in NAME.pfx, which 'mynakey csr'\n"
             "made, and makes it a token. CERTIFICATE may be PEM, DER or PKCS#7 and have the\n"
             "CAs' certificates in it.\n\n"
             "  --passphrase-file FILE  the passphrase of NAME.pfx; - is standard input\n"
             "  --no-add                do not make it a token\n"));
}

int mn_soft_import_cert(int argc, char **argv)
{
    struct import import = {0};
    const struct mn_option words[] = {{"passphrase-file", .word = &import.passphrase_file},
                                      {"no-add", .set = &import.no_add},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (argc - optind != 2) {
        fprintf(stderr, _("mynakey: soft import-cert takes two files, the key's and the "
                          "certificate's\n"));
        return MN_EXIT_USAGE;
    }
    import.pfx = argv[optind];
    import.certificate_file = argv[optind + 1];
    return run(&import);
}
