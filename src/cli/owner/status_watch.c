#include "cli/owner/status_watch.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/colour.h"
#include "cli/message.h"
#include "cli/owner/status_findings.h"
#include "cli/verb.h"

/* No reader tells that a counter has changed: it is asked for again after this. */
#define LOOK_AGAIN_MS 5000

/* A cancel may miss a wait that is just beginning: it is repeated. */
#define CANCEL_AGAIN_MS 100

/* ECMA-48: the cursor to the first column of the first line, and all from there on erased. */
#define CLEAR "\033[H\033[J"

struct watch {
    struct mn_reader_pool *pool;
    bool json, in_place, colour;
    char *shown; /* what was printed last; NULL: nothing yet */
    sigset_t signals;
    atomic_int signal; /* that ends it; 0: none yet */
    atomic_bool ended;
};

/* --- signals: a thread waits for them, because a wait for readers cannot be interrupted --- */

static void *await_signal(void *context)
{
    struct watch *watch = context;
    int signal;
    sigwait(&watch->signals, &signal);
    watch->signal = signal;
    while (!watch->ended) {
        mn_reader_pool_cancel(watch->pool);
        nanosleep(&(struct timespec){.tv_nsec = CANCEL_AGAIN_MS * 1000000L}, NULL);
    }
    return NULL;
}

/* Ends the thread where no signal has come. */
#define SIGNAL_OF_OURS SIGUSR1

/* What whoever started this had ignored (nohup, a job in the background), stays so. */
static void hold_signals(struct watch *watch)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction now;
    sigemptyset(&watch->signals);
    sigaddset(&watch->signals, SIGNAL_OF_OURS);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
        if (sigaction(ending[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&watch->signals, ending[i]);
    pthread_sigmask(SIG_BLOCK, &watch->signals, NULL);
}

/* --- the text --- */

static char *render(const struct watch *watch, const struct mn_status *status)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    bool done = out;
    if (out && watch->json)
        done = mn_status_print_json(out, status, true);
    else if (out)
        mn_status_print(out, status, watch->colour);
    if (!out || fclose(out) != 0 || !done) {
        free(text);
        text = NULL;
    }
    return text;
}

static void print_time(void)
{
    char now[MN_INSTANT_ROOM];
    mn_instant_text(time(NULL), now);
    printf("--- %s ---\n", now);
}

static bool show(struct watch *watch, char *text)
{
    if (watch->in_place)
        fputs(CLEAR, stdout);
    else if (!watch->json)
        print_time();
    fputs(text, stdout);
    if (watch->in_place)
        printf(_("\n(Ctrl-C ends this)\n"));
    else if (!watch->json)
        putchar('\n');
    free(watch->shown);
    watch->shown = text;
    return fflush(stdout) == 0 && !ferror(stdout);
}

static int look_once(struct watch *watch)
{
    struct mn_status status;
    mn_rc rc = mn_reader_pool_refresh(watch->pool);
    if (rc == MN_OK)
        rc = mn_status_take(watch->pool, &status);
    char *text = rc == MN_OK ? render(watch, &status) : NULL;
    if (rc == MN_OK)
        mn_status_release(&status);
    if (!text) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(MN_E_MEMORY));
        return MN_EXIT_FAILED;
    }
    if (watch->shown && strcmp(watch->shown, text) == 0) {
        free(text);
        return MN_EXIT_OK;
    }
    if (show(watch, text))
        return MN_EXIT_OK;
    fprintf(stderr, _("mynakey: the output could not be written\n"));
    return MN_EXIT_FAILED;
}

/* --- both --- */

static int look_until_signalled(struct watch *watch)
{
    int status = MN_EXIT_OK;
    while (status == MN_EXIT_OK && !watch->signal) {
        status = look_once(watch);
        if (status == MN_EXIT_OK && !watch->signal)
            (void)mn_reader_pool_wait(watch->pool, LOOK_AGAIN_MS);
    }
    return status;
}

/* Can what was printed be printed over? */
static bool is_screen(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && terminal && terminal[0] && strcmp(terminal, "dumb") != 0;
}

int mn_status_watch(struct mn_reader_pool *pool, bool json, int *signal)
{
    struct watch watch = {.pool = pool,
                          .json = json,
                          .colour = mn_colour_wanted(STDOUT_FILENO),
                          .in_place = !json && is_screen()};
    pthread_t waiter;
    *signal = 0;
    hold_signals(&watch);
    if (pthread_create(&waiter, NULL, await_signal, &watch) != 0) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(MN_E_MEMORY));
        return MN_EXIT_FAILED;
    }
    int status = look_until_signalled(&watch);
    watch.ended = true;
    if (status == MN_EXIT_OK)
        *signal = watch.signal;
    else
        pthread_kill(waiter, SIGNAL_OF_OURS);
    pthread_join(waiter, NULL);
    free(watch.shown);
    return status;
}
