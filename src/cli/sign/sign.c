#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/sign/sign_run.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_("Usage: mynakey sign FILE... [OPTION...]\n\n"
             "Writes FILE.mnsgn beside each file: a detached signature that 'mynakey verify' and\n"
             "OpenSSL check. The file itself stays as it is.\n\n"
             "  --with KEY               whose signature: 'soft' (the one software certificate of\n"
             "                           'mynakey soft list'; so without --with), 'soft:NAME' (by\n"
             "                           label or number), a .pfx file, 'sign' (the card), or a\n"
             "                           'pkcs11:' URI of any module\n"
             "  -r, --recursive          sign what is in folders; what symbolic links lead to is\n"
             "                           left out\n"
             "  -o, --output FILE        write the signature there; '-' as the file to sign is\n"
             "                           standard input, and wants this option\n"
             "  --add                    add a signature to those that the .mnsgn has\n"
             "  --force                  replace a .mnsgn that is there\n"
             "  --timestamp URL          have a time stamp authority (RFC 3161) confirm the time\n"
             "  --passphrase-file FILE   the passphrase of the .pfx; '-': standard input\n"
             "  --pin-file FILE          the card's password or the token's PIN; '-': likewise\n"
             "  --reader NAME            the card in the reader whose name has NAME in it\n"
             "  --anchor FILE            the CA certificate that the card's has to lead to, in\n"
             "                           place of those that JPKI has published\n"
             "  --yes                    do not ask whether your particulars may be told\n\n"
             "Exit status: 0 all files are signed, 1 some are not, 2 usage, 3 no card was "
             "found.\n"));
}

enum { FORCE = 256, ADD, STAMP, YES, WITH, PASSPHRASE, PIN, READER, ANCHOR };

static const struct option words[] = {{"with", required_argument, NULL, WITH},
                                      {"recursive", no_argument, NULL, 'r'},
                                      {"output", required_argument, NULL, 'o'},
                                      {"add", no_argument, NULL, ADD},
                                      {"force", no_argument, NULL, FORCE},
                                      {"timestamp", required_argument, NULL, STAMP},
                                      {"passphrase-file", required_argument, NULL, PASSPHRASE},
                                      {"pin-file", required_argument, NULL, PIN},
                                      {"reader", required_argument, NULL, READER},
                                      {"anchor", required_argument, NULL, ANCHOR},
                                      {"yes", no_argument, NULL, YES},
                                      {"help", no_argument, NULL, 'h'},
                                      {0}};

static bool take_option(struct mn_sign_options *o, int c)
{
    switch (c) {
    case WITH:
        o->with = optarg;
        return true;
    case 'r':
        return o->recursive = true;
    case 'o':
        o->output = optarg;
        return true;
    case ADD:
        return o->add = true;
    case FORCE:
        return o->force = true;
    case STAMP:
        o->stamp_url = optarg;
        return true;
    case PASSPHRASE:
        o->passphrase_file = optarg;
        return true;
    case PIN:
        o->pin_file = optarg;
        return true;
    case READER:
        o->reader = optarg;
        return true;
    case ANCHOR:
        o->trust_anchor = optarg;
        return true;
    case YES:
        return o->yes = true;
    default:
        return false;
    }
}

static bool is_dash(const char *text)
{
    return text && strcmp(text, "-") == 0;
}

/* Why the words do not go together, or NULL. */
static const char *fault_of(const struct mn_sign_options *o)
{
    bool standard_input = o->count == 1 && is_dash(o->files[0]);
    if (o->count == 0)
        return _("which file is to be signed?");
    if (o->force && o->add)
        return _("--force and --add do not go together");
    if (o->output && (o->count > 1 || o->recursive))
        return _("--output is for one file");
    if (standard_input && !o->output)
        return _("what comes from standard input needs --output FILE");
    if (standard_input && (is_dash(o->pin_file) || is_dash(o->passphrase_file)))
        return _("standard input cannot be the file and the secret at once");
    return NULL;
}

int mn_verb_sign(int argc, char **argv)
{
    struct mn_sign_options options = {0};
    for (int c; (c = getopt_long(argc, argv, "hro:", words, NULL)) != -1;) {
        if (c == 'h') {
            print_help();
            return MN_EXIT_OK;
        }
        if (!take_option(&options, c))
            return MN_EXIT_USAGE;
    }
    options.files = argv + optind;
    options.count = (size_t)(argc - optind);
    const char *fault = fault_of(&options);
    if (!fault)
        return mn_sign_run(&options);
    fprintf(stderr, _("mynakey: %s; 'mynakey sign --help' tells how it is used\n"), fault);
    return MN_EXIT_USAGE;
}
