#include "record.h"

#include <string.h>

enum {
    INS_AT = 1,
    BODY_AT = 4,
    INS_VERIFY = 0x20,
    INS_CHANGE_REFERENCE = 0x24,
    INS_CHANGE_KEY = 0x32,
};

mn_rc cardsim_record_open(struct cardsim_record *record, const char *path)
{
    FILE *file = NULL;
    if (path) {
        file = fopen(path, "ae");
        if (!file)
            return MN_E_FILE;
    }
    if (record->file)
        fclose(record->file);
    record->file = file;
    return MN_OK;
}

void cardsim_record_count(struct cardsim_record *record, struct mn_span command,
                          const enum cardsim_pin *pin)
{
    record->total++;
    if (command.len > INS_AT)
        record->ins[command.ptr[INS_AT]]++;
    if (pin)
        record->verify[*pin]++;
}

void cardsim_record_clear(struct cardsim_record *record)
{
    FILE *file = record->file;
    memset(record, 0, sizeof(*record));
    record->file = file;
}

/* From which byte on a command must not be shown. The class does not matter, nor whether the
 * lengths make sense: a PIN sent wrongly is a PIN. */
static size_t shown(struct mn_span command)
{
    if (command.len <= BODY_AT)
        return command.len;
    uint8_t ins = command.ptr[INS_AT];
    if (ins != INS_VERIFY && ins != INS_CHANGE_REFERENCE && ins != INS_CHANGE_KEY)
        return command.len;
    bool lc_fits = command.ptr[BODY_AT] == command.len - BODY_AT - 1;
    return lc_fits ? BODY_AT + 1 : BODY_AT;
}

void cardsim_record_line(struct cardsim_record *record, struct mn_span command,
                         struct mn_span answer)
{
    if (!record->file)
        return;
    fprintf(record->file, "%u ", record->total);
    size_t open = shown(command);
    for (size_t i = 0; i < command.len; i++) {
        if (i < open)
            fprintf(record->file, "%02X", command.ptr[i]);
        else
            fputs("**", record->file);
    }
    if (answer.len >= 2) {
        const uint8_t *sw = answer.ptr + answer.len - 2;
        fprintf(record->file, " %02X%02X %zu\n", sw[0], sw[1], answer.len - 2);
    } else {
        fprintf(record->file, " ---- %zu\n", answer.len);
    }
    fflush(record->file);
}

void cardsim_record_event(struct cardsim_record *record, const char *event)
{
    if (!record->file)
        return;
    fprintf(record->file, "# %s\n", event);
    fflush(record->file);
}
