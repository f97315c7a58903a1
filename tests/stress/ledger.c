#include "ledger.h"

#include <string.h>

#include "run.h"
#include "stage.h"

#define TYPED_MAX 8

const unsigned ledger_full[LEDGER_PINS] = {[CARDSIM_PIN_AUTH] = 3, [CARDSIM_PIN_SIGN] = 5};

/* The distinct wrong ones since the tries were last full. */
static struct {
    const char *wrong[TYPED_MAX];
    unsigned wrong_len;
    unsigned most_missing;
} typed[LEDGER_PINS];

void ledger_type(enum cardsim_pin pin, const char *value)
{
    unsigned at = 0;
    if (cardsim_has_pin(card, pin, value))
        return;
    while (at < typed[pin].wrong_len && strcmp(typed[pin].wrong[at], value) != 0)
        at++;
    stage_must(at < TYPED_MAX, "too many wrong PINs");
    typed[pin].wrong[at] = value;
    if (at == typed[pin].wrong_len)
        typed[pin].wrong_len++;
}

static void check_one(enum cardsim_pin pin)
{
    unsigned missing = ledger_full[pin] - cardsim_tries(card, pin);
    if (missing > typed[pin].most_missing)
        typed[pin].most_missing = missing;
    if (missing > typed[pin].wrong_len) {
        run_lost_a_try();
        run_complain("%u tries of %s are missing, %u wrong PINs were typed", missing,
                     cardsim_pin_name(pin), typed[pin].wrong_len);
    }
    if (missing == 0)
        typed[pin].wrong_len = 0;
}

void ledger_check(void)
{
    check_one(CARDSIM_PIN_AUTH);
    check_one(CARDSIM_PIN_SIGN);
}

unsigned ledger_lowest(enum cardsim_pin pin)
{
    return ledger_full[pin] - typed[pin].most_missing;
}
