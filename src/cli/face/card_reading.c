#include "cli/face/card_reading.h"

#include <stdio.h>
#include <unistd.h>

#include "backend/owner_visit.h"
#include "cli/face/opening.h"
#include "cli/message.h"
#include "cli/pin_prompt.h"
#include "cli/prompt.h"
#include "cli/signal_hold.h"
#include "cli/verb.h"

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static mn_rc look(struct mn_card_reader *reader, enum mn_pin id, int *tries)
{
    struct mn_owner_visit visit;
    mn_rc rc = mn_owner_visit_begin(&visit, reader);
    if (rc)
        return rc;
    rc = mn_owner_visit_tries(&visit, id, tries);
    mn_owner_visit_end(&visit, rc);
    return rc;
}

static int tell_blocked(enum mn_pin id)
{
    fprintf(stderr,
            _("mynakey: %s is locked: no try is left. Nothing else on the card is harmed.\n"
              "Only the municipal office can unlock it; take the card and another identity\n"
              "document there.\n"),
            mn_pin_title(id));
    return MN_EXIT_FAILED;
}

/* May the last try be sent? */
static bool may_use_last(enum mn_pin id)
{
    fprintf(stderr,
            _("One try is left for this: %s. If what you enter is wrong, it is locked, and only\n"
              "the municipal office can unlock it. If it is right, all tries come back.\n"),
            mn_pin_title(id));
    return mn_prompt_insist(_("Use the last try?"));
}

/* Whoever ends the command in the middle gets a closed card: the signal waits until it is. */
static mn_rc visit_and_read(const struct mn_card_reading *reading, struct mn_card_reader *reader,
                            struct mn_span value, bool use_last, struct mn_pin_attempt *attempt)
{
    struct mn_owner_visit visit;
    sigset_t before;
    mn_signal_hold_begin(&before);
    mn_rc rc = mn_owner_visit_begin(&visit, reader);
    if (rc == MN_OK) {
        rc = mn_owner_visit_verify(&visit, reading->id, value, use_last, attempt);
        if (rc == MN_OK)
            rc = reading->read(visit.card, reading->self);
        mn_owner_visit_end(&visit, rc);
    }
    mn_signal_hold_end(&before);
    return rc;
}

/* What became of it, where it did not go well. */
static int tell(enum mn_pin id, mn_rc rc, const struct mn_pin_attempt *attempt)
{
    if (rc == MN_E_PIN_BLOCKED)
        return tell_blocked(id);
    if (rc == MN_E_PIN_WRONG)
        fprintf(stderr, _("mynakey: %s: that is not it. One try was used\n"), mn_pin_title(id));
    else if (attempt->sent && !attempt->accepted)
        fprintf(stderr,
                _("mynakey: %s: it was sent, but the answer did not come back: %s\n"
                  "Nothing was changed. Whether a try was used, 'mynakey pin status' tells.\n"),
                mn_pin_title(id), mn_message_rc(rc));
    else
        failed(rc);
    if (rc == MN_E_PIN_WRONG && attempt->after >= 0)
        fprintf(stderr, _("mynakey: %d tries are left\n"), attempt->after);
    return MN_EXIT_FAILED;
}

static int ask_and_read(const struct mn_card_reading *reading, struct mn_card_reader *reader,
                        int tries, bool use_last)
{
    struct mn_pin_attempt attempt = {.before = MN_TRIES_UNKNOWN, .after = MN_TRIES_UNKNOWN};
    struct mn_secret *value = NULL;
    if (!mn_opening_ask(reading->id, reading->pin_file, tries, &value))
        return MN_EXIT_FAILED;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, _("Reading the card...\n"));
    mn_rc rc = visit_and_read(reading, reader, mn_secret_span(value), use_last, &attempt);
    mn_secret_free(&value);
    return rc ? tell(reading->id, rc, &attempt) : MN_EXIT_OK;
}

int mn_card_reading_run(const struct mn_card_reading *reading, struct mn_cli_readers *readers)
{
    struct mn_card_reader *reader = NULL;
    int tries = MN_TRIES_UNKNOWN;
    mn_rc rc = mn_cli_readers_open(readers);
    if (rc) {
        failed(rc);
        return MN_EXIT_NO_CARD;
    }
    int status =
        mn_cli_readers_tell(readers, mn_cli_readers_find(readers, reading->reader, &reader));
    if (status)
        return status;
    rc = look(reader, reading->id, &tries);
    if (rc == MN_E_PIN_UNSET) {
        fprintf(stderr,
                _("mynakey: this card has no such data; a phone that acts as one has none\n"));
        return MN_EXIT_FAILED;
    }
    if (rc)
        return failed(rc);
    if (tries == 0)
        return tell_blocked(reading->id);
    bool last = tries == 1 && readers->settings.spare_last_try;
    if (last && !may_use_last(reading->id))
        return MN_EXIT_FAILED;
    return ask_and_read(reading, reader, tries, last);
}
