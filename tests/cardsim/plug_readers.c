/* The bench's mn_readers: one program's view of the readers. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plug.h"

struct view {
    struct cardsim_bench *bench;
    unsigned long cancels;
};

static bool has_card(const struct plug_reader *reader)
{
    return reader->seat && !cardsim_is_mute(reader->card);
}

static size_t count_readers(const struct cardsim_bench *bench)
{
    size_t count = 0;
    for (const struct plug_reader *at = bench->first; at && bench->service; at = at->next)
        count++;
    return count;
}

static void describe(const struct plug_reader *reader, struct mn_reader_state *out)
{
    memcpy(out->name, reader->name, sizeof(out->name));
    out->present = has_card(reader);
    out->count = reader->count;
}

static mn_rc view_list(void *self, struct mn_reader_list *out)
{
    struct cardsim_bench *bench = ((struct view *)self)->bench;
    mn_rc rc = MN_OK;
    *out = (struct mn_reader_list){0};
    plug_lock(bench);
    size_t count = count_readers(bench);
    if (count > 0) {
        out->at = calloc(count, sizeof(*out->at));
        rc = out->at ? MN_OK : MN_E_MEMORY;
    }
    const struct plug_reader *at = bench->first;
    for (; rc == MN_OK && out->len < count; out->len++, at = at->next)
        describe(at, &out->at[out->len]);
    plug_unlock(bench);
    return rc;
}

static mn_rc view_connect(void *self, const char *reader, struct mn_transport *out)
{
    struct cardsim_bench *bench = ((struct view *)self)->bench;
    mn_rc rc;
    plug_lock(bench);
    struct plug_reader *found = plug_find(bench, reader);
    if (!bench->service)
        rc = MN_E_NO_SERVICE;
    else if (!found)
        rc = MN_E_NO_READER;
    else if (!has_card(found))
        rc = MN_E_NO_CARD;
    else if (found->held)
        rc = MN_E_BUSY;
    else
        rc = plug_connection_open(bench, found->seat, out);
    plug_unlock(bench);
    return rc;
}

static bool same_state(const struct mn_reader_state *a, const struct mn_reader_state *b)
{
    return strcmp(a->name, b->name) == 0 && a->present == b->present && a->count == b->count;
}

/* Are the readers still as known has them? */
static bool as_known(const struct cardsim_bench *bench, const struct mn_reader_list *known)
{
    if (known->len != count_readers(bench))
        return false;
    const struct plug_reader *at = bench->first;
    for (size_t i = 0; i < known->len; i++, at = at->next) {
        struct mn_reader_state now;
        describe(at, &now);
        if (!same_state(&known->at[i], &now))
            return false;
    }
    return true;
}

static struct timespec after(unsigned ms)
{
    struct timespec when;
    (void)clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_sec += (time_t)(ms / 1000);
    when.tv_nsec += (long)(ms % 1000) * 1000000;
    if (when.tv_nsec >= 1000000000) {
        when.tv_sec++;
        when.tv_nsec -= 1000000000;
    }
    return when;
}

static mn_rc view_wait(void *self, const struct mn_reader_list *known, unsigned timeout_ms)
{
    struct view *view = self;
    struct cardsim_bench *bench = view->bench;
    struct timespec deadline = after(timeout_ms);
    mn_rc rc = MN_OK;
    plug_lock(bench);
    unsigned long cancels = view->cancels;
    while (rc == MN_OK && as_known(bench, known)) {
        int error = pthread_cond_timedwait(&bench->changed, &bench->lock, &deadline);
        if (view->cancels != cancels)
            rc = MN_E_CANCELLED;
        else if (error != 0 && as_known(bench, known))
            rc = MN_E_TIMEOUT;
    }
    plug_unlock(bench);
    return rc;
}

static void view_cancel(void *self)
{
    struct view *view = self;
    plug_lock(view->bench);
    view->cancels++;
    plug_changed(view->bench);
    plug_unlock(view->bench);
}

static void view_close(void *self)
{
    free(self);
}

static const struct mn_readers_ops view_ops = {
    .list = view_list,
    .connect = view_connect,
    .wait = view_wait,
    .cancel = view_cancel,
    .close = view_close,
};

mn_rc cardsim_bench_open(struct cardsim_bench *bench, struct mn_readers *out)
{
    struct view *view = calloc(1, sizeof(*view));
    if (!view)
        return MN_E_MEMORY;
    view->bench = bench;
    *out = (struct mn_readers){&view_ops, view};
    return MN_OK;
}
