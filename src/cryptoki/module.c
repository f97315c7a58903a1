#define MN_LOG_ROOM "cryptoki"
#include "cryptoki/module.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/library.h"
#include "token/rv.h"

enum phase { PHASE_OFF, PHASE_STARTING, PHASE_ON, PHASE_STOPPING };

/* The phase and whose it is, in one word: they change together. */
#define PHASE_BITS 2

/* How long a thread that waits for others sleeps before it looks again whether they are done. */
#define LOOK_AGAIN_NS 1000000L

static atomic_ulong state;
static atomic_uint calls; /* under way, not counting C_Initialize and C_Finalize */

/* Written while STARTING or STOPPING only, when no call is under way. */
static struct {
    struct mn_settings settings;
    struct mn_lock_hooks hooks;
    struct mn_slots *slots;
} module;

static mn_rc (*open_readers)(struct mn_readers *out) = mn_pcsc_readers_open;

void mn_module_use_readers(mn_rc (*open)(struct mn_readers *out))
{
    open_readers = open ? open : mn_pcsc_readers_open;
}

static unsigned long ours(enum phase phase)
{
    return (unsigned long)getpid() << PHASE_BITS | phase;
}

void mn_module_narrow_roles(struct mn_settings *settings, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    bool auth = strstr(name, "mynakey-auth"), sign = strstr(name, "mynakey-sign");
    bool soft = strstr(name, "mynakey-soft") || strstr(name, "mynakey-auth-soft");
    if (!auth && !sign && !soft)
        return;
    settings->offer_auth = settings->offer_auth && auth;
    settings->offer_sign = settings->offer_sign && sign;
    settings->offer_soft = settings->offer_soft && soft;
}

static void load_settings(void)
{
    Dl_info self;
    /* What was wrong with a line is in the log; the rest holds. */
    (void)mn_settings_load(&module.settings);
    if (dladdr(&module, &self) && self.dli_fname)
        mn_module_narrow_roles(&module.settings, self.dli_fname);
}

static mn_rc start(const struct mn_lock_hooks *hooks)
{
    struct mn_readers readers = {0};
    load_settings();
    if (hooks)
        module.hooks = *hooks;
    mn_rc rc = mn_crypto_open();
    if (rc)
        goto out;
    rc = open_readers(&readers);
    if (rc == MN_OK)
        rc = mn_slots_open(&readers, &module.settings, hooks ? &module.hooks : NULL, &module.slots);
    if (rc)
        mn_crypto_close();
out:
    if (readers.ops)
        readers.ops->close(readers.self);
    mn_log_info("version %s: %s", MN_VERSION, mn_rc_text(rc));
    if (rc)
        mn_log_close();
    return rc;
}

/* In a forked child: the parent's card, service and locks are not ours to touch. */
static void abandon(void)
{
    mn_slots_abandon(&module.slots);
    mn_crypto_abandon();
    atomic_store(&calls, 0);
}

static void look_again_later(void)
{
    nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN_NS}, NULL);
}

/* The state, once no other thread is about to change it: two libraries of a process know nothing of
 * each other, and the one that is told "already" goes on at once. */
static unsigned long settled(void)
{
    unsigned long now = atomic_load(&state);
    while (now == ours(PHASE_STARTING) || now == ours(PHASE_STOPPING)) {
        look_again_later();
        now = atomic_load(&state);
    }
    return now;
}

CK_RV mn_module_initialize(const struct mn_lock_hooks *hooks)
{
    unsigned long now = settled();
    if (now == ours(PHASE_ON))
        return CKR_CRYPTOKI_ALREADY_INITIALIZED;
    mn_crypto_let_host_configure(); /* may come back here through a provider, and return before */
    do {
        now = settled();
        if (now == ours(PHASE_ON))
            return CKR_CRYPTOKI_ALREADY_INITIALIZED;
    } while (!atomic_compare_exchange_strong(&state, &now, ours(PHASE_STARTING)));
    if (now != PHASE_OFF)
        abandon();
    mn_rc rc = start(hooks);
    atomic_store(&state, rc ? PHASE_OFF : ours(PHASE_ON));
    return mn_rv(rc);
}

static void wait_for_calls(void)
{
    while (atomic_load(&calls) > 0) {
        mn_slots_cancel(module.slots);
        look_again_later();
    }
}

CK_RV mn_module_finalize(void)
{
    unsigned long on = ours(PHASE_ON);
    if (!atomic_compare_exchange_strong(&state, &on, ours(PHASE_STOPPING)))
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    wait_for_calls();
    mn_slots_close(&module.slots);
    mn_crypto_close();
    mn_log_info("finalized");
    mn_log_close();
    atomic_store(&state, PHASE_OFF);
    return CKR_OK;
}

CK_RV mn_module_enter(struct mn_slots **slots)
{
    if (atomic_load(&state) != ours(PHASE_ON))
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    atomic_fetch_add(&calls, 1);
    /* Once more: C_Finalize may have begun, and does not wait for those it did not see. */
    if (atomic_load(&state) != ours(PHASE_ON) || !mn_crypto_usable()) {
        mn_module_leave();
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    }
    *slots = module.slots;
    return CKR_OK;
}

void mn_module_leave(void)
{
    atomic_fetch_sub(&calls, 1);
}
