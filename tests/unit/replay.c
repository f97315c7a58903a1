#include "replay.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum kind { COMMAND, POWER_CYCLE };

struct step {
    enum kind kind;
    struct mn_span command, answer;
    mn_rc rc;
    size_t claimed; /* where not 0: the answer's length, without an answer */
};

static struct step *steps;
static size_t steps_len, steps_played;

static bool inside; /* a conversation */
static bool closed;
static struct {
    bool set, was_reset;
    mn_rc rc;
} next_begin = {.set = true, .was_reset = true};

/* A test program's memory goes with the process of the test; this keeps it reachable until then. */
static void *keep(void *memory)
{
    static void **kept;
    static size_t len;

    kept = realloc(kept, (len + 1) * sizeof *kept);
    ck_assert_ptr_nonnull(kept);
    kept[len++] = memory;
    return memory;
}

static unsigned digit(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;

    ck_assert_msg(at, "not a hexadecimal digit: '%c'", c);
    return (unsigned)(at - digits);
}

struct mn_span mn_hex(const char *hex)
{
    uint8_t *bytes = keep(malloc(strlen(hex) / 2 + 1));
    size_t len = 0;

    ck_assert_ptr_nonnull(bytes);
    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        bytes[len++] = (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
        hex++;
    }
    return mn_span(bytes, len);
}

static const char *show(struct mn_span s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *text = keep(malloc(2 * s.len + 1));

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < s.len; i++) {
        text[2 * i] = digits[s.ptr[i] >> 4];
        text[2 * i + 1] = digits[s.ptr[i] & 15];
    }
    text[2 * s.len] = '\0';
    return text;
}

static void add(struct step step)
{
    steps = realloc(steps, (steps_len + 1) * sizeof *steps);
    ck_assert_ptr_nonnull(steps);
    steps[steps_len++] = step;
}

void mn_replay_expect_bytes(struct mn_span command, struct mn_span answer)
{
    add((struct step){.kind = COMMAND, .command = command, .answer = answer});
}

void mn_replay_expect(const char *command, const char *answer)
{
    mn_replay_expect_bytes(mn_hex(command), mn_hex(answer));
}

void mn_replay_fail(const char *command, mn_rc rc)
{
    add((struct step){.kind = COMMAND, .command = mn_hex(command), .rc = rc});
}

void mn_replay_lie(const char *command, size_t len)
{
    add((struct step){.kind = COMMAND, .command = mn_hex(command), .claimed = len});
}

void mn_replay_expect_power_cycle(mn_rc rc)
{
    add((struct step){.kind = POWER_CYCLE, .rc = rc});
}

void mn_replay_begin(mn_rc rc, bool was_reset)
{
    next_begin.set = true;
    next_begin.rc = rc;
    next_begin.was_reset = was_reset;
}

void mn_replay_done(void)
{
    if (steps_played < steps_len)
        ck_abort_msg("the script still has %s", show(steps[steps_played].command));
}

bool mn_replay_is_closed(void)
{
    return closed;
}

static const struct step *next_step(enum kind kind, const char *what)
{
    ck_assert_msg(!closed, "%s after close", what);
    ck_assert_msg(inside, "%s outside a conversation", what);
    ck_assert_msg(steps_played < steps_len, "after the end of the script: %s", what);
    ck_assert_msg(steps[steps_played].kind == kind, "not now: %s", what);
    return &steps[steps_played++];
}

static mn_rc replay_begin(void *self, bool *was_reset)
{
    mn_rc rc = next_begin.set ? next_begin.rc : MN_OK;

    (void)self;
    ck_assert_msg(!inside, "a conversation inside another");
    inside = rc == MN_OK;
    if (inside)
        *was_reset = next_begin.set && next_begin.was_reset;
    next_begin.set = false;
    return rc;
}

static mn_rc replay_transmit(void *self, struct mn_span command, uint8_t *answer,
                             size_t *answer_len)
{
    const struct step *step = next_step(COMMAND, show(command));

    (void)self;
    if (!mn_span_equal(command, step->command))
        ck_abort_msg("the command was %s, not %s", show(command), show(step->command));
    if (step->rc)
        return step->rc;
    if (step->claimed) {
        *answer_len = step->claimed;
        return MN_OK;
    }
    ck_assert_uint_ge(*answer_len, step->answer.len);
    if (step->answer.len > 0)
        memcpy(answer, step->answer.ptr, step->answer.len);
    *answer_len = step->answer.len;
    return MN_OK;
}

static void replay_end(void *self)
{
    (void)self;
    ck_assert_msg(inside, "an end without a conversation");
    inside = false;
}

static mn_rc replay_power_cycle(void *self)
{
    (void)self;
    mn_replay_begin(MN_OK, true);
    return next_step(POWER_CYCLE, "a power cycle")->rc;
}

static bool replay_carries_extended(void *self)
{
    (void)self;
    return true;
}

static void replay_close(void *self)
{
    (void)self;
    ck_assert_msg(!closed, "closed twice");
    closed = true;
}

static const struct mn_transport_ops ops = {
    .begin = replay_begin,
    .transmit = replay_transmit,
    .end = replay_end,
    .power_cycle = replay_power_cycle,
    .carries_extended = replay_carries_extended,
    .close = replay_close,
};

void mn_replay_open(struct mn_transport *out)
{
    *out = (struct mn_transport){.ops = &ops, .self = &steps};
}
