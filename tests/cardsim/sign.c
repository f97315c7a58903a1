/* The card's own COMPUTE DIGITAL SIGNATURE, and INTERNAL AUTHENTICATE. */
#include "model.h"

/* Le must leave room for the signature. */
static bool le_fits(const struct cardsim *card, const struct cardsim_command *command)
{
    if (card->switches.value[CARDSIM_SW_LC_LE])
        return true;
    return command->has_le && command->ne >= CARDSIM_SIGNATURE;
}

static uint16_t put_signature(struct cardsim *card, enum cardsim_key key,
                              enum cardsim_scheme scheme, struct mn_span data)
{
    uint8_t signature[CARDSIM_SIGNATURE];
    if (cardsim_keys_sign(card->keys, key, scheme, data, signature) != MN_OK)
        return SW_FAULT;
    cardsim_answer_put(&card->answer, signature, sizeof(signature));
    return SW_OK;
}

static uint16_t name_key(struct cardsim *card, uint8_t p2, const struct cardsim_file **file)
{
    uint16_t sw = SW_OK;
    if (p2 != 0)
        sw = cardsim_name_file(card, p2, file);
    else
        *file =
            cardsim_file_find(&card->switches, card->application, card->application->default_key);
    if (sw != SW_OK)
        return sw;
    if (!*file)
        return SW_WRONG_P1P2;
    return (*file)->kind == CARDSIM_FILE_KEY ? SW_OK : SW_WRONG_FILE_KIND;
}

static bool has_scheme(const struct cardsim *card, uint8_t p1)
{
    if (p1 == CARDSIM_SCHEME_PSS_VALUE || p1 == CARDSIM_SCHEME_PSS_MESSAGE)
        return card->switches.value[CARDSIM_SW_PSS] != 0;
    return p1 < CARDSIM_SCHEME_COUNT;
}

uint16_t cardsim_sign(struct cardsim *card, const struct cardsim_command *command)
{
    const struct cardsim_file *file = NULL;
    uint16_t sw = name_key(card, command->p2, &file);
    if (sw != SW_OK)
        return sw;
    if (card->application->authenticates)
        return SW_CONDITIONS;
    bool may = cardsim_may_access(card, file);
    if (!may && card->switches.value[CARDSIM_SW_SECURITY_BEFORE_P1])
        return SW_SECURITY;
    if (!has_scheme(card, command->p1))
        return SW_WRONG_P1P2;
    if (!may)
        return SW_SECURITY;
    if (!le_fits(card, command))
        return SW_WRONG_LENGTH;
    enum cardsim_scheme scheme = (enum cardsim_scheme)command->p1;
    enum cardsim_key key = file->key;
    if (key == CARDSIM_KEY_CARD && card->switches.value[CARDSIM_SW_COPIED])
        key = CARDSIM_KEY_AUTH;
    if (!cardsim_scheme_takes(scheme, command->data.len))
        return cardsim_switch_status(&card->switches, CARDSIM_SW_SIGN_LENGTH_STATUS);
    return put_signature(card, key, scheme, command->data);
}

uint16_t cardsim_internal_authenticate(struct cardsim *card, const struct cardsim_command *command)
{
    const struct cardsim_file *file = NULL;
    if (command->p1 != 0)
        return SW_WRONG_P1P2;
    uint16_t sw = name_key(card, command->p2, &file);
    if (sw != SW_OK)
        return sw;
    if (!card->application->authenticates)
        return SW_CONDITIONS;
    if (command->data.len < 1 || command->data.len > 255 || !le_fits(card, command))
        return SW_WRONG_LENGTH;
    return put_signature(card, file->key, CARDSIM_SCHEME_PKCS1_MESSAGE, command->data);
}
