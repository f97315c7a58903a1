#include "transport/context.h"

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include <winscard.h>

#include "transport/pcsc.h"

/* A service that does not answer must not keep its clients' hosts from forking. */
#define FORK_WAITS_S 2

/* Under it nothing is called but what makes and releases contexts. */
static pthread_mutex_t at_service = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool forks_with_lock;

static void before_fork(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FORK_WAITS_S;
    forks_with_lock = pthread_mutex_timedlock(&at_service, &until) == 0;
}

static void after_fork(void)
{
    if (forks_with_lock)
        pthread_mutex_unlock(&at_service);
    forks_with_lock = false;
}

static void register_fork_handlers(void)
{
    pthread_atfork(before_fork, after_fork, after_fork);
}

/* pcscd asks polkit about a program before it reads a word from it, and says no by hanging up. */
static mn_rc context_rc(LONG code)
{
    return code == SCARD_F_COMM_ERROR ? MN_E_NOT_ALLOWED : mn_pcsc_rc(code);
}

mn_rc mn_pcsc_context_open(long *context)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_fork_handlers);
    pthread_mutex_lock(&at_service);
    LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, context);
    pthread_mutex_unlock(&at_service);
    if (code != SCARD_S_SUCCESS)
        *context = 0;
    return context_rc(code);
}

void mn_pcsc_context_close(long *context)
{
    if (!*context)
        return;
    pthread_mutex_lock(&at_service);
    SCardReleaseContext(*context);
    pthread_mutex_unlock(&at_service);
    *context = 0;
}
