#include <getopt.h> /* optind */
#include <stdio.h>
#include <string.h>

#include "cli/authority/approval.h"
#include "cli/authority/authority.h"
#include "cli/authority/office.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/verb.h"

static void print_review_help(void)
{
    printf(_("Usage: mynakey authority review FILE... [OPTION...]\n\n"
             "Shows what requests are worth, and changes nothing. A FILE is a mail (.eml) or a\n"
             "mailbox (.mbox) as it arrived, or a certificate (.cer) followed by the card's\n"
             "signature on it (.mnsgn).\n\n"
             "  --crl FILE           look whether the card's certificate is in this list of\n"
             "                       revocations\n"
             "  --anchor FILE        trust the CA certificates in FILE instead of JPKI's\n"
             "                       published ones: for test cards\n"
             "  --json               for programs\n"
             "  --authority FOLDER   the authority's folder\n\n"
             "Exit status: 0 all can be approved, 30 one is refused, 1 failure, 2 usage.\n"));
}

static void print_approve_help(void)
{
    printf(_("Usage: mynakey authority approve FILE... [OPTION...]\n\n"
             "Shows what requests are worth ('review'), asks, and registers the good ones,\n"
             "each under the next number. The key is not needed: 'publish' signs.\n\n"
             "  --years N            how long to vouch, 1 to 5 (as 'init' was told, else 2);\n"
             "                       never longer than the certificate itself\n"
             "  --answer FILE.eml    write the mail that tells the sender; a folder: one for\n"
             "                       each, NUMBER.eml\n"
             "  --site URL           where the authority publishes, from now on\n"
             "  --crl FILE, --anchor FILE, --authority FOLDER   as in 'review'\n"
             "  --yes                do not ask\n"
             "  --json               tell programs what was done; together with --yes\n\n"
             "Exit status: 0 all are registered, 30 one is refused (the others are\n"
             "registered), 1 failure, 2 usage.\n"));
}

static void print_reissue_help(void)
{
    printf(_("Usage: mynakey authority reissue NUMBER FILE... [OPTION...]\n\n"
             "Registers a new certificate of the same person in the place of NUMBER, which is\n"
             "withdrawn as superseded in the same step unless it is withdrawn already. The\n"
             "rest is as in 'approve'.\n\n"
             "Exit status: 0 done, 30 refused, 1 failure, 2 usage.\n"));
}

/* What registering takes besides what looking takes. */
static void add_registering(struct mn_option *words, struct mn_approval *a)
{
    const struct mn_option more[] = {{"answer", .word = &a->answer},
                                     {"site", .read = mn_office_site, .out = a->site},
                                     {"years", .read = mn_office_years, .out = &a->years},
                                     {"yes", .set = &a->yes},
                                     {0}};
    while (words->name)
        words++;
    memcpy(words, more, sizeof more);
}

static int run(enum mn_approval_kind kind, const char *verb, void (*print_help)(void), int argc,
               char **argv)
{
    struct mn_approval a = {.kind = kind};
    struct mn_option words[MN_OPTIONS_MAX] = {{"authority", .word = &a.folder},
                                              {"anchor", .word = &a.anchor},
                                              {"crl", .word = &a.crl},
                                              {"json", .set = &a.json}};
    if (kind != MN_APPROVAL_REVIEW)
        add_registering(words, &a);
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    if (kind == MN_APPROVAL_REISSUE && optind < argc) {
        a.replaces = mn_office_number(argv[optind++]);
        if (!a.replaces)
            return MN_EXIT_USAGE;
    }
    if (optind == argc)
        return mn_options_wrong(verb);
    if (a.json && !a.yes && kind != MN_APPROVAL_REVIEW) {
        fprintf(stderr, _("mynakey: --json goes with --yes: a program answers no questions\n"));
        return MN_EXIT_USAGE;
    }
    return mn_approval_run(&a, argv + optind, argc - optind);
}

int mn_authority_review(int argc, char **argv)
{
    return run(MN_APPROVAL_REVIEW, "authority review", print_review_help, argc, argv);
}

int mn_authority_approve(int argc, char **argv)
{
    return run(MN_APPROVAL_APPROVE, "authority approve", print_approve_help, argc, argv);
}

int mn_authority_reissue(int argc, char **argv)
{
    return run(MN_APPROVAL_REISSUE, "authority reissue", print_reissue_help, argc, argv);
}
