/* From a command's class and instruction to its handler. */
#include "model.h"

static const struct {
    uint8_t cla, ins;
    cardsim_handler *handler;
    uint16_t refusal; /* where there is no handler */
} commands[] = {
    {0x00, 0x20, cardsim_verify},        {0x00, 0x24, cardsim_change_pin},
    {0x00, 0x84, cardsim_get_challenge}, {0x00, 0x88, cardsim_internal_authenticate},
    {0x00, 0xA4, cardsim_select},        {0x00, 0xB0, cardsim_read_binary},
    {0x00, 0xB2, cardsim_read_record},   {0x00, 0xCA, cardsim_get_data},
    {0x80, 0x2A, cardsim_sign},          {0x80, 0x32, cardsim_change_pin},
    {0x80, 0xA2, NULL, SW_WRONG_P1P2},   /* a terminal's key, to do without the PIN */
    {0x80, 0xFC, NULL, SW_WRONG_LENGTH}, /* only phones know it */
};

/* SW_OK for a plain class of the basic channel. */
static uint16_t check_class(uint8_t cla, uint8_t ins)
{
    enum { INS_SELECT = 0xA4 };
    if ((cla & 0xC0) == 0x40)
        return SW_NO_CHANNEL; /* channels 4 to 19 (ISO/IEC 7816-4:2020, 5.4.1) */
    if ((cla & 0x70) != 0)
        return SW_NO_CLASS;
    if ((cla & 0x03) != 0)
        return SW_NO_CHANNEL;
    if ((cla & 0x0C) != 0)
        return ins == INS_SELECT ? SW_NO_SECURE_SELECT : SW_NO_SECURE_COMMAND;
    return SW_OK;
}

static uint16_t run(struct cardsim *card, struct mn_span raw)
{
    struct cardsim_command command = {0};
    bool whole = cardsim_command_read(raw, &command);
    if (raw.len < 4)
        return SW_WRONG_LENGTH;
    uint16_t sw = check_class(command.cla, command.ins);
    if (sw != SW_OK)
        return sw;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].cla != command.cla || commands[i].ins != command.ins)
            continue;
        if (!whole || (command.extended && !card->switches.value[CARDSIM_SW_EXTENDED]))
            return SW_WRONG_LENGTH;
        return commands[i].handler ? commands[i].handler(card, &command) : commands[i].refusal;
    }
    return SW_NO_INSTRUCTION;
}

void cardsim_dispatch(struct cardsim *card, struct mn_span raw)
{
    bool first = card->cold && card->switches.value[CARDSIM_SW_FIRST_COMMAND_6F00];
    card->cold = false;
    card->answer.len = 0;
    uint16_t sw = first ? SW_FAULT : run(card, raw);
    cardsim_answer_put_status(&card->answer, sw);
}
