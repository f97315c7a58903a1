#include "token/slot_info.h"

#include <stdio.h>
#include <string.h>

#include "token/padded.h"
#include "token/rv.h"

#define DESCRIPTION_SIZE sizeof((CK_SLOT_INFO *)NULL)->slotDescription

/* So much of the end of a long reader name is kept: there it says which of several. */
#define NAME_END 16

/* "NAME (authentication)". Descriptions of two slots must differ, so a name that is too long
 * loses its middle, not its end. */
static void describe(const char *name, const char *use, char out[DESCRIPTION_SIZE + 1])
{
    char ending[32];
    size_t len = strlen(name);
    size_t room = DESCRIPTION_SIZE - (size_t)snprintf(ending, sizeof ending, " (%s)", use);
    if (len <= room) {
        snprintf(out, DESCRIPTION_SIZE + 1, "%s%s", name, ending);
        return;
    }
    size_t end = len - NAME_END;
    while (((unsigned char)name[end] & 0xC0) == 0x80)
        end++;
    size_t head = mn_padded_cut(name, room - NAME_END - 1);
    snprintf(out, DESCRIPTION_SIZE + 1, "%.*s~%s%s", (int)head, name, name + end, ending);
}

void mn_slot_info(const struct mn_slot *slot, bool token_present, CK_SLOT_INFO *out)
{
    char description[DESCRIPTION_SIZE + 1];
    describe(slot->place.name, slot->place.use, description);
    *out = (CK_SLOT_INFO){.flags = CKF_REMOVABLE_DEVICE};
    if (slot->place.is_hardware)
        out->flags |= CKF_HW_SLOT;
    if (token_present)
        out->flags |= CKF_TOKEN_PRESENT;
    mn_padded(out->slotDescription, sizeof out->slotDescription, description);
    mn_padded(out->manufacturerID, sizeof out->manufacturerID, "mynakey");
}

/* From the last reading: what the tries left mean to whoever asks for the PIN. Where nothing is
 * known, nothing is claimed. */
static CK_FLAGS pin_flags(const struct mn_pin_info *pin)
{
    if (pin->tries == 0)
        return CKF_USER_PIN_INITIALIZED | CKF_USER_PIN_LOCKED;
    if (pin->tries == 1)
        return CKF_USER_PIN_INITIALIZED | CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY;
    if (pin->tries > 0 && (unsigned)pin->tries < pin->tries_max)
        return CKF_USER_PIN_INITIALIZED | CKF_USER_PIN_COUNT_LOW;
    return CKF_USER_PIN_INITIALIZED;
}

/* A PIN that will not tell its tries hides nothing else of the token. */
static CK_RV user_pin_flags(const struct mn_token *token, CK_FLAGS *out)
{
    struct mn_pin_info pin = {.tries = -1};
    mn_rc rc = token->ops->pin_info(token->self, &pin);
    *out = rc == MN_OK ? pin_flags(&pin) : CKF_USER_PIN_INITIALIZED;
    if (rc == MN_E_PIN_UNSET)
        *out = 0;
    return rc == MN_E_REMOVED ? mn_rv(rc) : CKR_OK;
}

static void fill(const struct mn_slot *slot, CK_FLAGS user_pin, CK_TOKEN_INFO *out)
{
    const struct mn_token_facts *facts = slot->token.facts;
    CK_ULONG sessions = mn_slot_count_sessions(slot, false);
    *out = (CK_TOKEN_INFO){
        .flags = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED | user_pin,
        .ulMaxSessionCount = CK_EFFECTIVELY_INFINITE,
        .ulSessionCount = sessions,
        .ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE,
        .ulRwSessionCount = sessions - mn_slot_count_sessions(slot, true),
        .ulMaxPinLen = facts->pin_max,
        .ulMinPinLen = facts->pin_min,
        .ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION,
        .ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION,
        .ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION,
        .ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION,
        .hardwareVersion = {facts->hardware[0], facts->hardware[1]},
        .firmwareVersion = {facts->firmware[0], facts->firmware[1]},
    };
    mn_padded(out->label, sizeof out->label, facts->label);
    mn_padded(out->manufacturerID, sizeof out->manufacturerID, facts->manufacturer);
    mn_padded(out->model, sizeof out->model, facts->model);
    mn_padded(out->serialNumber, sizeof out->serialNumber, facts->serial);
    mn_padded(out->utcTime, sizeof out->utcTime, "");
}

CK_RV mn_slot_token_info(struct mn_slot *slot, CK_TOKEN_INFO *out)
{
    CK_FLAGS user_pin;
    CK_RV rv = mn_slot_open_token(slot);
    if (rv != CKR_OK)
        return rv;
    const struct mn_token *token = &slot->token;
    if (token->ops->identify)
        rv = mn_rv(token->ops->identify(token->self));
    if (rv == CKR_OK)
        rv = user_pin_flags(token, &user_pin);
    if (rv == CKR_OK)
        fill(slot, user_pin, out);
    return rv;
}
