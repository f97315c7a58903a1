#include <getopt.h> /* optind */
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/option.h"
#include "cli/sign/sign_run.h"
#include "cli/verb.h"

static void print_help(void)
{
    printf(_("Usage: mynakey sign FILE... [OPTION...]\n\n"
             "Writes FILE.mnsgn beside each file: a detached signature that 'mynakey verify'\n"
             "and OpenSSL check. The file itself stays as it is.\n\n"
             "  --with KEY              whose signature: 'soft' (the software certificate of\n"
             "                          'mynakey soft list'; so without --with), 'soft:NAME'\n"
             "                          (label or number), a .pfx file, 'sign' (the card), or\n"
             "                          the 'pkcs11:' URI of a key in any module\n"
             "  -r, --recursive         what is in folders; symbolic links are not followed\n"
             "  -o, --output FILE       write it there; '-', standard input, has to have this\n"
             "  --add                   add a signature to those that the .mnsgn has\n"
             "  --force                 replace a .mnsgn that is there\n"
             "  --timestamp URL         have a time stamp authority (RFC 3161) tell the time\n"
             "  --passphrase-file FILE  the passphrase of the .pfx; '-': standard input\n"
             "  --pin-file FILE         the card's password or the token's PIN; '-': likewise\n"
             "  --reader NAME           the card in the reader whose name has NAME in it\n"
             "  --anchor FILE           a CA certificate to trust, not JPKI's: for test cards\n"
             "  --yes                   do not ask whether your particulars may be told\n\n"
             "Exit status: 0 all are signed, 1 some are not, 2 usage, 3 no card was found.\n"));
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
    const struct mn_option words[] = {{"with", .word = &options.with},
                                      {"recursive", .set = &options.recursive, .letter = 'r'},
                                      {"output", .word = &options.output, .letter = 'o'},
                                      {"add", .set = &options.add},
                                      {"force", .set = &options.force},
                                      {"timestamp", .word = &options.stamp_url},
                                      {"passphrase-file", .word = &options.passphrase_file},
                                      {"pin-file", .word = &options.pin_file},
                                      {"reader", .word = &options.reader},
                                      {"anchor", .word = &options.trust_anchor},
                                      {"yes", .set = &options.yes},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    options.files = argv + optind;
    options.count = (size_t)(argc - optind);
    const char *fault = fault_of(&options);
    if (!fault)
        return mn_sign_run(&options);
    fprintf(stderr, _("mynakey: %s; 'mynakey sign --help' tells how it is used\n"), fault);
    return MN_EXIT_USAGE;
}
