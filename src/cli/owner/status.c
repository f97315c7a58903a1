#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/colour.h"
#include "cli/message.h"
#include "cli/option.h"
#include "cli/owner/status_findings.h"
#include "cli/owner/status_watch.h"
#include "cli/readers.h"
#include "cli/verb.h"

struct options {
    bool json, watch;
};

static void print_help(void)
{
    printf(_("Usage: mynakey status [--json] [--watch]\n\n"
             "Shows where the PKCS#11 module is, the readers, the card in each, how many tries\n"
             "each PIN has left, both certificates and until when they are valid, which\n"
             "programs know the module, and the software certificates. Asks for no PIN and\n"
             "costs no try.\n\n"
             "The card shows its signing certificate only after its password: 'mynakey show\n"
             "sign' asks for that, and 'mynakey remember' keeps a copy that is shown here.\n\n"
             "  --json    the same for programs\n"
             "  --watch   show it again whenever it changes, until Ctrl-C\n\n"
             "Exit status: 0 a My Number Card was found, 3 none was found, 1 failure,\n"
             "2 usage.\n"));
}

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static bool print(const struct mn_status *status, bool json)
{
    if (json)
        return mn_status_print_json(stdout, status, false);
    mn_status_print(stdout, status, mn_colour_wanted(STDOUT_FILENO));
    return true;
}

static int show_once(struct mn_reader_pool *pool, bool json)
{
    struct mn_status status;
    mn_rc rc = mn_status_take(pool, &status);
    if (rc) {
        mn_status_release(&status);
        return failed(rc);
    }
    bool printed = print(&status, json);
    int result = mn_status_has_card(&status) ? MN_EXIT_OK : MN_EXIT_NO_CARD;
    mn_status_release(&status);
    if (printed && fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, _("mynakey: the output could not be written\n"));
    return MN_EXIT_FAILED;
}

/* Ends the program as the signal would have done, so that whoever called it knows. */
static void obey(int signal)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, signal);
    raise(signal);
    sigprocmask(SIG_UNBLOCK, &held, NULL);
}

static int run(const struct options *options)
{
    struct mn_cli_readers readers;
    int signal = 0;
    mn_rc rc = mn_cli_readers_open(&readers);
    int status = rc               ? failed(rc)
                 : options->watch ? mn_status_watch(readers.pool, options->json, &signal)
                                  : show_once(readers.pool, options->json);
    mn_cli_readers_close(&readers);
    if (signal)
        obey(signal);
    return status;
}

int mn_verb_status(int argc, char **argv)
{
    struct options options = {0};
    const struct mn_option words[] = {
        {"json", .set = &options.json}, {"watch", .set = &options.watch}, {0}};
    int status = mn_options_read(argc, argv, words, print_help);
    if (status >= 0)
        return status;
    return mn_options_end(argc, argv, "status") ? run(&options) : MN_EXIT_USAGE;
}
