#include "switches.h"

#include <stdlib.h>
#include <string.h>

#include "cardsim.h"

enum kind { CHOICE, NUMBER, TEXT, HEX };

struct row {
    const char *name;
    const char *fallback; /* the default */
    enum kind kind;
    const char *choices; /* CHOICE: "a|b", valued 0, 1, ... in this order */
    unsigned max;        /* NUMBER: the largest; TEXT and HEX: the most characters */
    const char *meaning;
};

#define YES_NO CHOICE, "0|1", 0

static const struct row rows[CARDSIM_SW_COUNT] = {
    [CARDSIM_SW_MY_NUMBER_CARD] = {"my_number_card", "1", YES_NO,
                                   "has the applications at all; 0: 6A82 to every name"},
    [CARDSIM_SW_JPKI_ONLY] = {"jpki_only", "0", YES_NO,
                              "has the JPKI application and no other, like a phone"},
    [CARDSIM_SW_AUTH_ROLE] = {"auth_role", "1", YES_NO,
                              "has the authentication files 000A, 000B, 0017, 0018"},
    [CARDSIM_SW_SIGN_CERTIFICATE] = {"sign_certificate", "present", CHOICE, "absent|empty|present",
                                     0, "EF 0001; empty: there, but padding only"},
    [CARDSIM_SW_SIGN_PIN] = {"sign_pin", "set", CHOICE, "absent|unset|set", 0,
                             "EF 001B; unset: there, but never given a value"},
    [CARDSIM_SW_CERTIFICATES] = {"certificates", "valid", CHOICE, "valid|expired|substituted", 0,
                                 "which certificates the card has"},
    [CARDSIM_SW_AUTH_CERTIFICATE_PIN] = {"auth_certificate_needs_pin", "0", YES_NO,
                                         "EF 000A is read only after its PIN, as on phones"},
    [CARDSIM_SW_PADDING] = {"padding", "255", NUMBER, NULL, 255,
                            "the byte after a certificate up to 3808 bytes"},
    [CARDSIM_SW_EF0006] = {"ef0006", "1", YES_NO, "has the token information, EF 0006"},
    [CARDSIM_SW_EF0008] = {"ef0008", "1", YES_NO, "has EF 0008, which certificates are there"},
    [CARDSIM_SW_LABEL] = {"label", "JPKIAPICCTOKEN2", TEXT, NULL, 32, "the label in EF 0006"},
    [CARDSIM_SW_SERIAL] = {"serial", "0000000020500003", TEXT, NULL, 16,
                           "the serial number in EF 0006"},
    [CARDSIM_SW_ATR] = {"atr", "3BE000FF8131FE4514", HEX, NULL, 66, "answer to reset"},
    [CARDSIM_SW_MUTE] = {"mute", "0", YES_NO, "gives no answer to reset: wrong way round"},
    [CARDSIM_SW_TRIES_AUTH] = {"tries_auth", "3", NUMBER, NULL, 15,
                               "tries of a full counter: authentication PIN"},
    [CARDSIM_SW_TRIES_SIGN] = {"tries_sign", "5", NUMBER, NULL, 15, "the same: signing password"},
    [CARDSIM_SW_TRIES_PIN] = {"tries_pin", "3", NUMBER, NULL, 15,
                              "the same: four-digit PINs of the other applications"},
    [CARDSIM_SW_TRIES_NUMBER] = {"tries_number", "10", NUMBER, NULL, 15,
                                 "the same: numbers A and B, and the date of birth"},
    [CARDSIM_SW_CLEAR_ON_SELECT_SAME] = {"clear_on_select_same", "0", YES_NO,
                                         "selecting the current application again ends PINs"},
    [CARDSIM_SW_CLEAR_ON_SELECT_OTHER] = {"clear_on_select_other", "1", YES_NO,
                                          "selecting another application ends PINs"},
    [CARDSIM_SW_CLEAR_ON_WARM_RESET] = {"clear_on_warm_reset", "0", YES_NO,
                                        "a reset without loss of power ends PINs"},
    [CARDSIM_SW_EMPTY_VERIFY_AFTER_SUCCESS] = {"empty_verify_after_success", "63cx", CHOICE,
                                               "63cx|9000", 0,
                                               "answer to the tries query of a verified PIN"},
    [CARDSIM_SW_BLOCKED_STATUS] = {"blocked_status", "6984", CHOICE, "6983|6984", 0,
                                   "answer to VERIFY of a blocked PIN"},
    [CARDSIM_SW_BLOCKED_QUERY] = {"blocked_query", "63C0", CHOICE, "63C0|6983|6984", 0,
                                  "answer to the tries query of a blocked PIN"},
    [CARDSIM_SW_UNSET_PIN] = {"unset_pin", "63C0", CHOICE, "63C0|6984|6985|6A88", 0,
                              "answer to the tries query of a PIN never set; to VERIFY the same, "
                              "but blocked_status for 63C0"},
    [CARDSIM_SW_FIRST_COMMAND_6F00] = {"first_command_6f00", "0", YES_NO,
                                       "the first command after a power cycle is 6F00"},
    [CARDSIM_SW_PARTIAL_AID] = {"partial_aid", "1", YES_NO,
                                "SELECT takes the beginning of an application's name"},
    [CARDSIM_SW_SELECT_DATA] = {"select_data", "1", YES_NO,
                                "SELECT with P2 = 00 and Le gives data; 0: 6A86"},
    [CARDSIM_SW_SFI] = {"sfi", "1", YES_NO, "takes short EF ids; 0: 6A86"},
    [CARDSIM_SW_SFI_SETS_CURRENT] = {"sfi_sets_current", "1", YES_NO,
                                     "an EF named by its short id becomes the current one"},
    [CARDSIM_SW_EXTENDED] = {"extended", "1", YES_NO, "takes extended-length commands; 0: 6700"},
    [CARDSIM_SW_LC_LE] = {"lc_le", "strict", CHOICE, "strict|tolerant", 0,
                          "an Le too many or missing is 6700, or is overlooked"},
    [CARDSIM_SW_END_OF_FILE] = {"end_of_file", "9000", CHOICE, "9000|6282|6C", 0,
                                "READ BINARY of more than is left: fewer bytes with that status, "
                                "or none and 6Cxx"},
    [CARDSIM_SW_PSS] = {"pss", "1", YES_NO, "has the PSS schemes P1 04 and 05; 0: 6A86"},
    [CARDSIM_SW_SECURITY_BEFORE_P1] = {"check_security_before_p1", "0", YES_NO,
                                       "the sign command looks at the PIN before P1"},
    [CARDSIM_SW_SIGN_LENGTH_STATUS] = {"sign_length_status", "6985", CHOICE, "6700|6985", 0,
                                       "the sign command's answer to data of a wrong length"},
    [CARDSIM_SW_ATR_OBJECT] = {"get_data_5f51", "mf", CHOICE, "none|mf|application|both", 0,
                               "where GET DATA 5F51 gives the answer to reset"},
    [CARDSIM_SW_CV_CERTIFICATE] = {"cv_certificate", "1", YES_NO,
                                   "text and surface application have EF 0004"},
    [CARDSIM_SW_LONG_LENGTHS] = {"long_lengths", "0", YES_NO,
                                 "text EF 0002 has its length in two bytes, 81 and the number"},
    [CARDSIM_SW_ALTERED] = {"altered", "none", CHOICE, "none|address|number|birth|photo|age", 0,
                            "what in the text and surface application differs from what was "
                            "signed"},
    [CARDSIM_SW_COPIED] = {"copied", "0", YES_NO,
                           "has the files of another card, but not its signing key"},
    [CARDSIM_SW_COMMAND_US] = {"command_us", "0", NUMBER, NULL, 10000000,
                               "time that each command takes, microseconds"},
    [CARDSIM_SW_BYTE_US] = {"byte_us", "0", NUMBER, NULL, 100000,
                            "time that each byte of command and answer takes, microseconds"},
    [CARDSIM_SW_SIGNATURE_MS] = {"signature_ms", "0", NUMBER, NULL, 60000,
                                 "time that a signature takes, milliseconds"},
};

/* The place of value in choices ("a|b|c"), or -1. */
static int place_in(const char *choices, const char *value)
{
    size_t len = strlen(value);
    int place = 0;
    for (const char *at = choices;; at++, place++) {
        const char *end = strchrnul(at, '|');
        if ((size_t)(end - at) == len && strncmp(at, value, len) == 0)
            return place;
        if (*end == '\0')
            return -1;
        at = end;
    }
}

static bool is_hex(const char *value)
{
    return strlen(value) % 2 == 0 && strspn(value, "0123456789ABCDEFabcdef") == strlen(value);
}

/* The number that value stands for in the row. */
static bool read_value(const struct row *row, const char *value, unsigned *out)
{
    *out = 0;
    if (row->kind == CHOICE) {
        int place = place_in(row->choices, value);
        *out = place < 0 ? 0 : (unsigned)place;
        return place >= 0;
    }
    if (row->kind == NUMBER) {
        char *end = NULL;
        unsigned long number = strtoul(value, &end, 10);
        *out = (unsigned)number;
        return value[0] >= '0' && value[0] <= '9' && *end == '\0' && number <= row->max;
    }
    return strlen(value) <= row->max && (row->kind == TEXT || is_hex(value));
}

mn_rc cardsim_switches_set(struct cardsim_switches *switches, const char *name, const char *value,
                           enum cardsim_switch *which)
{
    for (unsigned i = 0; i < CARDSIM_SW_COUNT; i++) {
        unsigned number;
        if (strcmp(rows[i].name, name) != 0)
            continue;
        if (!read_value(&rows[i], value, &number))
            return MN_E_ARGUMENT;
        switches->value[i] = number;
        snprintf(switches->text[i], sizeof(switches->text[i]), "%s", value);
        *which = (enum cardsim_switch)i;
        return MN_OK;
    }
    return MN_E_ARGUMENT;
}

mn_rc cardsim_switches_set_text(struct cardsim_switches *switches, const char *text,
                                enum cardsim_switch *which)
{
    char name[CARDSIM_SWITCH_TEXT];
    size_t len = strcspn(text, "=");
    if (text[len] == '\0' || len >= sizeof(name))
        return MN_E_ARGUMENT;
    memcpy(name, text, len);
    name[len] = '\0';
    return cardsim_switches_set(switches, name, text + len + 1, which);
}

void cardsim_switches_reset(struct cardsim_switches *switches)
{
    memset(switches, 0, sizeof(*switches));
    for (unsigned i = 0; i < CARDSIM_SW_COUNT; i++) {
        enum cardsim_switch which;
        /* A row whose default is no value of its own would be caught by the first test run. */
        if (cardsim_switches_set(switches, rows[i].name, rows[i].fallback, &which))
            abort();
    }
}

uint16_t cardsim_switch_status(const struct cardsim_switches *switches, enum cardsim_switch which)
{
    return (uint16_t)strtoul(switches->text[which], NULL, 16);
}

size_t cardsim_switch_bytes(const struct cardsim_switches *switches, enum cardsim_switch which,
                            uint8_t *bytes, size_t room)
{
    const char *hex = switches->text[which];
    size_t len = 0;
    for (; len < room && hex[0] && hex[1]; len++, hex += 2) {
        const char digits[3] = {hex[0], hex[1], '\0'};
        bytes[len] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return len;
}

void cardsim_print_switches(FILE *out)
{
    for (unsigned i = 0; i < CARDSIM_SW_COUNT; i++) {
        const struct row *row = &rows[i];
        fprintf(out, "%s=%s\t%s", row->name, row->fallback, row->meaning);
        if (row->choices && strcmp(row->choices, "0|1") != 0)
            fprintf(out, " (%s)", row->choices);
        fputc('\n', out);
    }
}
