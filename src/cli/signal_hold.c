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

bool mn_signal_hold_is_called_off(void)
{
    static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    sigset_t waiting;
    sigpending(&waiting);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
        if (sigismember(&waiting, ending[i]) == 1)
            return true;
    return false;
}

void mn_signal_hold_end(const sigset_t *former)
{
    sigprocmask(SIG_SETMASK, former, NULL);
}
