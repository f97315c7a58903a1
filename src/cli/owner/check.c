#include <getopt.h> /* optind */
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "cli/colour.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/owner/certificate_check.h"
#include "cli/owner/check_words.h"
#include "cli/printable.h"
#include "cli/revocation_file.h"
#include "cli/verb.h"
#include "crypto/library.h"

struct options {
    struct mn_wanted_certificate wanted;
    const char *anchor, *list, *issuer;
    bool json;
};

static void print_help(void)
{
    printf(_("Usage: mynakey check [auth|sign|soft [NUMBER|NAME]|FILE] [OPTION...]\n\n"
             "Checks a certificate (auth, if nothing is said): is it within its time, does it\n"
             "lead to a CA that JPKI has published, may it be used for what it is for; and,\n"
             "with a list of revocations, is it in that. JPKI gives its lists to no\n"
             "individuals.\n\n"
             "  --crl FILE         a list of revocations (CRL), DER or PEM\n"
             "  --crl-issuer FILE  who signed the list, where that is not the CA itself\n"
             "  --anchor FILE      trust these certificates and not JPKI's: for test cards\n"
             "  --json             the same for programs\n"
             "  --fresh            for sign: from the card, though a copy is kept\n"
             "  --pin-file FILE    for sign: the password is in FILE; - is standard input\n"
             "  --reader NAME      the card in the reader whose name has NAME in it\n\n"
             "Exit status: 0 all that could be checked is right, 12 revoked, 13 not within\n"
             "its time, 15 not trusted, 40 not for this use, 41 the list does not answer,\n"
             "1 failure, 2 usage, 3 no card was found.\n"));
}

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* --- what is given for it --- */

static mn_rc read_certificates(const char *path, struct mn_certificates *out)
{
    struct mn_bytes content = {0};
    mn_rc rc = mn_file_read(path, MN_CERTIFICATES_FILE_MAX, &content);
    if (rc == MN_OK)
        rc = mn_certificates_read(mn_bytes_span(&content), out);
    mn_bytes_free(&content);
    return rc;
}

static bool told(const char *path, mn_rc rc)
{
    if (rc)
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(path), mn_message_rc(rc));
    return rc == MN_OK;
}

/* Before a password is typed for nothing. */
static bool read_means(const struct options *options, struct mn_check_means *out)
{
    return (!options->anchor ||
            told(options->anchor, read_certificates(options->anchor, &out->anchors))) &&
           (!options->issuer ||
            told(options->issuer, read_certificates(options->issuer, &out->issuers))) &&
           (!options->list ||
            told(options->list, mn_revocation_file_read(options->list, &out->list)));
}

static void release_means(struct mn_check_means *means)
{
    mn_certificates_free(&means->anchors);
    mn_certificates_free(&means->issuers);
    mn_bytes_free(&means->list);
}

/* --- running it --- */

static int print(const struct mn_chosen *chosen, const struct mn_certificate_check *check,
                 bool json)
{
    bool done = true;
    if (json)
        done = mn_check_print_json(stdout, chosen, check);
    else
        mn_check_print(stdout, chosen, check, mn_colour_wanted(STDOUT_FILENO));
    if (done && fflush(stdout) == 0 && !ferror(stdout))
        return mn_certificate_check_status(check);
    fprintf(stderr, _("mynakey: the output could not be written\n"));
    return MN_EXIT_FAILED;
}

static int check(const struct options *options, const struct mn_check_means *means)
{
    struct mn_chosen chosen;
    struct mn_certificate_check found;
    int status = mn_chosen_get(&options->wanted, &chosen);
    if (status == MN_EXIT_OK) {
        mn_rc rc = mn_certificate_check(&chosen, means, time(NULL), &found);
        status = rc ? failed(rc) : print(&chosen, &found, options->json);
    }
    mn_chosen_release(&chosen);
    return status;
}

static int run(const struct options *options)
{
    struct mn_check_means means = {0};
    mn_crypto_let_host_configure(); /* it may load the module into this process */
    mn_rc rc = mn_crypto_open();
    if (rc)
        return failed(rc);
    int status = read_means(options, &means) ? check(options, &means) : MN_EXIT_FAILED;
    release_means(&means);
    mn_crypto_close();
    return status;
}

int mn_verb_check(int argc, char **argv)
{
    struct options options = {.wanted.kind = MN_CHOSEN_AUTH};
    const struct mn_option words[] = {
        {"anchor", .word = &options.anchor},        {"crl", .word = &options.list},
        {"crl-issuer", .word = &options.issuer},    {"json", .set = &options.json},
        {"fresh", .set = &options.wanted.fresh},    {"pin-file", .word = &options.wanted.pin_file},
        {"reader", .word = &options.wanted.reader}, {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (optind < argc && !mn_wanted_certificate_read(&options.wanted, argc - optind, argv + optind))
        return MN_EXIT_USAGE;
    return run(&options);
}
