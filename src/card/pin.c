#define MN_LOG_ROOM "card"
#include "card/pin.h"

#include <string.h>

#include "base/log.h"
#include "base/secret.h"
#include "iso7816/status.h"

/* ISO/IEC 7816-4:2020, 11.6.6 and 11.6.7. */
#define INS_VERIFY           0x20
#define INS_CHANGE_REFERENCE 0x24
#define P1_NEW_VALUE_ONLY    0x01

/* JICSAP 1.1, CHANGE KEY. */
#define CLA_CARD       0x80
#define INS_CHANGE_KEY 0x32

#define P2_CURRENT_EF 0x80

static uint8_t capital(const struct mn_pin_profile *profile, uint8_t c)
{
    bool folds = strchr(profile->characters, 'A') != NULL;
    return folds && c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

mn_rc mn_pin_shape(enum mn_pin id, struct mn_span pin)
{
    const struct mn_pin_profile *profile = mn_pin_profile(id);
    if (pin.len < profile->min || pin.len > profile->max)
        return MN_E_PIN_LENGTH;
    for (size_t i = 0; i < pin.len; i++) {
        uint8_t c = capital(profile, pin.ptr[i]);
        if (c == '\0' || !strchr(profile->characters, c))
            return MN_E_PIN_CHARACTERS;
    }
    return MN_OK;
}

mn_rc mn_pin_new_shape(enum mn_pin id, struct mn_span pin)
{
    mn_rc rc = mn_pin_shape(id, pin);
    if (rc == MN_E_PIN_LENGTH)
        return MN_E_NEW_PIN_LENGTH;
    return rc == MN_E_PIN_CHARACTERS ? MN_E_NEW_PIN_CHARACTERS : rc;
}

void mn_pin_fold(enum mn_pin id, struct mn_span pin, uint8_t *out)
{
    for (size_t i = 0; i < pin.len; i++)
        out[i] = capital(mn_pin_profile(id), pin.ptr[i]);
}

/* What an empty VERIFY says. 9000 comes from some cards while the PIN is verified, by whomever: it
 * is no counter and no proof, but the verified state means that the last PIN sent was right, and so
 * that the counter is full. A card that says so after a refusal too is not believed (told). */
enum query { QUERY_COUNTER, QUERY_OPEN, QUERY_OTHER };

static mn_rc query_once(struct mn_card *card, uint8_t p2, enum query *result, int *tries)
{
    struct mn_apdu query = {.ins = INS_VERIFY, .p2 = p2, .kind = MN_DATA_PLAIN};
    uint16_t sw;
    *result = QUERY_OTHER;
    *tries = MN_TRIES_UNKNOWN;
    mn_rc rc = mn_card_send(card, &query, NULL, &sw);
    if (rc)
        return rc;
    if (mn_sw_is_blocked(sw) || mn_sw_is_counter(sw)) {
        *result = QUERY_COUNTER;
        *tries = mn_sw_is_blocked(sw) ? 0 : (int)mn_sw_counter(sw);
    } else if (sw == MN_SW_OK) {
        *result = QUERY_OPEN;
    } else {
        mn_log_info("no counter: %04X", sw);
    }
    return MN_OK;
}

static mn_rc query_selected(struct mn_card *card, uint16_t ef, enum query *result, int *tries)
{
    *result = QUERY_OTHER;
    *tries = MN_TRIES_UNKNOWN;
    mn_rc rc = mn_card_select_ef(card, ef);
    if (rc == MN_E_NOT_FOUND)
        return MN_E_PIN_UNSET;
    return rc ? rc : query_once(card, P2_CURRENT_EF, result, tries);
}

/* Asks for the tries by the quicker form, else by the form that every card takes. *p2 is then how a
 * VERIFY names the same PIN. */
static mn_rc query(struct mn_card *card, enum mn_pin id, enum query *result, int *tries,
                   uint8_t *p2)
{
    uint16_t ef = mn_pin_profile(id)->ef;
    struct mn_card_facts *facts = mn_card_facts(card);
    if (facts->sfi == MN_FACT_YES) {
        mn_rc rc = mn_card_name_ef(card, ef, p2);
        if (rc == MN_OK)
            rc = query_once(card, *p2, result, tries);
        /* Where another application is current, nothing follows for this one. */
        if (rc || *result != QUERY_OTHER || !mn_card_is_in(card, mn_pin_profile(id)->application))
            return rc;
    }
    *p2 = P2_CURRENT_EF;
    mn_rc rc = query_selected(card, ef, result, tries);
    if (rc == MN_OK && *result != QUERY_OTHER)
        facts->sfi = MN_FACT_NO;
    return rc;
}

mn_rc mn_pin_tries(struct mn_card *card, enum mn_pin id, int *tries)
{
    enum query result;
    uint8_t p2;
    *tries = MN_TRIES_UNKNOWN;
    return query(card, id, &result, tries, &p2);
}

/* Rules 3 and 5 of docs/pin-safety.md. */
static mn_rc may_send(enum query result, int tries, const struct mn_pin_policy *policy)
{
    if (result == QUERY_OTHER)
        return MN_E_PIN_UNKNOWN;
    if (result == QUERY_OPEN && policy->told == 0)
        return MN_OK;
    if (result == QUERY_OPEN)
        tries = policy->told;
    if (tries == 0)
        return MN_E_PIN_BLOCKED;
    if (tries < policy->refuse_below)
        return MN_E_PIN_REPEATED;
    if (tries == 1 && policy->spare_last)
        return MN_E_PIN_LAST_TRY;
    return MN_OK;
}

/* The one VERIFY with a PIN in it. */
static mn_rc send_verify(struct mn_card *card, enum mn_pin id, uint8_t p2, struct mn_span pin,
                         struct mn_pin_attempt *attempt)
{
    uint8_t folded[MN_PIN_BYTES_MAX];
    mn_pin_fold(id, pin, folded);
    struct mn_apdu verify = {
        .ins = INS_VERIFY, .p2 = p2, .data = mn_span(folded, pin.len), .kind = MN_DATA_SECRET};
    uint16_t sw;
    attempt->sent = true;
    attempt->after = MN_TRIES_UNKNOWN;
    mn_rc rc = mn_card_send(card, &verify, NULL, &sw);
    mn_wipe(folded, sizeof folded);
    if (rc)
        return rc;
    if (sw == MN_SW_OK) {
        unsigned most = mn_pin_profile(id)->tries_max;
        attempt->after = most > 0 ? (int)most : MN_TRIES_UNKNOWN;
        attempt->accepted = true;
        return MN_OK;
    }
    mn_log_info("the %s PIN was not accepted: %04X", mn_pin_profile(id)->name, sw);
    if (mn_sw_is_blocked(sw)) {
        attempt->after = 0;
        return MN_E_PIN_BLOCKED;
    }
    if (mn_sw_is_counter(sw))
        attempt->after = (int)mn_sw_counter(sw);
    /* 6300: refused by a reference without a counter (JICSAP). */
    return mn_sw_is_counter(sw) || sw == 0x6300 ? MN_E_PIN_WRONG : MN_E_CARD_ANSWER;
}

mn_rc mn_pin_verify(struct mn_card *card, enum mn_pin id, struct mn_span pin,
                    const struct mn_pin_policy *policy, struct mn_pin_attempt *attempt)
{
    enum query result;
    uint8_t p2;
    *attempt = (struct mn_pin_attempt){.before = MN_TRIES_UNKNOWN, .after = MN_TRIES_UNKNOWN};
    mn_rc rc = mn_pin_shape(id, pin);
    if (rc)
        return rc;
    if (!mn_card_is_in(card, mn_pin_profile(id)->application))
        return MN_E_INTERNAL; /* a PIN must never reach another application's reference */
    rc = query(card, id, &result, &attempt->before, &p2);
    attempt->after = attempt->before;
    if (rc == MN_OK)
        rc = may_send(result, attempt->before, policy);
    return rc ? rc : send_verify(card, id, p2, pin, attempt);
}

/* The old PIN was verified and its file is current (docs/card.md, "Changing a PIN"). */
static mn_rc send_change(struct mn_card *card, enum mn_pin id, struct mn_span new_pin,
                         struct mn_pin_attempt *attempt)
{
    uint8_t folded[MN_PIN_BYTES_MAX];
    mn_pin_fold(id, new_pin, folded);
    bool by_key = mn_pin_profile(id)->change == MN_PIN_CHANGE_KEY;
    struct mn_apdu change = {.cla = by_key ? CLA_CARD : 0,
                             .ins = by_key ? INS_CHANGE_KEY : INS_CHANGE_REFERENCE,
                             .p1 = by_key ? 0 : P1_NEW_VALUE_ONLY,
                             .p2 = P2_CURRENT_EF,
                             .data = mn_span(folded, new_pin.len),
                             .kind = MN_DATA_SECRET};
    uint16_t sw;
    attempt->new_sent = true;
    mn_rc rc = mn_card_send(card, &change, NULL, &sw);
    mn_wipe(folded, sizeof folded);
    if (rc)
        return rc;
    if (sw == MN_SW_OK)
        return MN_OK;
    mn_log_error("the card did not take the new %s PIN: %04X", mn_pin_profile(id)->name, sw);
    /* ISO/IEC 7816-4, 5.6: with 65xx its memory has changed, with 6F00 it does not say. */
    return sw >> 8 == 0x65 || sw >> 8 == 0x6F ? MN_E_CARD_ANSWER : MN_E_REFUSED;
}

mn_rc mn_pin_change(struct mn_card *card, enum mn_pin id, struct mn_span old_pin,
                    struct mn_span new_pin, const struct mn_pin_policy *policy,
                    struct mn_pin_attempt *attempt)
{
    *attempt = (struct mn_pin_attempt){.before = MN_TRIES_UNKNOWN, .after = MN_TRIES_UNKNOWN};
    mn_rc rc = mn_pin_new_shape(id, new_pin);
    if (rc == MN_OK && mn_pin_profile(id)->change == MN_PIN_FIXED)
        rc = MN_E_UNSUPPORTED;
    if (rc)
        return rc;
    rc = mn_pin_verify(card, id, old_pin, policy, attempt);
    if (rc)
        return rc;
    /* Selecting a file closes no key; the change names the current file only. */
    rc = mn_card_select_ef(card, mn_pin_profile(id)->ef);
    return rc ? rc : send_change(card, id, new_pin, attempt);
}
