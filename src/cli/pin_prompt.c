#include "cli/pin_prompt.h"

#include <stddef.h>

#include "cli/message.h"
#include "cli/prompt.h"

static const char *const titles[MN_PIN_COUNT] = {
    [MN_PIN_AUTH] = N_("Authentication PIN"),
    [MN_PIN_SIGN] = N_("Signing password"),
    [MN_PIN_TEXT] = N_("PIN for name and address"),
    [MN_PIN_TEXT_A] = N_("Number A for the text data"),
    [MN_PIN_TEXT_B] = N_("Number B for the text data"),
    [MN_PIN_SURFACE_BIRTH] = N_("Date of birth for the card's face"),
    [MN_PIN_SURFACE_A] = N_("Number A for the card's face"),
    [MN_PIN_SURFACE_B] = N_("Number B for the card's face"),
    [MN_PIN_COMMON] = N_("PIN of the card, common application"),
    [MN_PIN_JUKI] = N_("PIN of the card, resident register application"),
};

struct words {
    const char *text, *rule, *new_text, *again, *new_rule;
};

#define FOUR_DIGITS                                                                                \
    N_("Choose 4 digits that nobody guesses: no date of birth, no part of a telephone\n"           \
       "number, not the same digit four times, no row of digits.")

static const struct words auth = {
    .text = N_("Authentication PIN"),
    .rule = N_("The authentication PIN has 4 digits. Three mistakes lock it."),
    .new_text = N_("New authentication PIN"),
    .again = N_("New authentication PIN, once more"),
    .new_rule = FOUR_DIGITS};

static const struct words sign = {
    .text = N_("Signing password"),
    .rule = N_("The signing password has 6 to 16 characters, A-Z and 0-9; small letters\n"
               "count as capitals. Five mistakes lock it."),
    .new_text = N_("New signing password"),
    .again = N_("New signing password, once more"),
    .new_rule =
        N_("Choose 6 to 16 characters, A-Z and 0-9; the longer, the better. One that can be\n"
           "kept in mind: make up a sentence that only you would say, take the first letter\n"
           "of each word, and put a number that is no date between two of them. Not your\n"
           "name, no word of a dictionary alone, no telephone number.")};

static const struct words text = {
    .text = N_("PIN for name and address"),
    .rule = N_("The PIN for name and address (the card's text data) has 4 digits. Three\n"
               "mistakes lock it."),
    .new_text = N_("New PIN for name and address"),
    .again = N_("New PIN for name and address, once more"),
    .new_rule = FOUR_DIGITS};

static const struct words card = {
    .text = N_("PIN of the card"),
    .rule = N_("The PIN of the card (for the basic resident register) has 4 digits. Three\n"
               "mistakes lock it."),
    .new_text = N_("New PIN of the card"),
    .again = N_("New PIN of the card, once more"),
    .new_rule = FOUR_DIGITS};

/* The card's PIN is one PIN for its owner, on two references. */
static const struct words *const words[MN_PIN_COUNT] = {
    [MN_PIN_AUTH] = &auth,   [MN_PIN_SIGN] = &sign, [MN_PIN_TEXT] = &text,
    [MN_PIN_COMMON] = &card, [MN_PIN_JUKI] = &card,
};

const char *mn_pin_title(enum mn_pin id)
{
    return gettext(titles[id]);
}

const char *mn_pin_rule(enum mn_pin id)
{
    return gettext(words[id]->rule);
}

bool mn_prompt_pin(enum mn_pin id, const char *option, const char *file, struct mn_secret **out)
{
    const struct mn_secret_question q = {
        .text = gettext(words[id]->text), .rule = mn_pin_rule(id), .option = option, .file = file};
    return mn_prompt_secret(&q, out);
}

bool mn_prompt_new_pin(enum mn_pin id, const char *option, const char *file, struct mn_secret **out)
{
    const struct mn_secret_question q = {.text = gettext(words[id]->new_text),
                                         .again = gettext(words[id]->again),
                                         .rule = gettext(words[id]->new_rule),
                                         .option = option,
                                         .file = file};
    return mn_prompt_secret(&q, out);
}
