/* The card as others see it: everything here locks, and the rest of the model does not. */
#include "cardsim.h"

#include <stdlib.h>
#include <time.h>

#include "model.h"
#include "persona.h"

enum { INS_AT = 1 };

static void lock(struct cardsim *card)
{
    (void)pthread_mutex_lock(&card->lock);
}

static void unlock(struct cardsim *card)
{
    (void)pthread_mutex_unlock(&card->lock);
}

/* Making a card. */

static mn_rc set_all(struct cardsim *card, const char *list)
{
    char copy[256], *rest = NULL;
    mn_rc rc = MN_OK;
    snprintf(copy, sizeof(copy), "%s", list);
    for (char *word = strtok_r(copy, " ", &rest); word && rc == MN_OK;
         word = strtok_r(NULL, " ", &rest)) {
        enum cardsim_switch which;
        rc = cardsim_switches_set_text(&card->switches, word, &which);
    }
    return rc;
}

static mn_rc become(struct cardsim *card, const char *persona, const char *pki)
{
    const struct cardsim_persona *who = cardsim_persona_find(persona);
    if (!who)
        return MN_E_ARGUMENT;
    cardsim_switches_reset(&card->switches);
    mn_rc rc = set_all(card, who->switches);
    if (rc == MN_OK)
        rc = cardsim_contents_load(&card->contents, pki);
    if (rc == MN_OK)
        rc = cardsim_contents_build(&card->contents, &card->switches);
    if (rc == MN_OK)
        rc = cardsim_keys_load(pki, &card->keys);
    cardsim_pins_reset(card);
    if (who->auth_tries >= 0)
        card->pins[CARDSIM_PIN_AUTH].tries = (unsigned)who->auth_tries;
    if (who->sign_tries >= 0)
        card->pins[CARDSIM_PIN_SIGN].tries = (unsigned)who->sign_tries;
    return rc;
}

mn_rc cardsim_new(const char *persona, const char *pki, struct cardsim **out)
{
    struct cardsim *card = calloc(1, sizeof(*card));
    if (!card || pthread_mutex_init(&card->lock, NULL) != 0) {
        free(card);
        return MN_E_MEMORY;
    }
    card->application = cardsim_application_issuer();
    mn_rc rc = become(card, persona, pki);
    if (rc == MN_OK) {
        *out = card;
        card = NULL;
    }
    cardsim_free(&card);
    return rc;
}

void cardsim_free(struct cardsim **card)
{
    struct cardsim *old = *card;
    *card = NULL;
    if (!old)
        return;
    cardsim_faults_free(&old->faults);
    (void)cardsim_record_open(&old->record, NULL);
    cardsim_keys_free(old->keys);
    cardsim_contents_free(&old->contents);
    free(old->state_path);
    (void)pthread_mutex_destroy(&old->lock);
    free(old);
}

/* What else changes with a switch. */
static mn_rc settle(struct cardsim *card, enum cardsim_switch which)
{
    cardsim_fill_counters(card, which);
    return cardsim_contents_build(&card->contents, &card->switches);
}

mn_rc cardsim_set(struct cardsim *card, const char *name, const char *value)
{
    enum cardsim_switch which;
    lock(card);
    mn_rc rc = cardsim_switches_set(&card->switches, name, value, &which);
    if (rc == MN_OK)
        rc = settle(card, which);
    unlock(card);
    return rc;
}

mn_rc cardsim_set_text(struct cardsim *card, const char *text)
{
    enum cardsim_switch which;
    lock(card);
    mn_rc rc = cardsim_switches_set_text(&card->switches, text, &which);
    if (rc == MN_OK)
        rc = settle(card, which);
    unlock(card);
    return rc;
}

/* Power. */

/* What every loss of state has in common. */
static void forget(struct cardsim *card, const char *event)
{
    card->epoch++;
    card->application = cardsim_application_issuer();
    card->file = NULL;
    cardsim_record_event(&card->record, event);
}

static void set_power(struct cardsim *card, bool on)
{
    forget(card, on ? "power on" : "power off");
    cardsim_close_pins(card);
    card->powered = on;
    card->cold = on;
}

void cardsim_power_on(struct cardsim *card)
{
    lock(card);
    set_power(card, true);
    unlock(card);
}

void cardsim_power_off(struct cardsim *card)
{
    lock(card);
    set_power(card, false);
    unlock(card);
}

void cardsim_warm_reset(struct cardsim *card)
{
    lock(card);
    if (!card->powered) {
        set_power(card, true);
    } else {
        forget(card, "reset");
        if (card->switches.value[CARDSIM_SW_CLEAR_ON_WARM_RESET])
            cardsim_close_pins(card);
    }
    unlock(card);
}

unsigned long cardsim_epoch(struct cardsim *card)
{
    lock(card);
    unsigned long epoch = card->epoch;
    unlock(card);
    return epoch;
}

bool cardsim_is_mute(struct cardsim *card)
{
    lock(card);
    bool mute = card->switches.value[CARDSIM_SW_MUTE] != 0;
    unlock(card);
    return mute;
}

size_t cardsim_atr(struct cardsim *card, uint8_t *atr)
{
    lock(card);
    size_t len = cardsim_switch_bytes(&card->switches, CARDSIM_SW_ATR, atr, CARDSIM_ATR_MAX);
    unlock(card);
    return len;
}

/* Commands. */

/* What the card does with the command, and what becomes of its answer. The answer is left empty
 * where none arrives. */
static mn_rc serve(struct cardsim *card, struct mn_span command, const struct cardsim_fault *fault)
{
    enum cardsim_fault_kind kind = fault->kind;
    bool dies_first = kind == CARDSIM_FAULT_REMOVED || kind == CARDSIM_FAULT_RESET;
    bool removed = kind == CARDSIM_FAULT_REMOVED || kind == CARDSIM_FAULT_REMOVED_AFTER;
    bool reset = kind == CARDSIM_FAULT_RESET || kind == CARDSIM_FAULT_RESET_AFTER;

    card->answer.len = 0;
    if (kind == CARDSIM_FAULT_STATUS)
        cardsim_answer_put_status(&card->answer, (uint16_t)fault->argument);
    else if (!dies_first)
        cardsim_dispatch(card, command);
    if (!removed && !reset) {
        cardsim_fault_spoil(fault, &card->answer);
        return MN_OK;
    }
    card->answer.len = 0;
    set_power(card, false);
    if (reset)
        set_power(card, true);
    return removed ? MN_E_REMOVED : MN_E_COMM;
}

static void count(struct cardsim *card, struct mn_span raw)
{
    struct cardsim_command command = {0};
    enum cardsim_pin pin;
    (void)cardsim_command_read(raw, &command);
    bool sent = cardsim_pin_sent(card, &command, &pin);
    cardsim_record_count(&card->record, raw, sent ? &pin : NULL);
}

/* How long this exchange takes, in microseconds. */
static unsigned long long duration(const struct cardsim *card, struct mn_span command,
                                   const struct cardsim_fault *fault)
{
    enum { INS_SIGN = 0x2A, INS_AUTHENTICATE = 0x88 };
    const unsigned *value = card->switches.value;
    unsigned long long us = value[CARDSIM_SW_COMMAND_US];
    us += (unsigned long long)value[CARDSIM_SW_BYTE_US] * (command.len + card->answer.len);
    uint8_t ins = command.len > INS_AT ? command.ptr[INS_AT] : 0;
    if ((ins == INS_SIGN || ins == INS_AUTHENTICATE) && card->answer.len > CARDSIM_SIGNATURE)
        us += value[CARDSIM_SW_SIGNATURE_MS] * 1000ULL;
    if (fault->kind == CARDSIM_FAULT_SLOW)
        us += (fault->has_argument ? fault->argument : 1000) * 1000ULL;
    return us;
}

static void pass_time(unsigned long long us)
{
    struct timespec rest = {.tv_sec = (time_t)(us / 1000000),
                            .tv_nsec = (long)(us % 1000000) * 1000};
    while (us > 0 && nanosleep(&rest, &rest) != 0)
        ;
}

mn_rc cardsim_transmit(struct cardsim *card, struct mn_span command, uint8_t *answer,
                       size_t *answer_len)
{
    lock(card);
    if (!card->powered) {
        unlock(card);
        return MN_E_COMM;
    }
    count(card, command);
    struct cardsim_fault fault = cardsim_faults_next(&card->faults);
    mn_rc rc = serve(card, command, &fault);
    cardsim_record_line(&card->record, command, mn_span(card->answer.bytes, card->answer.len));
    unsigned long long us = duration(card, command, &fault);
    if (rc == MN_OK && card->answer.len > *answer_len) {
        rc = MN_E_TOO_SMALL;
    } else if (rc == MN_OK) {
        memcpy(answer, card->answer.bytes, card->answer.len);
        *answer_len = card->answer.len;
    }
    unlock(card);
    pass_time(us);
    return rc;
}

mn_rc cardsim_fault(struct cardsim *card, const char *fault)
{
    lock(card);
    mn_rc rc = cardsim_faults_add(&card->faults, fault);
    unlock(card);
    return rc;
}

/* Memory. */

unsigned cardsim_tries(struct cardsim *card, enum cardsim_pin pin)
{
    lock(card);
    unsigned tries = card->pins[pin].tries;
    unlock(card);
    return tries;
}

void cardsim_set_tries(struct cardsim *card, enum cardsim_pin pin, unsigned tries)
{
    lock(card);
    card->pins[pin].tries = tries;
    cardsim_memory_save(card);
    unlock(card);
}

mn_rc cardsim_set_pin(struct cardsim *card, enum cardsim_pin pin, const char *value)
{
    lock(card);
    mn_rc rc = cardsim_pin_replace(card, pin, mn_span(value, strlen(value)));
    if (rc == MN_OK)
        cardsim_memory_save(card);
    unlock(card);
    return rc;
}

bool cardsim_has_pin(struct cardsim *card, enum cardsim_pin pin, const char *value)
{
    lock(card);
    const struct cardsim_reference *reference = &card->pins[pin];
    bool has =
        mn_span_equal(mn_span(value, strlen(value)), mn_span(reference->value, reference->len));
    unlock(card);
    return has;
}

bool cardsim_is_open(struct cardsim *card, enum cardsim_pin pin)
{
    lock(card);
    bool open = card->pins[pin].open;
    unlock(card);
    return open;
}

mn_rc cardsim_keep_state(struct cardsim *card, const char *path)
{
    mn_rc rc = MN_E_MEMORY;
    char *copy = strdup(path);
    lock(card);
    if (copy) {
        free(card->state_path);
        card->state_path = copy;
        rc = cardsim_memory_load(card);
        if (rc == MN_OK)
            cardsim_memory_save(card);
    }
    unlock(card);
    return rc;
}

/* The record. */

unsigned cardsim_count(struct cardsim *card)
{
    lock(card);
    unsigned total = card->record.total;
    unlock(card);
    return total;
}

unsigned cardsim_count_ins(struct cardsim *card, uint8_t ins)
{
    lock(card);
    unsigned number = card->record.ins[ins];
    unlock(card);
    return number;
}

unsigned cardsim_count_verify(struct cardsim *card, enum cardsim_pin pin)
{
    lock(card);
    unsigned number = card->record.verify[pin];
    unlock(card);
    return number;
}

void cardsim_clear_counts(struct cardsim *card)
{
    lock(card);
    cardsim_record_clear(&card->record);
    unlock(card);
}

mn_rc cardsim_record_to(struct cardsim *card, const char *path)
{
    lock(card);
    mn_rc rc = cardsim_record_open(&card->record, path);
    unlock(card);
    return rc;
}
