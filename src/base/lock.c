#include "base/lock.h"

#define MN_LOG_ROOM "base"
#include "base/log.h"

mn_rc mn_lock_init(struct mn_lock *lock, const struct mn_lock_hooks *hooks)
{
    lock->hooks = hooks;
    lock->foreign = NULL;
    if (hooks)
        return hooks->create(&lock->foreign) == 0 ? MN_OK : MN_E_MEMORY;
    return pthread_mutex_init(&lock->own, NULL) == 0 ? MN_OK : MN_E_MEMORY;
}

void mn_lock_free(struct mn_lock *lock)
{
    if (lock->hooks)
        (void)lock->hooks->destroy(lock->foreign);
    else
        (void)pthread_mutex_destroy(&lock->own);
}

void mn_lock(struct mn_lock *lock)
{
    unsigned long failed = lock->hooks ? lock->hooks->lock(lock->foreign)
                                       : (unsigned long)pthread_mutex_lock(&lock->own);

    if (failed)
        mn_log_error("a mutex could not be locked: 0x%lx", failed);
}

void mn_unlock(struct mn_lock *lock)
{
    unsigned long failed = lock->hooks ? lock->hooks->unlock(lock->foreign)
                                       : (unsigned long)pthread_mutex_unlock(&lock->own);

    if (failed)
        mn_log_error("a mutex could not be unlocked: 0x%lx", failed);
}
