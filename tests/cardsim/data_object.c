/* GET DATA and GET CHALLENGE. */
#include <openssl/rand.h>

#include "model.h"

enum {
    TAG_ISSUER = 0x0042,
    TAG_MUNICIPALITY = 0x00F0,
    TAG_EXPIRY = 0x00F2,
    TAG_ATR = 0x5F51,
};

/* The answer to reset without its first byte, where this card tells it. */
static uint16_t put_atr(struct cardsim *card)
{
    enum { AT_MASTER_FILE = 1, IN_APPLICATION = 2 }; /* bits of the switch's value */
    bool master = card->application == cardsim_application_issuer();
    unsigned where = card->switches.value[CARDSIM_SW_ATR_OBJECT];
    uint8_t atr[CARDSIM_ATR_MAX];
    if (!(where & (master ? AT_MASTER_FILE : IN_APPLICATION)))
        return SW_NO_OBJECT;
    size_t len = cardsim_switch_bytes(&card->switches, CARDSIM_SW_ATR, atr, sizeof(atr));
    if (len > 1)
        cardsim_answer_put(&card->answer, atr + 1, len - 1);
    return SW_OK;
}

static uint16_t put_text(struct cardsim *card, const char *text)
{
    if (card->application != cardsim_application_issuer())
        return SW_NO_OBJECT;
    cardsim_answer_put(&card->answer, text, strlen(text));
    return SW_OK;
}

uint16_t cardsim_get_data(struct cardsim *card, const struct cardsim_command *command)
{
    if (!command->has_le || command->data.len > 0)
        return SW_WRONG_LENGTH;
    switch (command->p1 << 8 | command->p2) {
    case TAG_ISSUER:
        return put_text(card, "6000020000000001");
    case TAG_MUNICIPALITY:
        return put_text(card, "13221");
    case TAG_EXPIRY:
        return put_text(card, "20350217");
    case TAG_ATR:
        return put_atr(card);
    default:
        return SW_NO_OBJECT;
    }
}

uint16_t cardsim_get_challenge(struct cardsim *card, const struct cardsim_command *command)
{
    uint8_t challenge[256];
    if (command->p1 != 0 || command->p2 != 0)
        return SW_WRONG_P1P2;
    if (!command->has_le || command->data.len > 0)
        return SW_WRONG_LENGTH;
    if (command->extended)
        return SW_CONDITIONS;
    if (RAND_bytes(challenge, (int)command->ne) != 1)
        return SW_FAULT;
    cardsim_answer_put(&card->answer, challenge, command->ne);
    return SW_OK;
}
