#include <getopt.h> /* optind */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/soft_shelf.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/printable.h"
#include "cli/setup/setup_notify.h"
#include "cli/setup/setup_run.h"
#include "cli/verb.h"

/* The words of the call. */
struct words {
    struct mn_setup_call call;
    bool list, json, module, write;
    bool token_named; /* whether --token was given */
    bool notify;      /* no program, but the timer */
};

static void print_help(void)
{
    printf(_("Usage: mynakey setup PROGRAM [--token WORD] [--profile NAME] [--yes] [--undo]\n"
             "       mynakey setup ssh [--write --host HOST]\n"
             "       mynakey setup notify [--yes] [--undo]\n"
             "       mynakey setup --list [--json] | --module [WORD]\n\n"
             "Tells a program of the module. Shows every line that it will change, and asks\n"
             "before. The file as it was stays beside it.\n\n"
             "Programs: firefox, thunderbird, libreoffice, ssh, p11-kit; java, openssl, pam\n"
             "(tells what to type). notify: 'mynakey notify' looks every day.\n\n"
             "  --token WORD    what to offer: auth or sign (a key of the card), soft (keys in\n"
             "                  files), auth-soft, both (all); else what suits PROGRAM\n"
             "  --profile NAME  only this profile, by name or folder\n"
             "  --host HOST     for ssh: the hosts to use the card for, as after 'Host'\n"
             "  --write         for ssh: change ~/.ssh/config; without it, only tells how\n"
             "  --yes           do not ask\n"
             "  --undo          take back what setup did\n"
             "  --list          the programs, their profiles, and which know the module\n"
             "  --json          with --list: the same for programs\n"
             "  --module        print the module's path\n\n"
             "Exit status: 0 done or nothing to do, 1 not done or not all of it, 2 usage.\n"));
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

static bool take_word(struct words *w, const char *word)
{
    if (w->module && !w->token_named && mn_setup_token_named(word, &w->call.token))
        return true;
    if (w->list || w->module || w->call.program || w->notify)
        return usage(_("setup takes no more words; too much is: "), word);
    w->notify = strcmp(word, "notify") == 0;
    if (w->notify)
        return !w->token_named || usage(_("--token does not go with: "), word);
    w->call.program = mn_setup_program_named(word);
    if (!w->call.program)
        return usage(_("setup knows no such program ('mynakey setup --help' lists them): "), word);
    if (!w->token_named)
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

/* MN_EXIT_OK: go on, unless help was asked for. */
static bool read_token(const char *word, void *out)
{
    struct words *w = out;
    w->token_named = mn_setup_token_named(word, &w->call.token);
    return w->token_named ||
           usage(_("--token takes auth, sign, soft, auth-soft or both, and not: "), word);
}

static bool take_words(struct words *w, int argc, char **argv)
{
    for (; optind < argc; optind++)
        if (!take_word(w, argv[optind]))
            return false;
    return fits_together(w);
}

int mn_verb_setup(int argc, char **argv)
{
    struct words w = {.call.token = MN_SETUP_BOTH};
    const struct mn_option words[] = {{"list", .set = &w.list},
                                      {"json", .set = &w.json},
                                      {"module", .set = &w.module},
                                      {"token", .read = read_token, .out = &w},
                                      {"yes", .set = &w.call.yes},
                                      {"profile", .word = &w.call.request.profile},
                                      {"undo", .set = &w.call.request.undo},
                                      {"host", .word = &w.call.request.hosts},
                                      {"write", .set = &w.write},
                                      {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    status = take_words(&w, argc, argv) ? run(&w) : MN_EXIT_USAGE;
    if (status == MN_EXIT_OK && (fflush(stdout) != 0 || ferror(stdout))) {
        fprintf(stderr, _("mynakey: the output could not be written\n"));
        status = MN_EXIT_FAILED;
    }
    return status;
}
