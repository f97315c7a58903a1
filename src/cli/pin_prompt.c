#include "cli/pin_prompt.h"

#include <stddef.h>

#include "cli/message.h"
#include "cli/prompt.h"

struct words {
    const char *title, *rule, *new_text, *again, *new_rule;
};

#define FOUR_DIGITS                                                                                \
    N_("Choose 4 digits that nobody guesses: no date of birth, no part of a telephone\n"           \
       "number, not the same digit four times, no row of digits.")

static const struct words auth = {
    .title = N_("Authentication PIN"),
    .rule = N_("The authentication PIN has 4 digits. Three mistakes lock it."),
    .new_text = N_("New authentication PIN"),
    .again = N_("New authentication PIN, once more"),
    .new_rule = FOUR_DIGITS};

static const struct words sign = {
    .title = N_("Signing password"),
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
    .title = N_("PIN for name and address"),
    .rule = N_("The PIN for name and address (the card's text data) has 4 digits. Three\n"
               "mistakes lock it."),
    .new_text = N_("New PIN for name and address"),
    .again = N_("New PIN for name and address, once more"),
    .new_rule = FOUR_DIGITS};

static const struct words card = {
    .title = N_("PIN of the card"),
    .rule = N_("The PIN of the card (for the basic resident register) has 4 digits. Three\n"
               "mistakes lock it."),
    .new_text = N_("New PIN of the card"),
    .again = N_("New PIN of the card, once more"),
    .new_rule = FOUR_DIGITS};

static const struct words text_a = {.title = N_("Number A for the text data")};
static const struct words text_b = {.title = N_("Number B for the text data")};
static const struct words surface_birth = {.title = N_("Date of birth for the card's face")};
static const struct words surface_a = {.title = N_("Number A for the card's face")};
static const struct words surface_b = {.title = N_("Number B for the card's face")};

static const struct words *const words[MN_PIN_COUNT] = {
    [MN_PIN_AUTH] = &auth,           [MN_PIN_SIGN] = &sign,
    [MN_PIN_TEXT] = &text,           [MN_PIN_TEXT_A] = &text_a,
    [MN_PIN_TEXT_B] = &text_b,       [MN_PIN_SURFACE_BIRTH] = &surface_birth,
    [MN_PIN_SURFACE_A] = &surface_a, [MN_PIN_SURFACE_B] = &surface_b,
    [MN_PIN_COMMON] = &card,         [MN_PIN_JUKI] = &card,
};

static const char *translated(const char *of)
{
    return of ? gettext(of) : NULL;
}

const char *mn_pin_title(enum mn_pin id)
{
    return translated(words[id]->title);
}

const char *mn_pin_rule(enum mn_pin id)
{
    return translated(words[id]->rule);
}

bool mn_prompt_pin(enum mn_pin id, const char *option, const char *file, struct mn_secret **out)
{
    const struct mn_secret_question q = {
        .text = mn_pin_title(id), .rule = mn_pin_rule(id), .option = option, .file = file};
    return mn_prompt_secret(&q, out);
}

bool mn_prompt_new_pin(enum mn_pin id, const char *option, const char *file, struct mn_secret **out)
{
    const struct mn_secret_question q = {.text = translated(words[id]->new_text),
                                         .again = translated(words[id]->again),
                                         .rule = translated(words[id]->new_rule),
                                         .option = option,
                                         .file = file};
    return mn_prompt_secret(&q, out);
}
