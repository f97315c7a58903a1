#include "cli/owner/pin_steps.h"

#include <stdio.h>

#include "cli/signal_hold.h"

static mn_rc take(struct mn_owner_visit *visit, struct mn_pin_step *step)
{
    step->begun = true;
    step->rc =
        step->next.len > 0
            ? mn_owner_visit_change(visit, step->id, step->present, step->next, step->use_last,
                                    &step->attempt)
            : mn_owner_visit_verify(visit, step->id, step->present, step->use_last, &step->attempt);
    return step->rc;
}

static mn_rc visit_card(struct mn_card_reader *reader, struct mn_pin_step *steps, size_t len)
{
    struct mn_owner_visit visit;
    mn_rc rc = mn_owner_visit_begin(&visit, reader);
    if (rc)
        return rc;
    for (size_t i = 0; i < len && rc == MN_OK && !mn_signal_hold_is_called_off(); i++)
        rc = take(&visit, &steps[i]);
    mn_owner_visit_end(&visit, rc);
    return MN_OK;
}

bool mn_pin_steps_run(struct mn_card_reader *reader, struct mn_pin_step *steps, size_t len,
                      void (*tell)(const struct mn_pin_step *steps, size_t len, mn_rc rc))
{
    sigset_t former;
    bool good = true;
    for (size_t i = 0; i < len; i++)
        steps[i].begun = false;
    mn_signal_hold_begin(&former);
    mn_rc rc = visit_card(reader, steps, len);
    tell(steps, len, rc);
    fflush(stdout);
    mn_signal_hold_end(&former);
    for (size_t i = 0; i < len; i++)
        good = good && steps[i].begun && steps[i].rc == MN_OK;
    return good;
}

bool mn_pin_step_is_open(const struct mn_pin_step *step)
{
    return step->begun && step->attempt.new_sent && step->rc != MN_OK && step->rc != MN_E_REFUSED;
}
