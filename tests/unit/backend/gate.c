#include "backend/gate.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static char shut_for[MN_READER_NAME_MAX]; /* empty: nobody */
static unsigned waiting;

static struct mn_readers source;

struct passage {
    char reader[MN_READER_NAME_MAX];
    struct mn_transport inner;
};

/* --- the transport --- */

static void pass(const struct passage *p)
{
    pthread_mutex_lock(&lock);
    waiting++;
    pthread_cond_broadcast(&changed);
    while (strcmp(shut_for, p->reader) == 0)
        pthread_cond_wait(&changed, &lock);
    waiting--;
    pthread_mutex_unlock(&lock);
}

static mn_rc passage_begin(void *self, bool *was_reset)
{
    struct passage *p = self;

    return p->inner.ops->begin(p->inner.self, was_reset);
}

static mn_rc passage_transmit(void *self, struct mn_span command, uint8_t *answer,
                              size_t *answer_len)
{
    struct passage *p = self;

    pass(p);
    return p->inner.ops->transmit(p->inner.self, command, answer, answer_len);
}

static void passage_end(void *self)
{
    struct passage *p = self;

    p->inner.ops->end(p->inner.self);
}

static mn_rc passage_power_cycle(void *self)
{
    struct passage *p = self;

    return p->inner.ops->power_cycle(p->inner.self);
}

static bool passage_carries_extended(void *self)
{
    struct passage *p = self;

    return p->inner.ops->carries_extended(p->inner.self);
}

static void passage_close(void *self)
{
    struct passage *p = self;

    mn_transport_close(&p->inner);
    free(p);
}

static const struct mn_transport_ops passage_ops = {
    .begin = passage_begin,
    .transmit = passage_transmit,
    .end = passage_end,
    .power_cycle = passage_power_cycle,
    .carries_extended = passage_carries_extended,
    .close = passage_close,
};

/* --- the readers --- */

static mn_rc gate_list(void *self, struct mn_reader_list *out)
{
    (void)self;
    return source.ops->list(source.self, out);
}

static mn_rc gate_connect(void *self, const char *reader, struct mn_transport *out)
{
    struct passage *p = calloc(1, sizeof *p);
    mn_rc rc;

    (void)self;
    ck_assert_ptr_nonnull(p);
    strncpy(p->reader, reader, sizeof p->reader - 1);
    rc = source.ops->connect(source.self, reader, &p->inner);
    if (rc) {
        free(p);
        return rc;
    }
    *out = (struct mn_transport){.ops = &passage_ops, .self = p};
    return MN_OK;
}

static mn_rc gate_wait(void *self, const struct mn_reader_list *known, unsigned timeout_ms)
{
    (void)self;
    return source.ops->wait(source.self, known, timeout_ms);
}

static void gate_cancel(void *self)
{
    (void)self;
    source.ops->cancel(source.self);
}

static void gate_close(void *self)
{
    (void)self;
    source.ops->close(source.self);
}

static const struct mn_readers_ops gate_ops = {
    .list = gate_list,
    .connect = gate_connect,
    .wait = gate_wait,
    .cancel = gate_cancel,
    .close = gate_close,
};

void mn_gate_open(struct mn_readers *inner, struct mn_readers *out)
{
    source = *inner;
    *inner = (struct mn_readers){0};
    *out = (struct mn_readers){.ops = &gate_ops, .self = &source};
}

void mn_gate_shut(const char *reader)
{
    pthread_mutex_lock(&lock);
    strncpy(shut_for, reader, sizeof shut_for - 1);
    pthread_mutex_unlock(&lock);
}

void mn_gate_await(void)
{
    pthread_mutex_lock(&lock);
    while (waiting == 0)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

void mn_gate_release(void)
{
    pthread_mutex_lock(&lock);
    memset(shut_for, 0, sizeof shut_for);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}
