#include <stdio.h>

#include "cli/message.h"
#include "cli/owner/pin.h"
#include "cli/owner/pin_ask.h"
#include "cli/owner/pin_card.h"
#include "cli/owner/pin_report.h"
#include "cli/verb.h"

/* All PINs of four digits, and how many are asked for: the last two are one for their owner. */
static const enum mn_pin alike[] = {MN_PIN_AUTH, MN_PIN_TEXT, MN_PIN_COMMON, MN_PIN_JUKI};
#define ALIKE (sizeof alike / sizeof alike[0])

/* A step for each that the card has. False: something hinders, and nothing is to be sent. */
static bool make_steps(const struct mn_pin_card *card, const enum mn_pin *ids, size_t count,
                       struct mn_pin_step *steps, size_t *len)
{
    *len = 0;
    for (size_t i = 0; i < count; i++) {
        if (card->states[ids[i]].rc == MN_E_PIN_UNSET && count > 1)
            continue;
        if (!mn_pin_card_can_send(card, ids[i], !card->readers.settings.spare_last_try))
            return false;
        steps[(*len)++] = (struct mn_pin_step){.id = ids[i]};
    }
    if (*len == 0)
        fprintf(stderr, _("mynakey: this card has none of these PINs\n"));
    return *len > 0;
}

static int end(bool good)
{
    return good ? MN_EXIT_OK : MN_EXIT_FAILED;
}

static bool all_are_good(const struct mn_pin_step *steps, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!steps[i].begun || steps[i].rc)
            return false;
    return true;
}

/* --- one PIN --- */

/* Where the first of the card's two took it and the second did not, they differ now. */
static void tell_rest(const struct mn_pin_step *steps, size_t len)
{
    if (len == 2 && steps[0].begun && steps[0].rc == MN_OK && !mn_pin_step_is_open(&steps[1]))
        fprintf(stderr,
                _("The card keeps this PIN in two places, which differ now. 'mynakey pin "
                  "change %s'\nchanges the one that is left.\n"),
                mn_pin_word(steps[1].id));
}

/* With the report, for a signal that waits ends the command after that. */
static void report_one(const struct mn_pin_step *steps, size_t len, mn_rc rc)
{
    mn_pin_report(steps, len, rc);
    if (!all_are_good(steps, len))
        tell_rest(steps, len);
}

static int change(const struct mn_pin_subject *subject, struct mn_pin_card *card,
                  const struct mn_pin_options *options)
{
    struct mn_pin_step steps[2];
    struct mn_secret *present = NULL, *next = NULL;
    enum mn_pin id = subject->pins[0];
    size_t len;
    bool good = make_steps(card, subject->pins, subject->len, steps, &len) &&
                mn_pin_ask_present(id, options->pin_file, &present) &&
                mn_pin_ask_next(id, options->new_pin_file, &next);
    if (good && mn_pin_are_same(id, present, next)) {
        fprintf(stderr, _("mynakey: the new one is the old one; nothing was sent or changed\n"));
        good = false;
    }
    if (good) {
        for (size_t i = 0; i < len; i++) {
            steps[i].present = mn_secret_span(present);
            steps[i].next = mn_secret_span(next);
        }
        good = mn_pin_steps_run(card->reader, steps, len, report_one);
    }
    mn_secret_free(&present);
    mn_secret_free(&next);
    return end(good);
}

int mn_pin_change_subject(const struct mn_pin_subject *subject,
                          const struct mn_pin_options *options)
{
    struct mn_pin_card card;
    int status = mn_pin_card_open(&card, options->reader, subject->pins, subject->len);
    if (status == MN_EXIT_OK)
        status = change(subject, &card, options);
    mn_pin_card_close(&card);
    return status;
}

/* --- all of four digits --- */

static void explain(void)
{
    printf(_("All PINs of four digits become one: for authentication, for name and address,\n"
             "and that of the card, which it keeps in two places. You are asked for each as it\n"
             "is now, then for the new one. Each is sent once; at the first that is refused it\n"
             "stops, and you are told which were changed. Where a PIN is the new one already,\n"
             "because it stopped the last time, enter the new one as what it is now.\n"));
    fflush(stdout);
}

/* The present PINs: from a file one for all; from a person, each, but the card's once. */
static bool ask_present(struct mn_pin_step *steps, size_t len, const char *file,
                        struct mn_secret *present[ALIKE])
{
    for (size_t i = 0; i < len; i++) {
        bool is_second = steps[i].id == MN_PIN_JUKI && i > 0 && steps[i - 1].id == MN_PIN_COMMON;
        bool again = is_second || (file && i > 0);
        if (!again && !mn_pin_ask_present(steps[i].id, file, &present[i]))
            return false;
        steps[i].present = again ? steps[i - 1].present : mn_secret_span(present[i]);
    }
    return true;
}

/* Which has the new one already is only compared: so the run begun earlier goes on. */
static void set_next(struct mn_pin_step *steps, size_t len, const struct mn_secret *next)
{
    for (size_t i = 0; i < len; i++)
        if (!mn_span_equal(steps[i].present, mn_secret_span(next)))
            steps[i].next = mn_secret_span(next);
}

static void tell_how_to_go_on(const struct mn_pin_step *steps, size_t len)
{
    bool any = false;
    for (size_t i = 0; i < len; i++)
        any = any || mn_pin_step_is_open(&steps[i]) || (steps[i].begun && steps[i].rc == MN_OK);
    if (any)
        fprintf(stderr,
                _("They are not alike yet. When you know the right ones, run 'mynakey pin\n"
                  "change --all' again, with the new PIN as the present one where it was changed;\n"
                  "or change one alone: auth, text, card, or of the card's two common or juki.\n"));
}

static void report_all(const struct mn_pin_step *steps, size_t len, mn_rc rc)
{
    mn_pin_report(steps, len, rc);
    if (!all_are_good(steps, len))
        tell_how_to_go_on(steps, len);
}

static int change_all(struct mn_pin_card *card, const struct mn_pin_options *options)
{
    struct mn_pin_step steps[ALIKE];
    struct mn_secret *present[ALIKE] = {NULL}, *next = NULL;
    size_t len;
    bool good = make_steps(card, alike, ALIKE, steps, &len);
    if (good && !options->pin_file)
        explain();
    good = good && ask_present(steps, len, options->pin_file, present) &&
           mn_pin_ask_next(MN_PIN_AUTH, options->new_pin_file, &next);
    if (good) {
        set_next(steps, len, next);
        good = mn_pin_steps_run(card->reader, steps, len, report_all);
    }
    for (size_t i = 0; i < ALIKE; i++)
        mn_secret_free(&present[i]);
    mn_secret_free(&next);
    return end(good);
}

int mn_pin_change_all(const struct mn_pin_options *options)
{
    struct mn_pin_card card;
    int status = mn_pin_card_open(&card, options->reader, alike, ALIKE);
    if (status == MN_EXIT_OK)
        status = change_all(&card, options);
    mn_pin_card_close(&card);
    return status;
}
