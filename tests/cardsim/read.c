/* READ BINARY and READ RECORD. */
#include "model.h"

/* What the file holds, as far as it may be read. */
static uint16_t open_file(const struct cardsim *card, const struct cardsim_file *file,
                          enum cardsim_file_kind kind, struct mn_span *content)
{
    if (file->kind != kind)
        return SW_WRONG_FILE_KIND;
    if (!cardsim_may_access(card, file))
        return SW_SECURITY;
    *content = mn_bytes_span(&card->contents.file[file->content]);
    return SW_OK;
}

/* Answers with content from offset on, at most ne bytes. The largest ne, coded as zeros, means
 * "whatever there is": fewer bytes are no surprise then. */
static uint16_t put_part(struct cardsim *card, struct mn_span content, size_t offset, size_t ne)
{
    size_t left = content.len - offset;
    uint16_t manner = cardsim_switch_status(&card->switches, CARDSIM_SW_END_OF_FILE);
    bool surprise = left < ne && ne != 256 && ne != 65536;
    if (surprise && manner == SW_EXACT_LENGTH >> 8)
        return left <= 256 ? (uint16_t)(SW_EXACT_LENGTH | (left & 0xFF)) : SW_WRONG_LENGTH;
    cardsim_answer_put(&card->answer, content.ptr + offset, left < ne ? left : ne);
    return surprise ? manner : SW_OK;
}

/* The file and the place that P1 and P2 name: 15 bits of offset in the current file, or a short
 * file id and 8 bits. */
static uint16_t name_place(struct cardsim *card, const struct cardsim_command *command,
                           const struct cardsim_file **file, size_t *offset)
{
    if (command->p1 & 0x80) {
        *offset = command->p2;
        return cardsim_name_file(card, command->p1, file);
    }
    *offset = (size_t)command->p1 << 8 | command->p2;
    return cardsim_name_file(card, 0x80, file);
}

uint16_t cardsim_read_binary(struct cardsim *card, const struct cardsim_command *command)
{
    const struct cardsim_file *file = NULL;
    struct mn_span content = {0};
    size_t offset = 0;
    if (!command->has_le || command->data.len > 0)
        return SW_WRONG_LENGTH;
    uint16_t sw = name_place(card, command, &file, &offset);
    if (sw == SW_OK)
        sw = open_file(card, file, CARDSIM_FILE_BINARY, &content);
    if (sw != SW_OK)
        return sw;
    if (offset >= content.len)
        return SW_PAST_END;
    return put_part(card, content, offset, command->ne);
}

uint16_t cardsim_read_record(struct cardsim *card, const struct cardsim_command *command)
{
    enum { BY_NUMBER = 0x04, METHOD = 0x07 };
    const struct cardsim_file *file = NULL;
    struct mn_span content = {0};
    if (!command->has_le || command->data.len > 0)
        return SW_WRONG_LENGTH;
    uint8_t sfi = command->p2 >> 3;
    uint16_t sw = cardsim_name_file(card, (uint8_t)(0x80 | sfi), &file);
    if (sw == SW_OK)
        sw = open_file(card, file, CARDSIM_FILE_RECORD, &content);
    if (sw != SW_OK)
        return sw;
    /* Several records at once are not for this card. */
    if ((command->p2 & METHOD) != BY_NUMBER)
        return SW_WRONG_FILE_KIND;
    if (command->p1 != 1)
        return SW_NO_RECORD;
    return put_part(card, content, 0, command->ne);
}
