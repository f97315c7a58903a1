#define MN_LOG_ROOM "backend"
#include "backend/card_login.h"

#include "base/log.h"

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

mn_rc mn_card_login_may(struct mn_card_login *login, struct mn_span pin)
{
    return mn_card_pin_may(&login->pin, pin);
}

/* fewest: with fewer tries left nothing is sent. */
static mn_rc attempt_open(struct mn_card_login *login, struct mn_card *card, struct mn_span pin,
                          int fewest)
{
    const struct mn_card_pin_wish wish = {.spare_last = login->settings->spare_last_try,
                                          .fewest = fewest};
    struct mn_pin_attempt attempt;
    mn_rc rc = mn_card_pin_verify(&login->pin, card, pin, &wish, &attempt);
    if (rc == MN_OK)
        login->epoch = mn_card_epoch(card);
    return rc;
}

/* Without memory for it, it is not kept. */
static void keep(struct mn_card_login *login, struct mn_span pin)
{
    struct mn_folded_pin folded;
    mn_secret_free(&login->kept);
    if (login->role != MN_ROLE_AUTH || !login->settings->keep_auth_pin)
        return;
    if (mn_card_pin_fold(login->pin.id, pin, &folded) == MN_OK)
        mn_secret_new(mn_folded_pin_span(&folded), &login->kept);
    mn_wipe(&folded, sizeof folded);
}

mn_rc mn_card_login_open(struct mn_card_login *login, struct mn_card *card, struct mn_span pin)
{
    mn_rc rc = attempt_open(login, card, pin, 0);
    if (rc == MN_OK) {
        keep(login, pin);
        atomic_store(&login->open, true);
    }
    return rc;
}

/* What the counter must show before the kept PIN is sent: it left the counter full when it was
 * right, and what wrong PINs went out from here since is known. Fewer tell that another program
 * sent a wrong one: perhaps this very one, which it kept too, after a third had changed the PIN.
 * Each would spend a try that nobody meant to spend. */
static int tries_explained(const struct mn_card_login *login)
{
    int told = login->pin.memory.told;
    return told > 0 ? told : (int)mn_role_pin(login->role)->tries_max;
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

mn_rc mn_card_login_change(struct mn_card_login *login, struct mn_card *card,
                           struct mn_span old_pin, struct mn_span new_pin, bool *opened)
{
    const struct mn_card_pin_wish wish = {.spare_last = login->settings->spare_last_try};
    struct mn_pin_attempt attempt;
    mn_rc rc = mn_card_pin_change(&login->pin, card, old_pin, new_pin, &wish, &attempt);
    *opened = attempt.accepted;
    if (*opened)
        login->epoch = mn_card_epoch(card);
    if (rc == MN_OK && mn_card_login_is_open(login))
        keep(login, new_pin);
    else if (*opened && rc != MN_OK && rc != MN_E_REFUSED)
        mn_card_login_drop(login); /* which PIN the card has now is not known: none is kept */
    return rc;
}
