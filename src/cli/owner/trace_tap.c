#include "cli/owner/trace_tap.h"

#include <stdlib.h>
#include <time.h>

/* ISO/IEC 7816-4, 11.2.2, 11.6.6, 11.6.7; JICSAP 1.1, CHANGE KEY. */
#define INS_SELECT           0xA4
#define INS_VERIFY           0x20
#define INS_CHANGE_REFERENCE 0x24
#define INS_CHANGE_KEY       0x32

#define HEADER_BYTES 4

struct tapped_readers {
    struct mn_readers source;
    const struct mn_trace *trace;
};

struct tapped_transport {
    struct mn_transport card;
    const struct mn_trace *trace;
};

/* --- a command and its answer --- */

static void print_hex(FILE *out, struct mn_span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        fprintf(out, "%02X", bytes.ptr[i]);
}

static void print_command(FILE *out, struct mn_span command)
{
    fprintf(out, "> ");
    print_hex(out, mn_span(command.ptr, command.len < HEADER_BYTES ? command.len : HEADER_BYTES));
    uint8_t ins = command.len > 1 ? command.ptr[1] : 0;
    bool has_pin = ins == INS_VERIFY || ins == INS_CHANGE_REFERENCE || ins == INS_CHANGE_KEY;
    if (command.len <= HEADER_BYTES) {
        fputc('\n', out);
    } else if (has_pin) {
        fprintf(out, " (secret)\n");
    } else if (ins == INS_SELECT) {
        fputc(' ', out);
        print_hex(out, mn_span(command.ptr + HEADER_BYTES, command.len - HEADER_BYTES));
        fputc('\n', out);
    } else {
        fprintf(out, " and %zu bytes\n", command.len - HEADER_BYTES);
    }
}

static void print_answer(const struct mn_trace *trace, struct mn_span answer, long ms)
{
    size_t data = answer.len - 2;
    fprintf(trace->out, "< ");
    print_hex(trace->out, mn_span(answer.ptr + data, 2));
    fprintf(trace->out, " after %ld ms", ms);
    if (data > 0)
        fprintf(trace->out, ", %zu bytes", data);
    if (data > 0 && trace->personal) {
        fprintf(trace->out, ": ");
        print_hex(trace->out, mn_span(answer.ptr, data));
    }
    fputc('\n', trace->out);
}

static long elapsed_ms(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

static mn_rc tapped_transmit(void *self, struct mn_span command, uint8_t *answer,
                             size_t *answer_len)
{
    struct tapped_transport *t = self;
    struct timespec since;
    print_command(t->trace->out, command);
    clock_gettime(CLOCK_MONOTONIC, &since);
    mn_rc rc = t->card.ops->transmit(t->card.self, command, answer, answer_len);
    if (rc == MN_OK && *answer_len >= 2)
        print_answer(t->trace, mn_span(answer, *answer_len), elapsed_ms(&since));
    else
        fprintf(t->trace->out, "< %s after %ld ms\n", mn_rc_name(rc), elapsed_ms(&since));
    return rc;
}

/* --- what is handed on --- */

static mn_rc tapped_begin(void *self, bool *was_reset)
{
    struct tapped_transport *t = self;
    mn_rc rc = t->card.ops->begin(t->card.self, was_reset);
    fprintf(t->trace->out, "begin: %s%s\n", mn_rc_name(rc), *was_reset ? ", was reset" : "");
    return rc;
}

static void tapped_end(void *self)
{
    struct tapped_transport *t = self;
    t->card.ops->end(t->card.self);
    fprintf(t->trace->out, "end\n");
}

static mn_rc tapped_power_cycle(void *self)
{
    struct tapped_transport *t = self;
    mn_rc rc = t->card.ops->power_cycle(t->card.self);
    fprintf(t->trace->out, "power cycle: %s\n", mn_rc_name(rc));
    return rc;
}

static bool tapped_carries_extended(void *self)
{
    struct tapped_transport *t = self;
    bool carries = t->card.ops->carries_extended(t->card.self);
    fprintf(t->trace->out, "extended length: %s\n", carries ? "yes" : "no");
    return carries;
}

static void tapped_close(void *self)
{
    struct tapped_transport *t = self;
    mn_transport_close(&t->card);
    free(t);
}

static const struct mn_transport_ops transport_ops = {
    .begin = tapped_begin,
    .transmit = tapped_transmit,
    .end = tapped_end,
    .power_cycle = tapped_power_cycle,
    .carries_extended = tapped_carries_extended,
    .close = tapped_close,
};

static mn_rc readers_list(void *self, struct mn_reader_list *out)
{
    struct tapped_readers *r = self;
    return r->source.ops->list(r->source.self, out);
}

static mn_rc readers_connect(void *self, const char *reader, struct mn_transport *out)
{
    struct tapped_readers *r = self;
    struct tapped_transport *t = calloc(1, sizeof *t);
    if (!t)
        return MN_E_MEMORY;
    mn_rc rc = r->source.ops->connect(r->source.self, reader, &t->card);
    fprintf(r->trace->out, "connect: %s\n", mn_rc_name(rc));
    if (rc) {
        free(t);
        return rc;
    }
    t->trace = r->trace;
    *out = (struct mn_transport){.ops = &transport_ops, .self = t};
    return MN_OK;
}

static mn_rc readers_wait(void *self, const struct mn_reader_list *known, unsigned timeout_ms)
{
    struct tapped_readers *r = self;
    return r->source.ops->wait(r->source.self, known, timeout_ms);
}

static void readers_cancel(void *self)
{
    struct tapped_readers *r = self;
    r->source.ops->cancel(r->source.self);
}

static void readers_close(void *self)
{
    struct tapped_readers *r = self;
    r->source.ops->close(r->source.self);
    free(r);
}

static const struct mn_readers_ops readers_ops = {
    .list = readers_list,
    .connect = readers_connect,
    .wait = readers_wait,
    .cancel = readers_cancel,
    .close = readers_close,
};

mn_rc mn_trace_tap(void *context, struct mn_readers *source)
{
    struct tapped_readers *r = calloc(1, sizeof *r);
    if (!r) {
        source->ops->close(source->self);
        *source = (struct mn_readers){0};
        return MN_E_MEMORY;
    }
    r->source = *source;
    r->trace = context;
    *source = (struct mn_readers){.ops = &readers_ops, .self = r};
    return MN_OK;
}
