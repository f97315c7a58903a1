/* What the orders mean. */
#include "control.h"

#include <stdlib.h>
#include <string.h>

static void say(char answer[CONTROL_LINE], const char *text)
{
    snprintf(answer, CONTROL_LINE, "%s", text);
}

static void say_rc(char answer[CONTROL_LINE], mn_rc rc)
{
    say(answer, rc == MN_OK ? "ok" : "error: no such thing");
}

/* "auth=3 sign=5 ...", of whatever is asked of each reference. */
static void say_each(struct program *program, char answer[CONTROL_LINE],
                     unsigned (*ask)(struct cardsim *card, enum cardsim_pin pin))
{
    size_t len = 0;
    for (int i = 0; i < CARDSIM_PIN_COUNT && len < CONTROL_LINE; i++) {
        enum cardsim_pin pin = (enum cardsim_pin)i;
        len += (size_t)snprintf(answer + len, CONTROL_LINE - len, "%s%s=%u", i ? " " : "",
                                cardsim_pin_name(pin), ask(program->card, pin));
    }
}

static unsigned is_open(struct cardsim *card, enum cardsim_pin pin)
{
    return cardsim_is_open(card, pin);
}

static void do_remove(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    (void)argument;
    program->inserted = false;
    program_disconnect(program);
    say(answer, "ok");
}

static void do_insert(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    (void)argument;
    program->inserted = true;
    say(answer, "ok");
}

/* Out and in again before the reader looks: it sees nothing, and the card has no power. */
static void do_slip(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    (void)argument;
    cardsim_power_off(program->card);
    say(answer, "ok");
}

/* All commands, or those of one instruction byte. */
static void do_count(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    unsigned number = cardsim_count(program->card);
    if (*argument != '\0')
        number = cardsim_count_ins(program->card, (uint8_t)strtoul(argument, NULL, 16));
    snprintf(answer, CONTROL_LINE, "%u", number);
}

static void do_verifies(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    (void)argument;
    say_each(program, answer, cardsim_count_verify);
}

static void do_tries(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    (void)argument;
    say_each(program, answer, cardsim_tries);
}

static void do_open(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    (void)argument;
    say_each(program, answer, is_open);
}

static void do_reset_count(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    (void)argument;
    cardsim_clear_counts(program->card);
    say(answer, "ok");
}

static void do_fault(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    say_rc(answer, cardsim_fault(program->card, argument));
}

static void do_set(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    say_rc(answer, cardsim_set_text(program->card, argument));
}

static void do_quit(struct program *program, const char *argument, char answer[CONTROL_LINE])
{
    (void)argument;
    program->quit = true;
    say(answer, "ok");
}

static const struct {
    const char *word;
    void (*run)(struct program *program, const char *argument, char answer[CONTROL_LINE]);
} orders[] = {
    {"remove", do_remove},     {"insert", do_insert},
    {"slip", do_slip},         {"count", do_count},
    {"verifies", do_verifies}, {"tries", do_tries},
    {"open", do_open},         {"fault", do_fault},
    {"set", do_set},           {"reset-count", do_reset_count},
    {"quit", do_quit},
};

void control_do(struct program *program, const char *line, char answer[CONTROL_LINE])
{
    size_t word = strcspn(line, " ");
    const char *argument = line + word + strspn(line + word, " ");
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        if (strlen(orders[i].word) == word && strncmp(orders[i].word, line, word) == 0) {
            orders[i].run(program, argument, answer);
            return;
        }
    }
    say(answer, "error: unknown order");
}
