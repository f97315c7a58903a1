#include "cli/owner/pin_report.h"

#include <stdio.h>

#include "cli/message.h"
#include "cli/owner/pin_card.h"
#include "cli/owner/pin_subject.h"
#include "cli/pin_prompt.h"

static void tell_good(const struct mn_pin_step *step)
{
    const char *title = mn_pin_title(step->id);
    if (step->next.len > 0)
        printf(_("%s: changed.\n"), title);
    else
        printf(_("%s: right. All %u tries are there again.\n"), title,
               mn_pin_profile(step->id)->tries_max);
}

/* Which of the two the card has: nothing that this project knows of tells it without a PIN. */
static void tell_open(const struct mn_pin_step *step)
{
    const char *word = mn_pin_word(step->id);
    fprintf(
        stderr,
        _("mynakey: %s: the new one was sent, but how the card took it did not come back: %s\n"
          "It is NOT KNOWN whether the card has the old or the new one. The card has no way to\n"
          "tell that costs nothing for sure. The old one was right just now, so all %u tries\n"
          "are there. Run 'mynakey pin verify %s' and give the NEW one first. If it is right,\n"
          "it was changed. If it is refused, one try is used; then give the OLD one, which\n"
          "brings all tries back.\n"),
        mn_pin_title(step->id), mn_message_rc(step->rc), mn_pin_profile(step->id)->tries_max, word);
}

static void tell_refused(const struct mn_pin_step *step)
{
    const char *title = mn_pin_title(step->id);
    if (step->rc == MN_E_PIN_BLOCKED) {
        fprintf(stderr, _("mynakey: %s: wrong, and that was the last try: it is locked now\n"),
                title);
        mn_pin_tell_lock(step->id);
        return;
    }
    if (step->attempt.after < 0)
        fprintf(stderr, _("mynakey: %s: wrong\n"), title);
    else
        fprintf(stderr, _("mynakey: %s: wrong. One try was used, %d of %u are left\n"), title,
                step->attempt.after, mn_pin_profile(step->id)->tries_max);
    if (step->attempt.after == 1)
        fprintf(stderr,
                _("The last try is kept back. 'mynakey pin verify %s' uses it when you are sure.\n"
                  "If you are not, the office of your municipality sets a new one.\n"),
                mn_pin_word(step->id));
}

static void tell_bad(const struct mn_pin_step *step)
{
    const char *title = mn_pin_title(step->id), *cause = mn_message_rc(step->rc);
    if (mn_pin_step_is_open(step))
        tell_open(step);
    else if (step->attempt.accepted)
        fprintf(stderr, _("mynakey: %s: not changed. The old one was right, but: %s\n"), title,
                cause);
    else if (step->attempt.sent && (step->rc == MN_E_PIN_WRONG || step->rc == MN_E_PIN_BLOCKED))
        tell_refused(step);
    else if (step->attempt.sent)
        fprintf(stderr,
                _("mynakey: %s: it was sent, but the answer did not come back: %s\n"
                  "Nothing was changed. Whether a try was used, 'mynakey pin status' tells.\n"),
                title, cause);
    else
        fprintf(stderr, _("mynakey: %s: nothing was sent and no try was used: %s\n"), title, cause);
}

static bool is_change(const struct mn_pin_step *steps, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (steps[i].next.len > 0)
            return true;
    return false;
}

void mn_pin_report(const struct mn_pin_step *steps, size_t len, mn_rc rc)
{
    if (rc) {
        fprintf(stderr, _("mynakey: nothing was sent and nothing was changed: %s\n"),
                mn_message_rc(rc));
        return;
    }
    for (size_t i = 0; i < len; i++) {
        if (steps[i].begun && steps[i].rc == MN_OK)
            tell_good(&steps[i]);
        else if (steps[i].begun)
            tell_bad(&steps[i]);
        else if (is_change(steps, len))
            fprintf(stderr, _("mynakey: %s: not touched, it is what it was\n"),
                    mn_pin_title(steps[i].id));
        else
            fprintf(stderr, _("mynakey: %s: not asked for any more\n"), mn_pin_title(steps[i].id));
    }
}
