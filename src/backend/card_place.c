#include "backend/card_place.h"

static void place_state(void *self, struct mn_token_place_state *out)
{
    struct mn_card_reader_state state;
    mn_card_reader_state(self, &state);
    *out = (struct mn_token_place_state){.connected = state.connected,
                                         .occupied = state.card_present,
                                         .generation = state.generation};
}

static mn_rc place_recognise(void *self)
{
    return mn_card_reader_recognise(self);
}

static mn_rc open_auth(void *self, struct mn_token *out, unsigned long *generation)
{
    return mn_card_reader_token(self, MN_ROLE_AUTH, out, generation);
}

static mn_rc open_sign(void *self, struct mn_token *out, unsigned long *generation)
{
    return mn_card_reader_token(self, MN_ROLE_SIGN, out, generation);
}

static const struct {
    const char *use;
    struct mn_token_place_ops ops;
} roles[MN_ROLE_COUNT] = {
    [MN_ROLE_AUTH] = {"authentication",
                      {.state = place_state, .recognise = place_recognise, .open = open_auth}},
    [MN_ROLE_SIGN] = {"signature",
                      {.state = place_state, .recognise = place_recognise, .open = open_sign}},
};

struct mn_token_place mn_card_place(struct mn_card_reader *reader, enum mn_role role, unsigned id)
{
    struct mn_card_reader_state state;
    mn_card_reader_state(reader, &state);
    return (struct mn_token_place){.ops = &roles[role].ops,
                                   .self = reader,
                                   .id = id,
                                   .name = state.name,
                                   .use = roles[role].use,
                                   .is_hardware = true};
}
