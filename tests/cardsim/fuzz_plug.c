#include "fuzz_plug.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTH_REMOVED = 0xFFFF, LENGTH_RESET = 0xFFFE, SHORTEST = 2 };

struct script {
    struct mn_span rest;
    bool reset; /* the next begin reports one */
    bool gone;
};

static mn_rc script_begin(void *self, bool *was_reset)
{
    struct script *script = self;
    if (script->gone)
        return MN_E_REMOVED;
    *was_reset = script->reset;
    script->reset = false;
    return MN_OK;
}

/* The next chunk's length; its bytes are then at the front of the rest. */
static size_t next_length(struct script *script)
{
    if (script->rest.len < 2)
        return LENGTH_REMOVED;
    size_t length = (size_t)script->rest.ptr[0] << 8 | script->rest.ptr[1];
    script->rest = mn_span(script->rest.ptr + 2, script->rest.len - 2);
    return length;
}

static mn_rc script_transmit(void *self, struct mn_span command, uint8_t *answer,
                             size_t *answer_len)
{
    struct script *script = self;
    (void)command;
    size_t length = script->gone ? LENGTH_REMOVED : next_length(script);
    if (length == LENGTH_REMOVED) {
        script->gone = true;
        return MN_E_REMOVED;
    }
    if (length == LENGTH_RESET) {
        script->reset = true;
        return MN_E_COMM;
    }
    if (length > script->rest.len)
        length = script->rest.len;
    struct mn_span chunk = mn_span(script->rest.ptr, length);
    script->rest = mn_span(script->rest.ptr + length, script->rest.len - length);
    if (length < SHORTEST || length > *answer_len)
        return MN_E_COMM;
    memcpy(answer, chunk.ptr, length);
    *answer_len = length;
    return MN_OK;
}

static void script_end(void *self)
{
    (void)self;
}

static mn_rc script_power_cycle(void *self)
{
    struct script *script = self;
    script->reset = true;
    return script->gone ? MN_E_REMOVED : MN_OK;
}

static bool script_carries_extended(void *self)
{
    (void)self;
    return true;
}

static const struct mn_transport_ops script_ops = {
    .begin = script_begin,
    .transmit = script_transmit,
    .end = script_end,
    .power_cycle = script_power_cycle,
    .carries_extended = script_carries_extended,
    .close = free,
};

mn_rc cardsim_fuzz_open(struct mn_span answers, struct mn_transport *out)
{
    struct script *script = calloc(1, sizeof(*script));
    if (!script)
        return MN_E_MEMORY;
    script->rest = answers;
    script->reset = true;
    *out = (struct mn_transport){&script_ops, script};
    return MN_OK;
}
