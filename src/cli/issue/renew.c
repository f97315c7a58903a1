#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/issue/issue_options.h"
#include "cli/issue/issue_run.h"
#include "cli/message.h"
#include "cli/issue/validity.h"
#include "cli/option.h"
#include "cli/verb.h"
#include "crypto/certificate.h"
#include "crypto/issued.h"
#include "crypto/library.h"

#define CERTIFICATE_MAX (64 * 1024)

/* The certificate that is to be renewed. */
struct old {
    struct mn_certificate certificate;
    struct mn_issued issued;
};

static void print_help(void)
{
    printf(_("Usage: mynakey renew [OPTION...]\n\n"
             "Issues a new certificate by the choices of the one in NAME.cer: kind of key,\n"
             "year of birth, mail address, site. Name and address are those of the card now.\n"
             "The old files are moved to names with the date, and stay: what was encrypted to\n"
             "the old key is read with it only.\n\n"
             "  --out NAME              name of the files, old and new (MyNumCert)\n"
             "  --days N, --key KIND, --own-mail ADDRESS, --site URL, --with-birth-year,\n"
             "  --mail ADDRESS, --anchor FILE, --reader NAME, --pin-file FILE,\n"
             "  --passphrase-file FILE, --no-add, --yes\n"
             "                          as in 'mynakey issue', instead of the old choice\n\n"
             "Exit status: 0 done, 3 no card was found, 1 failure, 2 usage. Unless it is\n"
             "done, all files are as they were.\n"));
}

static mn_rc read_old(const char *path, struct old *old)
{
    struct mn_bytes der = {0};
    mn_rc rc = mn_file_read(path, CERTIFICATE_MAX, &der);
    if (rc == MN_OK)
        rc = mn_certificate_read(mn_bytes_span(&der), &old->certificate);
    if (rc == MN_OK)
        rc = mn_issued_read(mn_bytes_span(&der), &old->issued);
    mn_bytes_free(&der);
    return rc;
}

static void release_old(struct old *old)
{
    mn_certificate_release(&old->certificate);
    mn_issued_release(&old->issued);
}

/* A kind of key that is not offered (any more) gives way to the usual one. */
static enum mn_key_choice same_key(const struct mn_certificate *c)
{
    if (c->key_kind == MN_KEY_EC)
        return c->bits <= 256 ? MN_CHOICE_P256 : MN_CHOICE_P384;
    return c->bits == 2048 ? MN_CHOICE_RSA_2048 : MN_CHOICE_RSA_3072;
}

/* What was not asked for otherwise is as it was. */
static void take_over(const struct old *old, struct mn_issue_options *asked)
{
    if (!asked->key_named)
        asked->key = same_key(&old->certificate);
    if (!asked->own_mail)
        asked->own_mail = old->issued.mail;
    if (!asked->site)
        asked->site = old->issued.ocsp_url;
    asked->with_birth_year = asked->with_birth_year || old->issued.birth_year;
    asked->force = true;
}

static void tell_days(const char *path, const struct old *old)
{
    long days = mn_days_until(time(NULL), old->certificate.not_after_time);
    if (days < 0)
        printf(_("The certificate in %s has expired.\n"), path);
    else if (days < MN_ISSUE_NOTICE)
        printf(_("The certificate in %s ends in %ld days: it is time to renew it.\n"), path, days);
    else
        printf(
            _("The certificate in %s is good for %ld days more; renewing is due in its last %d.\n"),
            path, days, MN_ISSUE_NOTICE);
}

static int renew(struct mn_issue_options *asked)
{
    struct old old = {0};
    char *path = NULL;
    int status = MN_EXIT_FAILED;
    if (asprintf(&path, "%s.cer", asked->out) < 0)
        return MN_EXIT_FAILED;
    mn_crypto_let_host_configure();
    mn_rc rc = mn_crypto_open();
    if (rc == MN_OK) {
        rc = read_old(path, &old);
        mn_crypto_close();
    }
    if (rc) {
        fprintf(stderr, "mynakey: %s: %s\n", path, mn_message_rc(rc));
        if (rc == MN_E_FILE_MISSING)
            fprintf(stderr, _("'mynakey issue' makes the first one.\n"));
    } else {
        tell_days(path, &old);
        take_over(&old, asked);
        status = mn_issue_run(asked);
    }
    release_old(&old);
    free(path);
    return status;
}

int mn_verb_renew(int argc, char **argv)
{
    struct mn_issue_options asked;
    struct mn_option words[MN_OPTIONS_MAX] = {{0}};
    mn_issue_options_default(&asked);
    mn_issue_options_all(&asked, words);
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    return mn_options_end(argc, argv, "renew") ? renew(&asked) : MN_EXIT_USAGE;
}
