#include <stdio.h>

#include "cli/message.h"
#include "cli/owner/pin.h"
#include "cli/owner/pin_ask.h"
#include "cli/owner/pin_card.h"
#include "cli/owner/pin_report.h"
#include "cli/prompt.h"
#include "cli/verb.h"

/* One step for each reference that the card has; tells what hinders where there is none to take. */
static size_t make_steps(const struct mn_pin_subject *subject, const struct mn_pin_card *card,
                         struct mn_pin_step *steps)
{
    size_t len = 0;
    for (size_t i = 0; i < subject->len; i++) {
        enum mn_pin id = subject->pins[i];
        bool other_place = i + 1 < subject->len || len > 0;
        if (card->states[id].rc == MN_E_PIN_UNSET && other_place)
            continue;
        if (!mn_pin_card_can_send(card, id, true))
            return 0;
        steps[len++] = (struct mn_pin_step){.id = id, .use_last = card->states[id].tries == 1};
    }
    return len;
}

/* The last try goes to the card only when a person has been told what it is and wants it used. */
static bool may_use_last(const struct mn_pin_step *step)
{
    char question[1024];
    if (!step->use_last)
        return true;
    snprintf(
        question, sizeof question,
        _("%s: ONE TRY IS LEFT. If what you enter is wrong, it is locked, and only the office\n"
          "of your municipality can set a new one. If it is right, all %u tries are there\n"
          "again. If you are not sure, do not go on.\n"
          "Use the last try?"),
        mn_pin_title(step->id), mn_pin_profile(step->id)->tries_max);
    return mn_prompt_insist(question);
}

static int verify(const struct mn_pin_subject *subject, struct mn_pin_card *card,
                  const struct mn_pin_options *options)
{
    struct mn_pin_step steps[2];
    struct mn_secret *pin = NULL;
    size_t len = make_steps(subject, card, steps);
    bool good = len > 0;
    for (size_t i = 0; i < len && good; i++)
        good = may_use_last(&steps[i]);
    good = good && mn_pin_ask_present(subject->pins[0], options->pin_file, &pin);
    for (size_t i = 0; i < len; i++)
        steps[i].present = mn_secret_span(pin);
    good = good && mn_pin_steps_run(card->reader, steps, len, mn_pin_report);
    mn_secret_free(&pin);
    return good ? MN_EXIT_OK : MN_EXIT_FAILED;
}

int mn_pin_verify_subject(const struct mn_pin_subject *subject,
                          const struct mn_pin_options *options)
{
    struct mn_pin_card card;
    int status = mn_pin_card_open(&card, options->reader, subject->pins, subject->len);
    if (status == MN_EXIT_OK)
        status = verify(subject, &card, options);
    mn_pin_card_close(&card);
    return status;
}
