#include <stdio.h>

#include <jansson.h>

#include "card/pin.h"
#include "cli/columns.h"
#include "cli/message.h"
#include "cli/owner/pin.h"
#include "cli/owner/pin_card.h"
#include "cli/pin_prompt.h"
#include "cli/verb.h"

static void print_tries(FILE *out, enum mn_pin id, const struct mn_pin_state *state)
{
    unsigned most = mn_pin_profile(id)->tries_max;
    if (state->rc == MN_E_PIN_UNSET)
        fprintf(out, _("this card has none"));
    else if (state->tries < 0)
        fprintf(out, _("the card does not tell the tries left"));
    else if (state->tries == 0)
        fprintf(out, _("LOCKED: the office of your municipality sets a new one"));
    else if (state->tries == 1)
        fprintf(out, _("1 try left: one more mistake locks it"));
    else if (most == 0)
        fprintf(out, _("%d tries left"), state->tries);
    else
        fprintf(out, _("%d of %u tries left"), state->tries, most);
}

static size_t title_width(void)
{
    size_t width = 0;
    for (int i = 0; i < MN_PIN_COUNT; i++) {
        size_t columns = mn_columns(mn_pin_title((enum mn_pin)i));
        width = columns > width ? columns : width;
    }
    return width;
}

static const char *reader_name(const struct mn_pin_card *card)
{
    struct mn_card_reader_state state;
    mn_card_reader_state(card->reader, &state);
    return state.name;
}

static bool print_text(const struct mn_pin_card *card)
{
    size_t width = title_width();
    printf(_("Reader: %s\n"), reader_name(card));
    bool any_last = false;
    for (int i = 0; i < MN_PIN_COUNT; i++) {
        const struct mn_pin_state *state = &card->states[i];
        char value[256] = "";
        FILE *out = fmemopen(value, sizeof value, "w");
        if (!out)
            return false;
        print_tries(out, (enum mn_pin)i, state);
        fclose(out);
        mn_columns_print(stdout, mn_pin_title((enum mn_pin)i), width, value);
        bool can_verify = mn_pin_profile((enum mn_pin)i)->change != MN_PIN_FIXED;
        any_last = any_last || (can_verify && state->rc == MN_OK && state->tries == 1);
    }
    if (any_last)
        printf(_("The last try is kept back from programs. 'mynakey pin verify' uses it when you "
                 "are\nsure of the PIN, and gives all tries back.\n"));
    return true;
}

static bool print_json(const struct mn_pin_card *card)
{
    json_t *pins = json_array();
    for (int i = 0; i < MN_PIN_COUNT; i++) {
        const struct mn_pin_state *state = &card->states[i];
        const struct mn_pin_profile *profile = mn_pin_profile((enum mn_pin)i);
        bool known = state->rc == MN_OK && state->tries >= 0;
        json_array_append_new(
            pins, json_pack("{s:s, s:b, s:o, s:o}", "pin", profile->name, "exists",
                            state->rc != MN_E_PIN_UNSET, "tries_left",
                            known ? json_integer(state->tries) : json_null(), "tries_max",
                            profile->tries_max ? json_integer(profile->tries_max) : json_null()));
    }
    json_t *root = json_pack("{s:s, s:o}", "reader", reader_name(card), "pins", pins);
    bool done = root && json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(root);
    return done;
}

int mn_pin_status(const struct mn_pin_options *options)
{
    enum mn_pin all[MN_PIN_COUNT];
    struct mn_pin_card card;
    for (int i = 0; i < MN_PIN_COUNT; i++)
        all[i] = (enum mn_pin)i;
    int status = mn_pin_card_open(&card, options->reader, all, MN_PIN_COUNT);
    if (status == MN_EXIT_OK) {
        bool printed = (options->json ? print_json : print_text)(&card);
        if (!printed || fflush(stdout) != 0 || ferror(stdout)) {
            fprintf(stderr, _("mynakey: the output could not be written\n"));
            status = MN_EXIT_FAILED;
        }
    }
    mn_pin_card_close(&card);
    return status;
}
