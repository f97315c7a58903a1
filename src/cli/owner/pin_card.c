#include "cli/owner/pin_card.h"

#include <stdio.h>

#include "backend/owner_visit.h"
#include "cli/message.h"
#include "cli/owner/pin_subject.h"
#include "cli/pin_prompt.h"
#include "cli/verb.h"

static mn_rc ask_tries(struct mn_pin_card *card, const enum mn_pin *ids, size_t len)
{
    struct mn_owner_visit visit;
    mn_rc rc = mn_owner_visit_begin(&visit, card->reader);
    if (rc)
        return rc;
    for (size_t i = 0; i < len && rc == MN_OK; i++) {
        struct mn_pin_state *state = &card->states[ids[i]];
        state->rc = mn_owner_visit_tries(&visit, ids[i], &state->tries);
        rc = state->rc == MN_E_PIN_UNSET ? MN_OK : state->rc;
    }
    mn_owner_visit_end(&visit, rc);
    return rc;
}

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

int mn_pin_card_open(struct mn_pin_card *card, const char *reader, const enum mn_pin *ids,
                     size_t len)
{
    *card = (struct mn_pin_card){0};
    mn_rc rc = mn_cli_readers_open(&card->readers);
    if (rc)
        return failed(rc);
    rc = mn_cli_readers_find(&card->readers, reader, &card->reader);
    if (rc)
        return mn_cli_readers_tell(&card->readers, rc);
    rc = ask_tries(card, ids, len);
    return rc ? failed(rc) : MN_EXIT_OK;
}

void mn_pin_card_close(struct mn_pin_card *card)
{
    mn_cli_readers_close(&card->readers);
}

static const char *meaning(enum mn_pin id)
{
    if (id == MN_PIN_AUTH)
        return _("Until it has a new PIN, nothing can log in with this card.");
    if (id == MN_PIN_SIGN)
        return _("Until it has a new password, nothing can be signed with this card.");
    if (id == MN_PIN_TEXT)
        return _("Until it has a new PIN, programs cannot read name and address with it.");
    return _("Until it has a new PIN, a municipal office that asks for it has to set one first.");
}

void mn_pin_tell_lock(enum mn_pin id)
{
    fprintf(stderr, "%s\n%s\n", meaning(id),
            _("No program can open it again. The office of the municipality where you live sets a\n"
              "new one: bring the card, and ask there what else to bring."));
}

bool mn_pin_card_can_send(const struct mn_pin_card *card, enum mn_pin id, bool may_be_last)
{
    const struct mn_pin_state *state = &card->states[id];
    const char *title = mn_pin_title(id);
    if (state->rc == MN_E_PIN_UNSET) {
        fprintf(stderr, _("mynakey: %s: this card has none\n"), title);
    } else if (state->tries < 0) {
        fprintf(stderr, "mynakey: %s: %s\n", title, mn_message_rc(MN_E_PIN_UNKNOWN));
    } else if (state->tries == 0) {
        fprintf(stderr, _("mynakey: %s: it is locked, no try is left\n"), title);
        mn_pin_tell_lock(id);
    } else if (state->tries == 1 && !may_be_last) {
        fprintf(stderr,
                _("mynakey: %s: only one try is left, and it is kept back\n"
                  "'mynakey pin verify %s' uses it when you are sure of it; that gives all tries\n"
                  "back. If you are not, the office of your municipality sets a new one.\n"),
                title, mn_pin_word(id));
    } else {
        return true;
    }
    return false;
}
