/* SELECT, and the file that other commands name. */
#include "model.h"

enum {
    P1_MF_OR_ID = 0x00,
    P1_ELEMENTARY_FILE = 0x02,
    P1_NAME = 0x04,
    P2_NO_DATA = 0x0C,
    P2_DATA = 0x00,
};

/* File control information: a template with the application's name. */
static void put_control_information(struct cardsim *card)
{
    struct mn_span aid = card->application->aid;
    const uint8_t head[4] = {0x6F, (uint8_t)(aid.len + 2), 0x84, (uint8_t)aid.len};
    cardsim_answer_put(&card->answer, head, sizeof(head));
    cardsim_answer_put(&card->answer, aid.ptr, aid.len);
}

static uint16_t select_application(struct cardsim *card, const struct cardsim_command *command)
{
    const struct cardsim_application *application =
        cardsim_application_find(&card->switches, command->data);
    if (command->data.len == 0)
        return SW_WRONG_LENGTH;
    if (!application)
        return SW_NO_FILE;
    if (command->p2 == P2_NO_DATA && command->has_le && !card->switches.value[CARDSIM_SW_LC_LE])
        return SW_WRONG_LENGTH;
    bool same = application == card->application;
    if (card->switches
            .value[same ? CARDSIM_SW_CLEAR_ON_SELECT_SAME : CARDSIM_SW_CLEAR_ON_SELECT_OTHER])
        cardsim_close_pins(card);
    card->application = application;
    card->file = NULL;
    if (command->p2 == P2_DATA && command->has_le)
        put_control_information(card);
    return SW_OK;
}

static uint16_t select_file(struct cardsim *card, const struct cardsim_command *command)
{
    if (command->data.len != 2)
        return SW_WRONG_LENGTH;
    uint16_t id = (uint16_t)(command->data.ptr[0] << 8 | command->data.ptr[1]);
    const struct cardsim_file *file = cardsim_file_find(&card->switches, card->application, id);
    if (!file)
        return SW_NO_FILE;
    if (command->has_le && !card->switches.value[CARDSIM_SW_LC_LE])
        return SW_WRONG_LENGTH;
    card->file = file;
    return SW_OK;
}

/* The master file cannot be selected by its id; without any it stays where it is, but for the
 * state after power-up. */
static uint16_t select_master_file(struct cardsim *card, const struct cardsim_command *command)
{
    if (command->data.len > 0)
        return SW_NO_FILE;
    return card->application == cardsim_application_issuer() ? SW_WRONG_P1P2 : SW_OK;
}

uint16_t cardsim_select(struct cardsim *card, const struct cardsim_command *command)
{
    bool wants_data = command->p1 == P1_NAME && command->p2 == P2_DATA;
    if (command->p1 == P1_MF_OR_ID)
        return select_master_file(card, command);
    if (wants_data ? !card->switches.value[CARDSIM_SW_SELECT_DATA] : command->p2 != P2_NO_DATA)
        return SW_WRONG_P1P2;
    if (command->p1 == P1_NAME)
        return select_application(card, command);
    return command->p1 == P1_ELEMENTARY_FILE ? select_file(card, command) : SW_WRONG_P1P2;
}

uint16_t cardsim_name_file(struct cardsim *card, uint8_t p, const struct cardsim_file **file)
{
    uint8_t sfi = p & 0x1F;
    if ((p & 0xE0) != 0x80)
        return SW_WRONG_P1P2;
    if (sfi == 0) {
        *file = card->file;
        return card->file ? SW_OK : SW_NO_CURRENT_FILE;
    }
    if (!card->switches.value[CARDSIM_SW_SFI])
        return SW_WRONG_P1P2;
    *file = cardsim_file_find(&card->switches, card->application, sfi);
    if (!*file)
        return SW_NO_FILE;
    if (card->switches.value[CARDSIM_SW_SFI_SETS_CURRENT])
        card->file = *file;
    return SW_OK;
}
