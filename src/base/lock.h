/* A mutex: the host program's own where it insisted on that at C_Initialize, else pthread's.
 *
 * Order everywhere: module, then slot, then reader. Nothing holds the module's lock across card
 * I/O. */
#ifndef MN_BASE_LOCK_H
#define MN_BASE_LOCK_H

#include <pthread.h>

#include "base/rc.h"

/* The four callbacks of CK_C_INITIALIZE_ARGS (PKCS#11 3.0, 3.3): each returns 0 for success. */
struct mn_lock_hooks {
    unsigned long (*create)(void **mutex);
    unsigned long (*destroy)(void *mutex);
    unsigned long (*lock)(void *mutex);
    unsigned long (*unlock)(void *mutex);
};

struct mn_lock {
    const struct mn_lock_hooks *hooks; /* NULL: pthread */
    void *foreign;
    pthread_mutex_t own;
};

/* Prepares a lock. hooks may be NULL; otherwise it must outlive the lock. MN_E_MEMORY when the
 * mutex cannot be made. */
mn_rc mn_lock_init(struct mn_lock *lock, const struct mn_lock_hooks *hooks);
void mn_lock_free(struct mn_lock *lock);

/* Not recursive. A callback's failure to lock cannot be survived truthfully, and is logged. */
void mn_lock(struct mn_lock *lock);
void mn_unlock(struct mn_lock *lock);

#endif
