#include <getopt.h>
#include <stdio.h>

#include "cli/authority/approval.h"
#include "cli/authority/authority.h"
#include "cli/authority/office.h"
#include "cli/message.h"
#include "cli/verb.h"

static void print_review_help(void)
{
    printf(
        _("Usage: mynakey authority review FILE... [OPTION...]\n\n"
          "Shows what requests are worth, and changes nothing. A FILE is a mail (.eml) or a\n"
          "mailbox (.mbox) as it arrived, or a certificate (.cer) followed by the card's\n"
          "signature on it (.mnsgn).\n\n"
          "  --crl FILE           look whether the card's certificate is in this list of\n"
          "                       revocations\n"
          "  --anchor FILE        trust the CA certificates in FILE instead of JPKI's published\n"
          "                       ones: for test cards\n"
          "  --json               for programs\n"
          "  --authority FOLDER   the authority's folder\n\n"
          "Exit status: 0 all can be approved, 30 one is refused, 1 failure, 2 usage.\n"));
}

static void print_approve_help(void)
{
    printf(
        _("Usage: mynakey authority approve FILE... [OPTION...]\n\n"
          "Shows what requests are worth ('review'), asks, and registers the good ones, each\n"
          "under the next number. The key is not needed: 'publish' signs.\n\n"
          "  --years N            how long to vouch, 1 to 5 (as 'init' was told, else 2); never\n"
          "                       longer than the certificate itself\n"
          "  --answer FILE.eml    write the mail that tells the sender; a folder: one for each,\n"
          "                       NUMBER.eml\n"
          "  --site URL           where the authority publishes, from now on\n"
          "  --crl FILE, --anchor FILE, --authority FOLDER   as in 'review'\n"
          "  --yes                do not ask\n"
          "  --json               tell programs what was done; together with --yes\n\n"
          "Exit status: 0 all are registered, 30 one is refused (the others are registered),\n"
          "1 failure, 2 usage.\n"));
}

static void print_reissue_help(void)
{
    printf(_("Usage: mynakey authority reissue NUMBER FILE... [OPTION...]\n\n"
             "Registers a new certificate of the same person in the place of NUMBER, which is\n"
             "withdrawn as superseded in the same step unless it is withdrawn already. The\n"
             "rest is as in 'approve'.\n\n"
             "Exit status: 0 done, 30 refused, 1 failure, 2 usage.\n"));
}

static bool set(struct mn_approval *a, int c)
{
    switch (c) {
    case 'a':
        a->folder = optarg;
        return true;
    case 'n':
        a->anchor = optarg;
        return true;
    case 'c':
        a->crl = optarg;
        return true;
    case 'w':
        a->answer = optarg;
        return true;
    case 's':
        return mn_office_site(optarg, a->site);
    case 'e':
        return (a->years = mn_office_years(optarg)) != 0;
    case 'y':
        return a->yes = true;
    case 'j':
        return a->json = true;
    default:
        return false;
    }
}

static void print_help(enum mn_approval_kind kind)
{
    switch (kind) {
    case MN_APPROVAL_REVIEW:
        print_review_help();
        break;
    case MN_APPROVAL_APPROVE:
        print_approve_help();
        break;
    case MN_APPROVAL_REISSUE:
        print_reissue_help();
        break;
    }
}

static int usage(const char *word)
{
    fprintf(stderr, _("mynakey: 'mynakey authority %s --help' tells how it is used\n"), word);
    return MN_EXIT_USAGE;
}

static int run(enum mn_approval_kind kind, const struct option *words, int argc, char **argv)
{
    struct mn_approval a = {.kind = kind};
    for (int c; (c = getopt_long(argc, argv, "h", words, NULL)) != -1;) {
        if (c == 'h') {
            print_help(kind);
            return MN_EXIT_OK;
        }
        if (!set(&a, c))
            return MN_EXIT_USAGE;
    }
    if (kind == MN_APPROVAL_REISSUE && optind < argc) {
        a.replaces = mn_office_number(argv[optind++]);
        if (!a.replaces)
            return MN_EXIT_USAGE;
    }
    if (optind == argc)
        return usage(argv[0]);
    if (a.json && !a.yes && kind != MN_APPROVAL_REVIEW) {
        fprintf(stderr, _("mynakey: --json goes with --yes: a program answers no questions\n"));
        return MN_EXIT_USAGE;
    }
    return mn_approval_run(&a, argv + optind, argc - optind);
}

int mn_authority_review(int argc, char **argv)
{
    static const struct option words[] = {{"authority", required_argument, NULL, 'a'},
                                          {"anchor", required_argument, NULL, 'n'},
                                          {"crl", required_argument, NULL, 'c'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    return run(MN_APPROVAL_REVIEW, words, argc, argv);
}

/* What registers has these, too. */
static const struct option registering[] = {{"authority", required_argument, NULL, 'a'},
                                            {"anchor", required_argument, NULL, 'n'},
                                            {"crl", required_argument, NULL, 'c'},
                                            {"answer", required_argument, NULL, 'w'},
                                            {"site", required_argument, NULL, 's'},
                                            {"years", required_argument, NULL, 'e'},
                                            {"yes", no_argument, NULL, 'y'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};

int mn_authority_approve(int argc, char **argv)
{
    return run(MN_APPROVAL_APPROVE, registering, argc, argv);
}

int mn_authority_reissue(int argc, char **argv)
{
    return run(MN_APPROVAL_REISSUE, registering, argc, argv);
}
