/* The card's memory in a file, so that a lost try is lost for the next run too: a line for each
 * reference, "name tries value-in-hex". */
#include <stdlib.h>

#include "base/file.h"
#include "model.h"

enum { LIMIT = 4096 };

static int find_pin(const char *name)
{
    for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++) {
        if (strcmp(cardsim_pin_name((enum cardsim_pin)pin), name) == 0)
            return pin;
    }
    return -1;
}

static mn_rc load_line(struct cardsim *card, const char *line)
{
    char name[32], hex[2 * CARDSIM_PIN_BYTES + 1] = "";
    unsigned tries;
    if (sscanf(line, "%31s %u %32[0-9A-F]", name, &tries, hex) < 2 || tries > 15)
        return MN_E_FILE;
    int pin = find_pin(name);
    if (pin < 0)
        return MN_E_FILE;
    struct cardsim_reference *reference = &card->pins[pin];
    reference->tries = tries;
    reference->len = strlen(hex) / 2;
    for (size_t i = 0; i < reference->len; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        reference->value[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return MN_OK;
}

mn_rc cardsim_memory_load(struct cardsim *card)
{
    struct mn_bytes file = {0};
    char *text = NULL, *rest = NULL;
    mn_rc rc = mn_file_read(card->state_path, LIMIT, &file);
    if (rc == MN_E_FILE_MISSING) {
        rc = MN_OK;
        goto out;
    }
    if (rc != MN_OK)
        goto out;
    rc = MN_E_MEMORY;
    text = strndup((const char *)file.ptr, file.len);
    if (!text)
        goto out;
    rc = MN_OK;
    for (char *line = strtok_r(text, "\n", &rest); line && rc == MN_OK;
         line = strtok_r(NULL, "\n", &rest))
        rc = load_line(card, line);
out:
    free(text);
    mn_bytes_free(&file);
    return rc;
}

void cardsim_memory_save(const struct cardsim *card)
{
    char text[LIMIT];
    size_t len = 0;
    if (!card->state_path)
        return;
    for (int pin = 0; pin < CARDSIM_PIN_COUNT; pin++) {
        const struct cardsim_reference *reference = &card->pins[pin];
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s %u ",
                                cardsim_pin_name((enum cardsim_pin)pin), reference->tries);
        for (size_t i = 0; i < reference->len; i++)
            len += (size_t)snprintf(text + len, sizeof(text) - len, "%02X", reference->value[i]);
        len += (size_t)snprintf(text + len, sizeof(text) - len, "\n");
    }
    if (mn_file_write_private(card->state_path, mn_span(text, len)) != MN_OK) {
        fprintf(stderr, "cardsim: cannot write %s\n", card->state_path);
        abort();
    }
}
