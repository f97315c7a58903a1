#include "backend/card_pin.h"

#include "base/secret.h"

mn_rc mn_card_pin_fold(enum mn_pin id, struct mn_span value, struct mn_folded_pin *out)
{
    mn_rc rc = mn_pin_shape(id, value);
    if (rc)
        return rc;
    mn_pin_fold(id, value, out->bytes);
    out->len = value.len;
    return MN_OK;
}

/* Was this PIN refused before? Sets the policy under which it may be sent. */
static mn_rc ask_memory(struct mn_card_pin *pin, struct mn_span folded,
                        struct mn_pin_policy *policy)
{
    bool known;
    policy->told = pin->memory.told;
    mn_rc rc = mn_pin_memory_ask(&pin->memory, folded, &known, &policy->refuse_below);
    if (rc)
        return rc;
    return known ? MN_E_PIN_REPEATED : MN_OK;
}

mn_rc mn_card_pin_may(struct mn_card_pin *pin, struct mn_span value)
{
    struct mn_folded_pin folded;
    struct mn_pin_policy policy;
    mn_rc rc = mn_card_pin_fold(pin->id, value, &folded);
    if (rc == MN_OK)
        rc = ask_memory(pin, mn_folded_pin_span(&folded), &policy);
    mn_wipe(&folded, sizeof folded);
    return rc;
}

/* Tries left before the attempt. Where the card answered only that the PIN was open, the last one
 * sent had been right, and the counter was full. */
static int tries_before(const struct mn_card_pin *pin, const struct mn_pin_attempt *attempt)
{
    return attempt->before != MN_TRIES_UNKNOWN ? attempt->before
                                               : (int)mn_pin_profile(pin->id)->tries_max;
}

/* Remembers what an attempt has taught. */
static void note_attempt(struct mn_card_pin *pin, struct mn_span folded, mn_rc rc,
                         const struct mn_pin_attempt *attempt)
{
    if (attempt->sent || attempt->before != MN_TRIES_UNKNOWN) {
        pin->tries = attempt->after;
        pin->tries_read = attempt->after != MN_TRIES_UNKNOWN;
    }
    if (attempt->accepted) {
        mn_pin_memory_accepted(&pin->memory, folded);
        return;
    }
    if (attempt->before != MN_TRIES_UNKNOWN)
        mn_pin_memory_settle(&pin->memory, attempt->before);
    if (!attempt->sent)
        return;
    if (rc == MN_E_PIN_WRONG || rc == MN_E_PIN_BLOCKED)
        mn_pin_memory_refused(&pin->memory, folded, attempt->after);
    else
        mn_pin_memory_lost(&pin->memory, folded, tries_before(pin, attempt));
}

/* The policy under which the PIN may be sent, if it may. */
static mn_rc make_policy(struct mn_card_pin *pin, struct mn_span folded,
                         const struct mn_card_pin_wish *wish, struct mn_pin_policy *policy)
{
    mn_rc rc = ask_memory(pin, folded, policy);
    policy->spare_last = wish->spare_last;
    if (rc == MN_OK && policy->refuse_below < wish->fewest)
        policy->refuse_below = wish->fewest;
    return rc;
}

static const struct mn_pin_attempt no_attempt = {.before = MN_TRIES_UNKNOWN,
                                                 .after = MN_TRIES_UNKNOWN};

static mn_rc verify(struct mn_card_pin *pin, struct mn_card *card, struct mn_span folded,
                    const struct mn_card_pin_wish *wish, struct mn_pin_attempt *attempt)
{
    struct mn_pin_policy policy;
    mn_rc rc = make_policy(pin, folded, wish, &policy);
    if (rc)
        return rc;
    rc = mn_pin_verify(card, pin->id, folded, &policy, attempt);
    note_attempt(pin, folded, rc, attempt);
    return rc;
}

mn_rc mn_card_pin_verify(struct mn_card_pin *pin, struct mn_card *card, struct mn_span value,
                         const struct mn_card_pin_wish *wish, struct mn_pin_attempt *attempt)
{
    struct mn_folded_pin folded;
    *attempt = no_attempt;
    mn_rc rc = mn_card_pin_fold(pin->id, value, &folded);
    if (rc == MN_OK)
        rc = verify(pin, card, mn_folded_pin_span(&folded), wish, attempt);
    mn_wipe(&folded, sizeof folded);
    return rc;
}

static mn_rc change(struct mn_card_pin *pin, struct mn_card *card, struct mn_span old_folded,
                    struct mn_span new_value, const struct mn_card_pin_wish *wish,
                    struct mn_pin_attempt *attempt)
{
    struct mn_pin_policy policy;
    mn_rc rc = make_policy(pin, old_folded, wish, &policy);
    if (rc)
        return rc;
    rc = mn_pin_change(card, pin->id, old_folded, new_value, &policy, attempt);
    note_attempt(pin, old_folded, rc, attempt);
    if (rc == MN_OK)
        mn_pin_memory_clear(&pin->memory); /* what was refused may be right now */
    return rc;
}

mn_rc mn_card_pin_change(struct mn_card_pin *pin, struct mn_card *card, struct mn_span old_value,
                         struct mn_span new_value, const struct mn_card_pin_wish *wish,
                         struct mn_pin_attempt *attempt)
{
    struct mn_folded_pin folded;
    *attempt = no_attempt;
    mn_rc rc = mn_pin_new_shape(pin->id, new_value);
    if (rc == MN_OK)
        rc = mn_card_pin_fold(pin->id, old_value, &folded);
    if (rc)
        return rc;
    rc = change(pin, card, mn_folded_pin_span(&folded), new_value, wish, attempt);
    mn_wipe(&folded, sizeof folded);
    return rc;
}
