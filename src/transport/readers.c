#define MN_LOG_ROOM "transport"
#include "transport/readers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <winscard.h>

#include "base/log.h"
#include "transport/context.h"
#include "transport/pcsc.h"

/* The name under which pcsc-lite tells that a reader came or went. */
#define READERS_CHANGED "\\\\?PnP?\\Notification"

/* Without a service there is nothing to sleep on: look again this often. */
#define NO_SERVICE_MS 500

/* A thread in wait, on its stack. */
struct waiter {
    SCARDCONTEXT context;
    struct waiter *next;
};

/* A mute card that was given power, and when it had come. */
struct revived {
    char name[MN_READER_NAME_MAX];
    DWORD count;
};

struct source {
    pthread_mutex_t lock; /* never held while sleeping in the service */
    pthread_cond_t cancelled;
    SCARDCONTEXT context; /* for list; 0 until there is a service */
    struct revived revived[PCSCLITE_MAX_READERS_CONTEXTS];
    size_t revived_len;
    struct waiter *waiters;
    unsigned long cancels;
};

/* Readers and their states as the service tells them, in one allocation each. */
struct snapshot {
    char *names; /* a multi-string */
    SCARD_READERSTATE *states;
    size_t len;
};

static void release_snapshot(struct snapshot *s)
{
    free(s->names);
    free(s->states);
    *s = (struct snapshot){0};
}

/* Fills states from the multi-string; the extra last one is for READERS_CHANGED. */
static mn_rc name_states(struct snapshot *s)
{
    for (const char *n = s->names; *n; n += strlen(n) + 1)
        s->len++;
    s->states = calloc(s->len + 1, sizeof *s->states);
    if (!s->states)
        return MN_E_MEMORY;
    size_t i = 0;
    for (const char *n = s->names; *n; n += strlen(n) + 1)
        s->states[i++].szReader = n;
    s->states[i].szReader = READERS_CHANGED;
    s->states[i].dwCurrentState = (DWORD)s->len << 16;
    return MN_OK;
}

static LONG list_names(SCARDCONTEXT context, char **names)
{
    DWORD len = 0;
    LONG code = SCardListReaders(context, NULL, NULL, &len);
    if (code != SCARD_S_SUCCESS)
        return code;
    *names = calloc(1, len + 2);
    if (!*names)
        return SCARD_E_NO_MEMORY;
    return SCardListReaders(context, NULL, *names, &len);
}

static mn_rc take_snapshot(SCARDCONTEXT context, struct snapshot *s)
{
    LONG code = list_names(context, &s->names);
    if (code == SCARD_E_NO_READERS_AVAILABLE) {
        free(s->names);
        s->names = calloc(1, 2);
        code = s->names ? SCARD_S_SUCCESS : SCARD_E_NO_MEMORY;
    }
    if (code != SCARD_S_SUCCESS)
        return mn_pcsc_rc(code);
    mn_rc rc = name_states(s);
    if (rc || s->len == 0)
        return rc;
    code = SCardGetStatusChange(context, 0, s->states, (DWORD)s->len);
    return code == SCARD_E_TIMEOUT ? MN_OK : mn_pcsc_rc(code);
}

static void describe(const SCARD_READERSTATE *from, struct mn_reader_state *to)
{
    DWORD state = from->dwEventState;
    strncpy(to->name, from->szReader, sizeof to->name - 1);
    to->present = (state & SCARD_STATE_PRESENT) && !(state & SCARD_STATE_MUTE);
    to->count = (unsigned long)(state >> 16) & 0xFFFF;
}

static mn_rc describe_all(const struct snapshot *s, struct mn_reader_list *out)
{
    out->at = calloc(s->len ? s->len : 1, sizeof *out->at);
    if (!out->at)
        return MN_E_MEMORY;
    for (out->len = 0; out->len < s->len; out->len++)
        describe(&s->states[out->len], &out->at[out->len]);
    return MN_OK;
}

/* With the lock held: the context for list, made anew where the service was not there before. */
static mn_rc ensure_context(struct source *source)
{
    if (source->context && SCardIsValidContext(source->context) == SCARD_S_SUCCESS)
        return MN_OK;
    mn_pcsc_context_close(&source->context);
    return mn_pcsc_context_open(&source->context);
}

static mn_rc snapshot_once(struct source *source, struct snapshot *s)
{
    mn_rc rc = ensure_context(source);
    return rc ? rc : take_snapshot(source->context, s);
}

/* A context made before the service was restarted fails once, and then a new one is good. */
static mn_rc snapshot_now(struct source *source, struct snapshot *s)
{
    mn_rc rc = snapshot_once(source, s);
    if (rc && rc != MN_E_MEMORY) {
        release_snapshot(s);
        mn_pcsc_context_close(&source->context);
        rc = snapshot_once(source, s);
    }
    return rc;
}

/* --- mute cards --- */

static bool is_mute(const SCARD_READERSTATE *state)
{
    return (state->dwEventState & SCARD_STATE_PRESENT) && (state->dwEventState & SCARD_STATE_MUTE);
}

/* True once for each card in a reader: then it is noted. */
static bool is_new(struct source *source, const SCARD_READERSTATE *state)
{
    DWORD count = state->dwEventState >> 16;
    struct revived *r = source->revived, *end = r + source->revived_len;
    while (r < end && strcmp(r->name, state->szReader) != 0)
        r++;
    if (r < end && r->count == count)
        return false;
    if (r == source->revived + PCSCLITE_MAX_READERS_CONTEXTS)
        return false;
    if (r == end)
        source->revived_len++;
    strncpy(r->name, state->szReader, sizeof r->name - 1);
    r->count = count;
    return true;
}

/* The service calls a card mute that did not answer when it was last given power, though it may
 * have been too early then: one that is taken out and put back in a moment. A connection gives it
 * power once more. One that is in the wrong way round is asked once and then left alone. */
static bool revive(struct source *source, const struct snapshot *s)
{
    bool any = false;
    for (size_t i = 0; i < s->len; i++) {
        struct mn_transport transport = {0};
        if (!is_mute(&s->states[i]) || !is_new(source, &s->states[i]))
            continue;
        any = mn_pcsc_connect(s->states[i].szReader, &transport) == MN_OK || any;
        mn_transport_close(&transport);
    }
    return any;
}

static mn_rc snapshot_with_mute_cards_revived(struct source *source, struct snapshot *s)
{
    mn_rc rc = snapshot_now(source, s);
    if (rc == MN_OK && revive(source, s)) {
        release_snapshot(s);
        rc = snapshot_now(source, s);
    }
    return rc;
}

static mn_rc list(void *self, struct mn_reader_list *out)
{
    struct source *source = self;
    struct snapshot s = {0};
    *out = (struct mn_reader_list){0};
    pthread_mutex_lock(&source->lock);
    mn_rc rc = snapshot_with_mute_cards_revived(source, &s);
    pthread_mutex_unlock(&source->lock);
    if (rc == MN_OK)
        rc = describe_all(&s, out);
    if (rc != MN_OK && rc != MN_E_MEMORY) {
        out->trouble = rc; /* no service: no readers */
        rc = MN_OK;
    }
    release_snapshot(&s);
    return rc;
}

static mn_rc connect_reader(void *self, const char *reader, struct mn_transport *out)
{
    (void)self;
    return mn_pcsc_connect(reader, out);
}

static bool is_as_known(const struct snapshot *s, const struct mn_reader_list *known)
{
    bool same = s->len == known->len;
    for (size_t i = 0; same && i < s->len; i++) {
        struct mn_reader_state now = {0};
        describe(&s->states[i], &now);
        same = strcmp(now.name, known->at[i].name) == 0 && now.present == known->at[i].present &&
               now.count == known->at[i].count;
    }
    return same;
}

static mn_rc sleep_rc(LONG code)
{
    switch (code) {
    case SCARD_E_TIMEOUT:
        return MN_E_TIMEOUT;
    case SCARD_E_CANCELLED:
        return MN_E_CANCELLED;
    default:
        return mn_pcsc_rc(code);
    }
}

/* Sleeps in the service. What is compared and what is slept on is one reading, so that no change
 * falls between. */
static mn_rc sleep_in_service(SCARDCONTEXT context, const struct mn_reader_list *known,
                              unsigned timeout_ms)
{
    struct snapshot s = {0};
    mn_rc rc = take_snapshot(context, &s);
    if (rc == MN_OK && is_as_known(&s, known)) {
        for (size_t i = 0; i < s.len; i++)
            s.states[i].dwCurrentState = s.states[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
        rc = sleep_rc(SCardGetStatusChange(context, timeout_ms, s.states, (DWORD)s.len + 1));
    }
    release_snapshot(&s);
    return rc;
}

static void sleep_without_service(struct source *source, unsigned timeout_ms)
{
    struct timespec until;
    unsigned ms = timeout_ms < NO_SERVICE_MS ? timeout_ms : NO_SERVICE_MS;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)ms * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&source->lock);
    pthread_cond_timedwait(&source->cancelled, &source->lock, &until);
    pthread_mutex_unlock(&source->lock);
}

static unsigned long enter_wait(struct source *source, struct waiter *w)
{
    pthread_mutex_lock(&source->lock);
    w->next = source->waiters;
    source->waiters = w;
    unsigned long cancels = source->cancels;
    pthread_mutex_unlock(&source->lock);
    return cancels;
}

/* Was cancel called since enter_wait? */
static bool leave_wait(struct source *source, struct waiter *w, unsigned long cancels)
{
    pthread_mutex_lock(&source->lock);
    struct waiter **at = &source->waiters;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    bool cancelled = source->cancels != cancels;
    pthread_mutex_unlock(&source->lock);
    return cancelled;
}

static mn_rc wait_for_change(void *self, const struct mn_reader_list *known, unsigned timeout_ms)
{
    struct source *source = self;
    struct waiter w = {0};
    mn_rc rc = mn_pcsc_context_open(&w.context);
    bool service = rc == MN_OK;
    unsigned long cancels = enter_wait(source, &w);
    if (service)
        rc = sleep_in_service(w.context, known, timeout_ms);
    if (rc && rc != MN_E_TIMEOUT && rc != MN_E_CANCELLED)
        sleep_without_service(source, timeout_ms); /* not a loop around a service that fails */
    bool cancelled = leave_wait(source, &w, cancels);
    mn_pcsc_context_close(&w.context);
    if (cancelled)
        return MN_E_CANCELLED;
    if (rc == MN_E_MEMORY || rc == MN_E_TIMEOUT)
        return rc;
    return MN_OK; /* also when the service went away: the caller looks again */
}

static void cancel(void *self)
{
    struct source *source = self;
    pthread_mutex_lock(&source->lock);
    source->cancels++;
    for (struct waiter *w = source->waiters; w; w = w->next)
        if (w->context)
            SCardCancel(w->context);
    pthread_cond_broadcast(&source->cancelled);
    pthread_mutex_unlock(&source->lock);
}

static void close_source(void *self)
{
    struct source *source = self;
    mn_pcsc_context_close(&source->context);
    pthread_cond_destroy(&source->cancelled);
    pthread_mutex_destroy(&source->lock);
    free(source);
}

static const struct mn_readers_ops ops = {
    .list = list,
    .connect = connect_reader,
    .wait = wait_for_change,
    .cancel = cancel,
    .close = close_source,
};

mn_rc mn_pcsc_readers_open(struct mn_readers *out)
{
    struct source *source = calloc(1, sizeof *source);
    if (!source)
        return MN_E_MEMORY;
    pthread_mutex_init(&source->lock, NULL);
    pthread_cond_init(&source->cancelled, NULL);
    *out = (struct mn_readers){.ops = &ops, .self = source};
    return MN_OK;
}

void mn_reader_list_free(struct mn_reader_list *list)
{
    free(list->at);
    *list = (struct mn_reader_list){0};
}
