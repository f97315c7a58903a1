#include "cli/authority/publish_watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "authority/registry_watch.h"
#include "cli/message.h"
#include "cli/verb.h"

#define AFTER_FAILURE 60   /* seconds */
#define AT_MOST       3600 /* the clock may be set meanwhile, and the computer asleep */

/* How long to wait, in milliseconds. */
static int patience(int status, time_t again_at)
{
    time_t left = again_at ? again_at - time(NULL) : AT_MOST;

    if (status != MN_EXIT_OK)
        left = AFTER_FAILURE;
    if (left > AT_MOST)
        left = AT_MOST;
    return left > 0 ? (int)left * 1000 : 0;
}

/* Waits for a change or a signal, or until it is time. False: a signal. */
static bool wait_for_more(int watch, int signals, int milliseconds)
{
    struct pollfd fds[] = {{.fd = signals, .events = POLLIN}, {.fd = watch, .events = POLLIN}};

    struct signalfd_siginfo taken; /* it would come once more when signals are let through again */

    while (poll(fds, 2, milliseconds) < 0 && errno == EINTR)
        ;
    return !fds[0].revents || read(signals, &taken, sizeof taken) < 0;
}

static int run(int watch, int signals, int (*publish)(void *self, time_t *again_at), void *self)
{
    time_t again_at = 0;
    int status;

    do {
        mn_registry_watch_forget(watch); /* before it is looked at, so that none is missed */
        status = publish(self, &again_at);
    } while (wait_for_more(watch, signals, patience(status, again_at)));
    return MN_EXIT_OK;
}

int mn_publish_watch(const char *registry, int (*publish)(void *self, time_t *again_at), void *self)
{
    sigset_t ending, before;
    int watch, signals, status = MN_EXIT_FAILED;
    mn_rc rc = mn_registry_watch_open(registry, &watch);

    if (rc) {
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
        return MN_EXIT_FAILED;
    }
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &ending, &before);
    signals = signalfd(-1, &ending, SFD_CLOEXEC);
    if (signals >= 0)
        status = run(watch, signals, publish, self);
    if (signals >= 0)
        close(signals);
    close(watch);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}
