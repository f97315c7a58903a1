#include "cli/signal_hold.h"

#include <stddef.h>

void mn_signal_hold_set(sigset_t *set)
{
    static const int signals[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGTSTP,
                                  SIGALRM, SIGPIPE, SIGUSR1, SIGUSR2, SIGCONT};
    sigemptyset(set);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaddset(set, signals[i]);
}

void mn_signal_hold_begin(sigset_t *former)
{
    sigset_t held;
    mn_signal_hold_set(&held);
    sigprocmask(SIG_BLOCK, &held, former);
}

void mn_signal_hold_end(const sigset_t *former)
{
    sigprocmask(SIG_SETMASK, former, NULL);
}
