#define MN_LOG_ROOM "backend"
#include "backend/card_login.h"

#include "base/log.h"
#include "card/pin.h"

#define PIN_MAX 16

/* A PIN as the card has it; wiped by whoever folded it. */
struct folded {
    uint8_t bytes[PIN_MAX];
    size_t len;
};

static mn_rc fold(const struct mn_card_login *login, struct mn_span pin, struct folded *out)
{
    mn_rc rc = mn_pin_shape(login->role, pin);
    if (rc)
        return rc;
    mn_pin_fold(login->role, pin, out->bytes);
    out->len = pin.len;
    return MN_OK;
}

static struct mn_span folded_span(const struct folded *pin)
{
    return mn_span(pin->bytes, pin->len);
}

bool mn_card_login_is_open(const struct mn_card_login *login)
{
    return atomic_load(&login->open);
}

void mn_card_login_drop(struct mn_card_login *login)
{
    atomic_store(&login->open, false);
    mn_secret_free(&login->kept);
}

void mn_card_login_note_epoch(struct mn_card_login *login, unsigned long epoch)
{
    if (!mn_card_login_is_open(login) || login->epoch == epoch || login->kept)
        return;
    mn_log_info("the card was reset: the %s login is over", mn_role_profile(login->role)->name);
    mn_card_login_drop(login);
}

bool mn_card_login_holds(const struct mn_card_login *login, const struct mn_card *card)
{
    return mn_card_login_is_open(login) && login->epoch == mn_card_epoch(card);
}

/* Was this PIN refused before? Sets the policy under which it may be sent. */
static mn_rc ask_memory(struct mn_card_login *login, struct mn_span folded,
                        struct mn_pin_policy *policy)
{
    bool known;
    policy->spare_last = login->settings->spare_last_try;
    policy->told = login->memory.told;
    mn_rc rc = mn_pin_memory_ask(&login->memory, folded, &known, &policy->refuse_below);
    if (rc)
        return rc;
    return known ? MN_E_PIN_REPEATED : MN_OK;
}

mn_rc mn_card_login_may(struct mn_card_login *login, struct mn_span pin)
{
    struct folded folded;
    struct mn_pin_policy policy;
    mn_rc rc = fold(login, pin, &folded);
    if (rc == MN_OK)
        rc = ask_memory(login, folded_span(&folded), &policy);
    mn_wipe(&folded, sizeof folded);
    return rc;
}

/* Tries left before the attempt. Where the card answered only that the PIN was open, the last one
 * sent had been right, and the counter was full. */
static int tries_before(const struct mn_card_login *login, const struct mn_pin_attempt *attempt)
{
    return attempt->before != MN_TRIES_UNKNOWN ? attempt->before
                                               : (int)mn_role_profile(login->role)->tries_max;
}

/* Remembers what an attempt has taught. */
static void note_attempt(struct mn_card_login *login, struct mn_span folded, mn_rc rc,
                         const struct mn_pin_attempt *attempt)
{
    if (attempt->sent || attempt->before != MN_TRIES_UNKNOWN) {
        login->tries = attempt->after;
        login->tries_read = attempt->after != MN_TRIES_UNKNOWN;
    }
    if (attempt->accepted) {
        mn_pin_memory_accepted(&login->memory, folded);
        return;
    }
    if (attempt->before != MN_TRIES_UNKNOWN)
        mn_pin_memory_settle(&login->memory, attempt->before);
    if (!attempt->sent)
        return;
    if (rc == MN_E_PIN_WRONG || rc == MN_E_PIN_BLOCKED)
        mn_pin_memory_refused(&login->memory, folded, attempt->after);
    else
        mn_pin_memory_lost(&login->memory, folded, tries_before(login, attempt));
}

/* fewest: with fewer tries left nothing is sent. */
static mn_rc attempt_open(struct mn_card_login *login, struct mn_card *card, struct mn_span folded,
                          int fewest)
{
    struct mn_pin_policy policy;
    struct mn_pin_attempt attempt;
    mn_rc rc = ask_memory(login, folded, &policy);
    if (rc)
        return rc;
    if (policy.refuse_below < fewest)
        policy.refuse_below = fewest;
    rc = mn_pin_verify(card, login->role, folded, &policy, &attempt);
    note_attempt(login, folded, rc, &attempt);
    if (rc == MN_OK)
        login->epoch = mn_card_epoch(card);
    return rc;
}

/* Without memory for it, it is not kept. */
static void keep(struct mn_card_login *login, struct mn_span folded)
{
    mn_secret_free(&login->kept);
    if (login->role == MN_ROLE_AUTH && login->settings->keep_auth_pin)
        mn_secret_new(folded, &login->kept);
}

mn_rc mn_card_login_open(struct mn_card_login *login, struct mn_card *card, struct mn_span pin)
{
    struct folded folded;
    mn_rc rc = fold(login, pin, &folded);
    if (rc == MN_OK)
        rc = attempt_open(login, card, folded_span(&folded), 0);
    if (rc == MN_OK) {
        keep(login, folded_span(&folded));
        atomic_store(&login->open, true);
    }
    mn_wipe(&folded, sizeof folded);
    return rc;
}

/* What the counter must show before the kept PIN is sent: it left the counter full when it was
 * right, and what wrong PINs went out from here since is known. Fewer tell that another program
 * sent a wrong one: perhaps this very one, which it kept too, after a third had changed the PIN.
 * Each would spend a try that nobody meant to spend. */
static int tries_explained(const struct mn_card_login *login)
{
    int told = login->memory.told;
    return told > 0 ? told : (int)mn_role_profile(login->role)->tries_max;
}

mn_rc mn_card_login_reopen(struct mn_card_login *login, struct mn_card *card)
{
    mn_rc rc = MN_E_NOT_LOGGED_IN;
    if (login->kept)
        rc = attempt_open(login, card, mn_secret_span(login->kept), tries_explained(login));
    if (rc == MN_OK) {
        mn_log_info("the %s key was opened again", mn_role_profile(login->role)->name);
        return MN_OK;
    }
    mn_card_login_drop(login);
    return rc == MN_E_REMOVED || rc == MN_E_COMM ? rc : MN_E_NOT_LOGGED_IN;
}

static mn_rc attempt_change(struct mn_card_login *login, struct mn_card *card,
                            struct mn_span old_folded, struct mn_span new_folded, bool *opened)
{
    struct mn_pin_policy policy;
    struct mn_pin_attempt attempt;
    mn_rc rc = ask_memory(login, old_folded, &policy);
    if (rc)
        return rc;
    rc = mn_pin_change(card, login->role, old_folded, new_folded, &policy, &attempt);
    *opened = attempt.accepted;
    note_attempt(login, old_folded, rc, &attempt);
    if (*opened)
        login->epoch = mn_card_epoch(card);
    if (rc == MN_OK) {
        mn_pin_memory_clear(&login->memory); /* what was refused may be right now */
        if (mn_card_login_is_open(login))
            keep(login, new_folded);
    } else if (*opened && rc != MN_E_REFUSED) {
        mn_card_login_drop(login); /* which PIN the card has now is not known: none is kept */
    }
    return rc;
}

mn_rc mn_card_login_change(struct mn_card_login *login, struct mn_card *card,
                           struct mn_span old_pin, struct mn_span new_pin, bool *opened)
{
    struct folded old_folded, new_folded;
    *opened = false;
    mn_rc rc = fold(login, new_pin, &new_folded);
    if (rc == MN_OK)
        rc = fold(login, old_pin, &old_folded);
    if (rc == MN_OK)
        rc =
            attempt_change(login, card, folded_span(&old_folded), folded_span(&new_folded), opened);
    mn_wipe(&old_folded, sizeof old_folded);
    mn_wipe(&new_folded, sizeof new_folded);
    return rc;
}
