#include "altered_card.h"

#include <string.h>

#include "fuzz_plug.h"
#include "pin_watch.h"
#include "target.h"

#define HONEST_BELOW 0x40

static struct {
    struct fuzz_input *input;
    struct cardsim_bench *bench;
    const char *reader;
    struct cardsim *card; /* NULL: answers are raw */
    unsigned honest;      /* so many commands are left as they are */
    mn_rc begin_fails;    /* the next begin */
    mn_rc connect_fails;  /* the next connect */
    bool says_reset;      /* the next begin */
    uint8_t last[64];     /* the beginning of the answer before */
    size_t last_len;
} world;

/* An answer on its way back. */
struct altered {
    struct mn_transport *inner;
    struct mn_span command;
    uint8_t *bytes;
    size_t len, room;
};

void altered_card_begin(struct fuzz_input *input, struct cardsim_bench *bench, const char *reader,
                        struct cardsim *card)
{
    memset(&world, 0, sizeof world);
    world.input = input;
    world.bench = bench;
    world.reader = reader;
    world.card = card;
}

void altered_card_begin_raw(struct fuzz_input *input, struct cardsim_bench *bench)
{
    altered_card_begin(input, bench, NULL, NULL);
}

/* --- alterations --- */

static mn_rc ask(struct altered *a)
{
    a->len = a->room;
    return a->inner->ops->transmit(a->inner->self, a->command, a->bytes, &a->len);
}

static void put_status(struct altered *a, unsigned status)
{
    a->bytes[a->len - 2] = (uint8_t)(status >> 8);
    a->bytes[a->len - 1] = (uint8_t)status;
}

static mn_rc other_status(struct altered *a)
{
    mn_rc rc = ask(a);
    if (rc == MN_OK)
        put_status(a, fuzz_pair(world.input));
    return rc;
}

static mn_rc status_only(struct altered *a)
{
    a->len = 2;
    put_status(a, fuzz_pair(world.input));
    return MN_OK;
}

static mn_rc counter_only(struct altered *a)
{
    a->len = 2;
    put_status(a, 0x63C0 | fuzz_below(world.input, 16));
    return MN_OK;
}

static mn_rc other_bytes(struct altered *a)
{
    mn_rc rc = ask(a);
    unsigned count = 1 + fuzz_below(world.input, 4);
    for (unsigned i = 0; rc == MN_OK && i < count; i++) {
        size_t at = fuzz_pair(world.input) % a->len;
        a->bytes[at] = fuzz_byte(world.input);
    }
    return rc;
}

/* Before the status word. */
static mn_rc fewer_bytes(struct altered *a)
{
    mn_rc rc = ask(a);
    size_t len = fuzz_pair(world.input);
    if (rc == MN_OK && len + 2 < a->len) {
        memmove(a->bytes + len, a->bytes + a->len - 2, 2);
        a->len = len + 2;
    }
    return rc;
}

static mn_rc more_bytes(struct altered *a)
{
    mn_rc rc = ask(a);
    size_t len = fuzz_pair(world.input) % 4096;
    uint8_t value = fuzz_byte(world.input);
    if (rc || len > a->room - a->len)
        return rc;
    memmove(a->bytes + a->len - 2 + len, a->bytes + a->len - 2, 2);
    memset(a->bytes + a->len - 2, value, len);
    a->len += len;
    return MN_OK;
}

static mn_rc bytes_between(struct altered *a)
{
    mn_rc rc = ask(a);
    size_t at = fuzz_pair(world.input);
    struct mn_span piece = fuzz_take(world.input, fuzz_byte(world.input));
    if (rc || at > a->len - 2 || piece.len > a->room - a->len)
        return rc;
    memmove(a->bytes + at + piece.len, a->bytes + at, a->len - at);
    if (piece.len)
        memcpy(a->bytes + at, piece.ptr, piece.len);
    a->len += piece.len;
    return MN_OK;
}

static void put_piece(struct altered *a)
{
    struct mn_span piece = fuzz_take(world.input, fuzz_pair(world.input) % (a->room - 2));
    a->len = piece.len;
    if (piece.len)
        memcpy(a->bytes, piece.ptr, piece.len);
}

static mn_rc raw(struct altered *a)
{
    put_piece(a);
    return a->len < 2 ? MN_E_COMM : MN_OK;
}

static mn_rc raw_and_good(struct altered *a)
{
    put_piece(a);
    a->len += 2;
    put_status(a, 0x9000);
    return MN_OK;
}

static mn_rc answer_before(struct altered *a)
{
    if (world.last_len < 2)
        return ask(a);
    a->len = world.last_len;
    memcpy(a->bytes, world.last, world.last_len);
    return MN_OK;
}

static mn_rc not_carried(struct altered *a)
{
    (void)a;
    return MN_E_COMM;
}

static mn_rc answer_lost(struct altered *a)
{
    mn_rc rc = ask(a);
    return rc == MN_OK ? MN_E_COMM : rc;
}

/* The inner connection finds out by itself. */
static mn_rc reset(struct altered *a)
{
    cardsim_warm_reset(world.card);
    return ask(a);
}

static mn_rc removed(struct altered *a)
{
    char fault[] = "1:removed";
    if (fuzz_below(world.input, 2))
        (void)ask(a);
    FUZZ_REQUIRE(cardsim_fault(world.card, fault) == MN_OK);
    mn_rc rc = ask(a);
    if (fuzz_below(world.input, 2)) {
        cardsim_remove(world.bench, world.reader);
        cardsim_insert(world.bench, world.reader, world.card);
    }
    return rc;
}

/* What is found out at the next conversation, or connection. */
static mn_rc trouble_later(struct altered *a)
{
    static const mn_rc codes[] = {MN_OK, MN_E_BUSY, MN_E_COMM, MN_E_NO_SERVICE, MN_E_REMOVED};
    unsigned what = fuzz_byte(world.input);
    mn_rc code = codes[what / 4 % (sizeof codes / sizeof codes[0])];
    if (what & 1)
        world.begin_fails = code;
    if (what & 2)
        world.connect_fails = code;
    world.says_reset = code == MN_OK;
    return ask(a);
}

static mn_rc (*const alterations[])(struct altered *a) = {
    other_status, status_only,   counter_only, other_bytes,  fewer_bytes,
    more_bytes,   bytes_between, raw,          raw_and_good, answer_before,
    not_carried,  answer_lost,   reset,        removed,      trouble_later};

/* --- the transport --- */

static void remember(const struct altered *a)
{
    world.last_len = a->len < sizeof world.last ? a->len : 0;
    memcpy(world.last, a->bytes, world.last_len);
}

static mn_rc alter(struct altered *a)
{
    if (!world.card || world.honest > 0) {
        world.honest -= world.honest > 0;
        return ask(a);
    }
    if (fuzz_is_over(world.input))
        return ask(a);
    unsigned what = fuzz_byte(world.input);
    if (what < HONEST_BELOW) {
        world.honest = what;
        return ask(a);
    }
    return alterations[(what - HONEST_BELOW) % (sizeof alterations / sizeof alterations[0])](a);
}

static mn_rc transmit(void *self, struct mn_span command, uint8_t *answer, size_t *answer_len)
{
    struct altered a = {.inner = self, .command = command, .bytes = answer, .room = *answer_len};
    pin_watch_command(command);
    mn_rc rc = alter(&a);
    FUZZ_REQUIRE(rc != MN_OK || (a.len >= 2 && a.len <= a.room));
    if (rc == MN_OK) {
        remember(&a);
        *answer_len = a.len;
    }
    pin_watch_answer(rc, mn_span(answer, rc == MN_OK ? a.len : 0));
    return rc;
}

static mn_rc begin(void *self, bool *was_reset)
{
    struct mn_transport *inner = self;
    mn_rc rc = world.begin_fails;
    world.begin_fails = MN_OK;
    if (rc == MN_OK)
        rc = inner->ops->begin(inner->self, was_reset);
    if (rc == MN_OK && world.says_reset) {
        *was_reset = true;
        world.says_reset = false;
    }
    if (rc == MN_E_REMOVED)
        pin_watch_card_left();
    pin_watch_conversation();
    return rc;
}

static void end(void *self)
{
    struct mn_transport *inner = self;
    inner->ops->end(inner->self);
}

static mn_rc power_cycle(void *self)
{
    struct mn_transport *inner = self;
    pin_watch_conversation();
    return inner->ops->power_cycle(inner->self);
}

static bool carries_extended(void *self)
{
    struct mn_transport *inner = self;
    return inner->ops->carries_extended(inner->self);
}

static void close_it(void *self)
{
    mn_transport_close(self);
    free(self);
}

static const struct mn_transport_ops altered_ops = {
    .begin = begin,
    .transmit = transmit,
    .end = end,
    .power_cycle = power_cycle,
    .carries_extended = carries_extended,
    .close = close_it,
};

/* --- the readers --- */

static mn_rc open_inner(struct mn_readers *readers, const char *reader, struct mn_transport *out)
{
    mn_rc rc = world.connect_fails == MN_E_REMOVED ? MN_E_NO_CARD : world.connect_fails;
    world.connect_fails = MN_OK;
    if (rc)
        return rc;
    if (world.card)
        return readers->ops->connect(readers->self, reader, out);
    struct mn_span answers = world.input->rest;
    world.input->rest = mn_span(answers.ptr + answers.len, 0); /* a second card says nothing */
    return cardsim_fuzz_open(answers, out);
}

static mn_rc connect_altered(void *self, const char *reader, struct mn_transport *out)
{
    struct mn_transport *inner = calloc(1, sizeof *inner);
    FUZZ_REQUIRE(inner);
    mn_rc rc = open_inner(self, reader, inner);
    if (rc)
        free(inner);
    else
        *out = (struct mn_transport){&altered_ops, inner};
    return rc;
}

static mn_rc list(void *self, struct mn_reader_list *out)
{
    struct mn_readers *readers = self;
    return readers->ops->list(readers->self, out);
}

static mn_rc wait_for(void *self, const struct mn_reader_list *known, unsigned timeout_ms)
{
    struct mn_readers *readers = self;
    return readers->ops->wait(readers->self, known, timeout_ms);
}

static void cancel(void *self)
{
    struct mn_readers *readers = self;
    readers->ops->cancel(readers->self);
}

static void close_readers(void *self)
{
    struct mn_readers *readers = self;
    readers->ops->close(readers->self);
    free(readers);
}

static const struct mn_readers_ops readers_ops = {
    .list = list,
    .connect = connect_altered,
    .wait = wait_for,
    .cancel = cancel,
    .close = close_readers,
};

mn_rc altered_readers_open(struct mn_readers *out)
{
    struct mn_readers *readers = calloc(1, sizeof *readers);
    FUZZ_REQUIRE(readers);
    FUZZ_REQUIRE(cardsim_bench_open(world.bench, readers) == MN_OK);
    *out = (struct mn_readers){&readers_ops, readers};
    return MN_OK;
}
