#include "backend/owner_visit.h"

#include "backend/card_pin.h"
#include "backend/card_visit.h"

mn_rc mn_owner_visit_begin(struct mn_owner_visit *visit, struct mn_card_reader *reader)
{
    *visit = (struct mn_owner_visit){.reader = reader};
    mn_card_reader_state(reader, &visit->state);
    mn_rc rc = mn_card_visit(reader, visit->state.generation, &visit->card);
    if (rc)
        return rc;
    rc = mn_card_visit_identify(reader);
    if (rc)
        mn_card_visit_end(reader, rc);
    return rc;
}

static mn_rc enter(struct mn_owner_visit *visit, enum mn_pin id)
{
    mn_rc rc = mn_card_enter(visit->card, mn_pin_profile(id)->application);
    return rc == MN_E_NOT_FOUND ? MN_E_PIN_UNSET : rc;
}

mn_rc mn_owner_visit_tries(struct mn_owner_visit *visit, enum mn_pin id, int *tries)
{
    *tries = MN_TRIES_UNKNOWN;
    mn_rc rc = enter(visit, id);
    if (rc == MN_OK)
        rc = mn_pin_tries(visit->card, id, tries);
    return rc == MN_E_REFUSED ? MN_OK : rc; /* that is no counter */
}

/* What this process knows of the PIN: tokens of the same card share it. */
static struct mn_card_pin recall(const struct mn_owner_visit *visit, enum mn_pin id)
{
    struct mn_card_pin pin = {.id = id, .tries = MN_TRIES_UNKNOWN};
    mn_pin_memory_get(visit->state.name, visit->state.count, id, &pin.memory);
    return pin;
}

/* Puts by what was learned. */
static void end_attempt(struct mn_owner_visit *visit, struct mn_card_pin *pin,
                        const struct mn_pin_attempt *attempt)
{
    mn_pin_memory_put(visit->state.name, visit->state.count, pin->id, &pin->memory);
    mn_pin_memory_clear(&pin->memory);
    visit->opened = visit->opened || attempt->sent;
}

static struct mn_card_pin_wish wish_of(const struct mn_owner_visit *visit, bool use_last)
{
    bool spare = mn_card_reader_settings(visit->reader)->spare_last_try;
    return (struct mn_card_pin_wish){.spare_last = spare && !use_last};
}

mn_rc mn_owner_visit_verify(struct mn_owner_visit *visit, enum mn_pin id, struct mn_span value,
                            bool use_last, struct mn_pin_attempt *attempt)
{
    struct mn_card_pin pin = recall(visit, id);
    struct mn_card_pin_wish wish = wish_of(visit, use_last);
    *attempt = (struct mn_pin_attempt){.before = MN_TRIES_UNKNOWN, .after = MN_TRIES_UNKNOWN};
    mn_rc rc = mn_card_pin_may(&pin, value); /* before any card command */
    if (rc == MN_OK)
        rc = enter(visit, id);
    if (rc == MN_OK)
        rc = mn_card_pin_verify(&pin, visit->card, value, &wish, attempt);
    end_attempt(visit, &pin, attempt);
    return rc;
}

mn_rc mn_owner_visit_change(struct mn_owner_visit *visit, enum mn_pin id, struct mn_span old_value,
                            struct mn_span new_value, bool use_last, struct mn_pin_attempt *attempt)
{
    struct mn_card_pin pin = recall(visit, id);
    struct mn_card_pin_wish wish = wish_of(visit, use_last);
    *attempt = (struct mn_pin_attempt){.before = MN_TRIES_UNKNOWN, .after = MN_TRIES_UNKNOWN};
    mn_rc rc = mn_pin_new_shape(id, new_value);
    if (rc == MN_OK)
        rc = mn_card_pin_may(&pin, old_value);
    if (rc == MN_OK)
        rc = enter(visit, id);
    if (rc == MN_OK)
        rc = mn_card_pin_change(&pin, visit->card, old_value, new_value, &wish, attempt);
    end_attempt(visit, &pin, attempt);
    return rc;
}

void mn_owner_visit_end(struct mn_owner_visit *visit, mn_rc rc)
{
    if (visit->opened) {
        mn_rc shut = mn_card_shut(visit->card);
        rc = rc ? rc : shut;
    }
    mn_card_visit_end(visit->reader, rc);
}
