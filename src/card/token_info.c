#define MN_LOG_ROOM "card"
#include "card/token_info.h"

#include <string.h>

#include "base/log.h"

/* Offsets in a CK_TOKEN_INFO whose CK_ULONGs take four bytes: four strings, eleven numbers, two
 * versions, a time. */
enum {
    AT_LABEL = 0,
    AT_MANUFACTURER = 32,
    AT_MODEL = 64,
    AT_SERIAL = 80,
    AT_HARDWARE = 96 + 11 * 4,
    AT_FIRMWARE = AT_HARDWARE + 2,
};

static const struct {
    const char *label;
    enum mn_card_kind kind;
} kinds[] = {
    {"JPKIAPICCTOKEN2", MN_CARD_MY_NUMBER},
    {"JPKIAPICCTOKEN", MN_CARD_JUKI},
    {"JPKIAPGPSETOKEN", MN_CARD_PHONE},
    {"JPKIAPIOSTOKEN", MN_CARD_PHONE},
};

/* Cuts blanks and NULs at the end; out has room for len + 1. */
static void copy_text(struct mn_span content, size_t at, size_t len, char *out)
{
    memcpy(out, content.ptr + at, len);
    while (len > 0 && (out[len - 1] == ' ' || out[len - 1] == '\0'))
        len--;
    out[len] = '\0';
    for (size_t i = 0; i < len; i++)
        if (out[i] < 0x20 || out[i] > 0x7E)
            out[i] = '?';
}

/* The versions are ASCII digits on known cards ("03", "01") and two numbers elsewhere. */
static void copy_version(struct mn_span content, size_t at, uint8_t out[2])
{
    for (size_t i = 0; i < 2; i++) {
        uint8_t c = content.ptr[at + i];
        out[i] = c >= '0' && c <= '9' ? (uint8_t)(c - '0') : c;
    }
}

mn_rc mn_token_info_read(struct mn_span content, struct mn_token_info *out)
{
    if (content.len < MN_TOKEN_INFO_BYTES) {
        mn_log_error("token information of %zu bytes", content.len);
        return MN_E_CARD_ANSWER;
    }
    copy_text(content, AT_LABEL, 32, out->label);
    copy_text(content, AT_MANUFACTURER, 32, out->manufacturer);
    copy_text(content, AT_MODEL, 16, out->model);
    copy_text(content, AT_SERIAL, 16, out->serial);
    copy_version(content, AT_HARDWARE, out->hardware);
    copy_version(content, AT_FIRMWARE, out->firmware);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(out->label, kinds[i].label) == 0) {
            out->kind = kinds[i].kind;
            return MN_OK;
        }
    }
    mn_log_info("token information has the label of no known card");
    return MN_E_FOREIGN_CARD;
}
