/* PINs: VERIFY, the tries query, changing; what is open to whom. */
#include "model.h"

static const struct {
    const char *name;
    const char *value; /* as it leaves the town office */
    enum cardsim_switch full_tries;
} pins[CARDSIM_PIN_COUNT] = {
    [CARDSIM_PIN_AUTH] = {"auth", CARDSIM_AUTH_PIN, CARDSIM_SW_TRIES_AUTH},
    [CARDSIM_PIN_SIGN] = {"sign", CARDSIM_SIGN_PIN, CARDSIM_SW_TRIES_SIGN},
    [CARDSIM_PIN_COMMON] = {"common", "1234", CARDSIM_SW_TRIES_PIN},
    [CARDSIM_PIN_JUKI] = {"juki", "1234", CARDSIM_SW_TRIES_PIN},
    [CARDSIM_PIN_TEXT] = {"text", "1234", CARDSIM_SW_TRIES_PIN},
    [CARDSIM_PIN_TEXT_BLOCKED] = {"text-blocked", "", CARDSIM_SW_TRIES_PIN},
    [CARDSIM_PIN_TEXT_A] = {"text-a", "537686677188", CARDSIM_SW_TRIES_NUMBER},
    [CARDSIM_PIN_TEXT_B] = {"text-b", "55021720352285", CARDSIM_SW_TRIES_NUMBER},
    [CARDSIM_PIN_SURFACE_BIRTH] = {"surface-birth", "550217", CARDSIM_SW_TRIES_NUMBER},
    [CARDSIM_PIN_SURFACE_B] = {"surface-b", "55021720352285", CARDSIM_SW_TRIES_NUMBER},
    [CARDSIM_PIN_SURFACE_A] = {"surface-a", "537686677188", CARDSIM_SW_TRIES_NUMBER},
};

const char *cardsim_pin_name(enum cardsim_pin pin)
{
    return pins[pin].name;
}

unsigned cardsim_full_tries(const struct cardsim *card, enum cardsim_pin pin)
{
    return card->switches.value[pins[pin].full_tries];
}

void cardsim_fill_counters(struct cardsim *card, enum cardsim_switch which)
{
    for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++) {
        if (pins[pin].full_tries == which && card->pins[pin].len > 0)
            card->pins[pin].tries = card->switches.value[which];
    }
}

mn_rc cardsim_pin_replace(struct cardsim *card, enum cardsim_pin pin, struct mn_span value)
{
    struct cardsim_reference *reference = &card->pins[pin];
    if (value.len < 1 || value.len > sizeof(reference->value))
        return MN_E_ARGUMENT;
    memcpy(reference->value, value.ptr, value.len);
    reference->len = value.len;
    reference->tries = cardsim_full_tries(card, pin);
    return MN_OK;
}

void cardsim_pins_reset(struct cardsim *card)
{
    memset(card->pins, 0, sizeof(card->pins));
    for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++) {
        /* One without a value is left with none, and with no tries. */
        size_t len = strlen(pins[pin].value);
        (void)cardsim_pin_replace(card, (enum cardsim_pin)pin, mn_span(pins[pin].value, len));
    }
}

void cardsim_close_pins(struct cardsim *card)
{
    for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++)
        card->pins[pin].open = false;
}

bool cardsim_may_access(const struct cardsim *card, const struct cardsim_file *file)
{
    unsigned guard = cardsim_file_guard(&card->switches, file);
    for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++) {
        if ((guard & 1U << pin) && card->pins[pin].open)
            return true;
    }
    return guard == 0;
}

static bool is_unset(const struct cardsim *card, enum cardsim_pin pin)
{
    return pin == CARDSIM_PIN_SIGN &&
           card->switches.value[CARDSIM_SW_SIGN_PIN] == CARDSIM_SIGN_PIN_UNSET;
}

static uint16_t with_tries(const struct cardsim_reference *reference)
{
    return (uint16_t)(SW_TRIES | reference->tries);
}

/* VERIFY without data: what is left. It costs nothing. */
static uint16_t query(const struct cardsim *card, enum cardsim_pin pin)
{
    const struct cardsim_reference *reference = &card->pins[pin];
    if (is_unset(card, pin))
        return cardsim_switch_status(&card->switches, CARDSIM_SW_UNSET_PIN);
    if (reference->tries == 0)
        return cardsim_switch_status(&card->switches, CARDSIM_SW_BLOCKED_QUERY);
    if (reference->open && card->switches.value[CARDSIM_SW_EMPTY_VERIFY_AFTER_SUCCESS])
        return SW_OK;
    return with_tries(reference);
}

/* The answer to a PIN where no PIN can be right; 0 where one can. */
static uint16_t hopeless(const struct cardsim *card, enum cardsim_pin pin)
{
    uint16_t blocked = cardsim_switch_status(&card->switches, CARDSIM_SW_BLOCKED_STATUS);
    if (is_unset(card, pin)) {
        uint16_t unset = cardsim_switch_status(&card->switches, CARDSIM_SW_UNSET_PIN);
        return unset == SW_TRIES ? blocked : unset;
    }
    return card->pins[pin].tries == 0 ? blocked : 0;
}

static uint16_t compare(struct cardsim *card, enum cardsim_pin pin, struct mn_span value)
{
    struct cardsim_reference *reference = &card->pins[pin];
    uint16_t sw = hopeless(card, pin);
    if (sw != 0)
        return sw;
    if (value.len > sizeof(reference->value))
        return SW_WRONG_LENGTH;
    /* No folding of letters: the card compares bytes. That a wrong PIN also ends an earlier right
     * one's effect is how cards are, though nobody has told it of this one. */
    reference->open = mn_span_equal(value, mn_span(reference->value, reference->len));
    if (reference->open)
        reference->tries = cardsim_full_tries(card, pin);
    else
        reference->tries--;
    cardsim_memory_save(card);
    return reference->open ? SW_OK : with_tries(reference);
}

/* The reference that the command's P2 names. */
static uint16_t name_pin(struct cardsim *card, const struct cardsim_command *command,
                         enum cardsim_pin *pin)
{
    const struct cardsim_file *file = NULL;
    uint16_t sw = cardsim_name_file(card, command->p2, &file);
    if (sw != SW_OK)
        return sw;
    *pin = file->pin;
    return file->kind == CARDSIM_FILE_PIN ? SW_OK : SW_WRONG_FILE_KIND;
}

uint16_t cardsim_verify(struct cardsim *card, const struct cardsim_command *command)
{
    enum cardsim_pin pin;
    if (command->p1 != 0)
        return SW_WRONG_P1P2;
    if (command->has_le && !card->switches.value[CARDSIM_SW_LC_LE])
        return SW_WRONG_LENGTH;
    uint16_t sw = name_pin(card, command, &pin);
    if (sw != SW_OK)
        return sw;
    return command->data.len == 0 ? query(card, pin) : compare(card, pin, command->data);
}

uint16_t cardsim_change_pin(struct cardsim *card, const struct cardsim_command *command)
{
    const struct cardsim_application *application = card->application;
    enum cardsim_pin pin;
    if (command->cla != application->change_cla || command->ins != application->change_ins)
        return SW_NO_INSTRUCTION;
    if (command->p1 != application->change_p1)
        return SW_WRONG_P1P2;
    uint16_t sw = name_pin(card, command, &pin);
    if (sw != SW_OK)
        return sw;
    if (!card->pins[pin].open)
        return SW_SECURITY;
    if (cardsim_pin_replace(card, pin, command->data) != MN_OK)
        return SW_WRONG_LENGTH;
    cardsim_memory_save(card);
    return SW_OK;
}

bool cardsim_pin_sent(const struct cardsim *card, const struct cardsim_command *command,
                      enum cardsim_pin *pin)
{
    enum { INS_VERIFY = 0x20 };
    uint8_t sfi = command->p2 & 0x1F;
    if (command->ins != INS_VERIFY || command->data.len == 0)
        return false;
    const struct cardsim_file *file = card->file;
    if (sfi != 0)
        file = cardsim_file_find(&card->switches, card->application, sfi);
    if (!file || file->kind != CARDSIM_FILE_PIN)
        return false;
    *pin = file->pin;
    return true;
}
