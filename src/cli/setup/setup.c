#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/soft_shelf.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/setup/setup_notify.h"
#include "cli/setup/setup_run.h"
#include "cli/verb.h"

/* The words of the call. */
struct words {
    struct mn_setup_call call;
    bool list, json, module, write;
    bool notify; /* no program, but the timer */
};

static void print_help(void)
{
    printf(_(
        "Usage: mynakey setup PROGRAM [--token WORD] [--profile NAME|FOLDER] [--yes] [--undo]\n"
        "       mynakey setup ssh [--write --host HOST]\n"
        "       mynakey setup notify [--yes] [--undo]\n"
        "       mynakey setup --list [--json]\n"
        "       mynakey setup --module [WORD]\n\n"
        "Tells a program of the module, where the program looks for it. Shows every line that it\n"
        "will change, and asks before. The file as it was stays beside it.\n\n"
        "Programs: firefox, thunderbird, libreoffice, ssh, p11-kit; java, openssl, pam (only\n"
        "tells what to type); and notify, which has 'mynakey notify' look every day.\n\n"
        "  --token WORD    what to offer: auth or sign, a key of the card; soft, the software\n"
        "                  certificates; auth-soft; or both, which is all. Without it each "
        "program\n"
        "                  has its own default, and where there is a software certificate, "
        "Firefox\n"
        "                  gets auth-soft, Thunderbird and LibreOffice soft\n"
        "  --profile WHICH only this profile, by name or folder\n"
        "  --host HOST     for ssh: the hosts to use the card for, as after 'Host'\n"
        "  --write         for ssh: change ~/.ssh/config; without it, only tells how\n"
        "  --yes           do not ask\n"
        "  --undo          take back what setup did\n"
        "  --list          the programs, their profiles, and which know the module\n"
        "  --json          with --list: the same for programs\n"
        "  --module        print the module's path\n\n"
        "Exit status: 0 done, or nothing to do; 1 failure, nothing or not all was changed;\n"
        "2 usage.\n"));
}

static int print_module(const struct words *w)
{
    const char *library = mn_setup_library(w->call.token);

    if (access(library, R_OK) != 0) {
        fprintf(stderr, _("mynakey: the module is not installed: there is no %s\n"), library);
        return MN_EXIT_FAILED;
    }
    puts(library);
    return MN_EXIT_OK;
}

static int run(const struct words *w)
{
    if (w->notify)
        return mn_setup_notify(w->call.request.undo, w->call.yes);
    if (w->list)
        return mn_setup_list(w->json) ? MN_EXIT_OK : MN_EXIT_FAILED;
    if (w->module)
        return print_module(w);
    if (!w->call.program->find ||
        (w->call.program->writes_on_request && !w->write && !w->call.request.undo)) {
        mn_setup_print_advice(&w->call);
        return MN_EXIT_OK;
    }
    if (!w->call.request.undo && access(mn_setup_library(w->call.token), R_OK) != 0) {
        fprintf(stderr, _("mynakey: the module is not installed: there is no %s\n"),
                mn_setup_library(w->call.token));
        return MN_EXIT_FAILED;
    }
    return mn_setup_run(&w->call);
}

static bool usage(const char *text, const char *word)
{
    fprintf(stderr, "mynakey: %s%s\n", text, mn_printable(word));
    return false;
}

/* One line of printable characters: it goes into a file of settings. */
static bool is_one_line(const char *hosts)
{
    bool full = false;

    for (const char *c = hosts; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return false;
        full = full || *c != ' ';
    }
    return full;
}

static bool has_soft_certificate(void)
{
    struct mn_soft_glance glance;

    mn_soft_shelf_look(&glance);
    for (unsigned number = 1; number <= MN_SOFT_MAX; number++)
        if (glance.at[number])
            return true;
    return false;
}

/* What the program is told of where nobody says. */
static enum mn_setup_token usual_token(const struct mn_setup_program *program)
{
    return program->token_with_soft != MN_SETUP_BOTH && has_soft_certificate()
               ? program->token_with_soft
               : program->token;
}

static bool take_word(struct words *w, const char *word, bool token_named)
{
    if (w->module && !token_named && mn_setup_token_named(word, &w->call.token))
        return true;
    if (w->list || w->module || w->call.program || w->notify)
        return usage(_("setup takes no more words; too much is: "), word);
    w->notify = strcmp(word, "notify") == 0;
    if (w->notify)
        return !token_named || usage(_("--token does not go with: "), word);
    w->call.program = mn_setup_program_named(word);
    if (!w->call.program)
        return usage(_("setup knows no such program ('mynakey setup --help' lists them): "), word);
    if (!token_named)
        w->call.token = usual_token(w->call.program);
    return true;
}

static bool fits_together(const struct words *w)
{
    if (w->json && !w->list)
        return usage(_("--json goes with --list only"), "");
    if (w->notify && (w->list || w->module || w->call.request.profile))
        return usage(_("this goes without --list, --module and --profile: "), "notify");
    if (!w->list && !w->module && !w->call.program && !w->notify)
        return usage(_("which program? 'mynakey setup --help' lists them"), "");
    if ((w->write || w->call.request.hosts) &&
        (!w->call.program || !w->call.program->writes_on_request))
        return usage(_("--write and --host go with ssh only"), "");
    if (w->write != (w->call.request.hosts != NULL))
        return usage(_("--write and --host go together"), "");
    if (w->call.request.hosts && !is_one_line(w->call.request.hosts))
        return usage(_("this is no host: "), w->call.request.hosts);
    return true;
}

static const struct option options[] = {
    {"list", no_argument, NULL, 'l'},
    {"json", no_argument, NULL, 'j'},
    {"module", no_argument, NULL, 'm'},
    {"token", required_argument, NULL, 't'},
    {"yes", no_argument, NULL, 'y'},
    {"profile", required_argument, NULL, 'p'},
    {"undo", no_argument, NULL, 'u'},
    {"host", required_argument, NULL, 'o'},
    {"write", no_argument, NULL, 'w'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

/* MN_EXIT_OK: go on, unless help was asked for. */
static int read_options(int argc, char **argv, struct words *w, bool *help)
{
    bool token_named = false;

    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (c) {
        case 'h':
            *help = true;
            return MN_EXIT_OK;
        case 'l':
            w->list = true;
            break;
        case 'j':
            w->json = true;
            break;
        case 'm':
            w->module = true;
            break;
        case 'y':
            w->call.yes = true;
            break;
        case 'u':
            w->call.request.undo = true;
            break;
        case 'w':
            w->write = true;
            break;
        case 'p':
            w->call.request.profile = optarg;
            break;
        case 'o':
            w->call.request.hosts = optarg;
            break;
        case 't':
            token_named = mn_setup_token_named(optarg, &w->call.token);
            if (token_named)
                break;
            usage(_("--token takes auth, sign, soft, auth-soft or both, and not: "), optarg);
            return MN_EXIT_USAGE;
        default:
            return MN_EXIT_USAGE;
        }
    }
    for (; optind < argc; optind++)
        if (!take_word(w, argv[optind], token_named))
            return MN_EXIT_USAGE;
    return fits_together(w) ? MN_EXIT_OK : MN_EXIT_USAGE;
}

int mn_verb_setup(int argc, char **argv)
{
    struct words w = {.call.token = MN_SETUP_BOTH};
    bool help = false;
    int status = read_options(argc, argv, &w, &help);

    if (help)
        print_help();
    else if (status == MN_EXIT_OK)
        status = run(&w);
    if (status == MN_EXIT_OK && (fflush(stdout) != 0 || ferror(stdout))) {
        fprintf(stderr, _("mynakey: the output could not be written\n"));
        status = MN_EXIT_FAILED;
    }
    return status;
}
