#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/verb.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} verbs[] = {
    {"authority", mn_verb_authority, N_("run a validity authority")},
    {"check", mn_verb_check, N_("check a certificate: time, issuer, use, revocation")},
    {"csr", mn_verb_csr, N_("make a key and a request for a certificate from a CA")},
    {"doctor", mn_verb_doctor, N_("tell what is wrong, and the command that mends it")},
    {"face", mn_verb_face, N_("show the card's face and whether it is genuine")},
    {"forget", mn_verb_forget, N_("remove what 'remember' has kept")},
    {"issue", mn_verb_issue, N_("make a certificate in files and have the card sign it")},
    {"notify", mn_verb_notify, N_("tell which certificates end soon")},
    {"pin", mn_verb_pin, N_("show, prove and change the card's PINs")},
    {"remember", mn_verb_remember, N_("keep a copy of the signing certificate for programs")},
    {"renew", mn_verb_renew, N_("make the next certificate by the choices of the last")},
    {"setup", mn_verb_setup, N_("tell Firefox and other programs of the module")},
    {"show", mn_verb_show, N_("show a certificate: the card's, its CAs', any")},
    {"sign", mn_verb_sign, N_("sign files, with a .mnsgn beside each")},
    {"soft", mn_verb_soft, N_("offer keys in PKCS#12 files to programs")},
    {"status", mn_verb_status, N_("show readers, cards, tries left, certificates, programs")},
    {"text", mn_verb_text, N_("show name and address as the card has them")},
    {"trace", mn_verb_trace, N_("show what the card is asked, for a bug report")},
    {"trust", mn_verb_trust, N_("believe the authority of a site")},
    {"verify", mn_verb_verify, N_("tell whether a file is what was signed, and by whom")},
};

#define VERBS (sizeof verbs / sizeof verbs[0])

static void print_help(FILE *out)
{
    fprintf(out, _("Usage: mynakey VERB [OPTION...]\n\n"
                   "Verbs; 'mynakey VERB --help' tells the options of one:\n"));
    for (size_t i = 0; i < VERBS; i++)
        fprintf(out, "  %-10s %s\n", verbs[i].name, gettext(verbs[i].summary));
}

/* Passphrases and new private keys are in memory for a while: should this ever fall, nothing of it
 * is to be left in a file. */
static void leave_no_core(void)
{
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0});
}

/* Where one of the three is closed, the next file or socket that is opened would be it, and get
 * what is meant for a person. What is opened here in its place takes and gives nothing. */
static bool hold_standard_files(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    if (!hold_standard_files())
        return MN_EXIT_FAILED;
    leave_no_core();
    mn_message_start();
    if (argc < 2) {
        print_help(stderr);
        return MN_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return MN_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("mynakey %s\n", MN_VERSION);
        return MN_EXIT_OK;
    }
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    fprintf(stderr, _("mynakey: there is no verb '%s'; 'mynakey --help' lists them\n"), argv[1]);
    return MN_EXIT_USAGE;
}
