#include "files.h"

/* Switch 0 decides about whole applications, never about a file: as a file's switch it is "none".
 */
_Static_assert(CARDSIM_SW_MY_NUMBER_CARD == 0, "0 stands for no switch");

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OPENS(pin)   (1U << CARDSIM_PIN_##pin)

#define BINARY(name) .kind = CARDSIM_FILE_BINARY, .content = CARDSIM_CONTENT_##name
#define RECORD(name) .kind = CARDSIM_FILE_RECORD, .content = CARDSIM_CONTENT_##name
#define PIN(name)    .kind = CARDSIM_FILE_PIN, .pin = CARDSIM_PIN_##name
#define KEY(name)    .kind = CARDSIM_FILE_KEY, .key = CARDSIM_KEY_##name
#define SECRET       .kind = CARDSIM_FILE_SECRET
#define IF(name)     .exists_if = CARDSIM_SW_##name

/* The order is that of the tables in docs/card.md. */
static const struct cardsim_file jpki_files[] = {
    {0x0001, BINARY(SIGN_CERTIFICATE), .opened_by = OPENS(SIGN), IF(SIGN_CERTIFICATE)},
    {0x0002, BINARY(SIGN_CA)},
    {0x0006, BINARY(TOKEN_INFO), IF(EF0006)},
    {0x0008, BINARY(PRESENCE), IF(EF0008)},
    {0x000A, BINARY(AUTH_CERTIFICATE), .opened_by = OPENS(AUTH), IF(AUTH_ROLE),
     .guarded_if = CARDSIM_SW_AUTH_CERTIFICATE_PIN},
    {0x000B, BINARY(AUTH_CA), IF(AUTH_ROLE)},
    {0x0016, SECRET},
    {0x0017, KEY(AUTH), .opened_by = OPENS(AUTH), IF(AUTH_ROLE)},
    {0x0018, PIN(AUTH), IF(AUTH_ROLE)},
    {0x001A, KEY(SIGN), .opened_by = OPENS(SIGN)},
    {0x001B, PIN(SIGN), IF(SIGN_PIN)},
};

static const struct cardsim_file common_files[] = {
    {0x0001, RECORD(CARD_NUMBER)},
    {0x0002, SECRET},
    {0x0019, KEY(CARD)},
    {0x001C, PIN(COMMON)},
};

static const struct cardsim_file juki_files[] = {
    {0x0002, SECRET},
    {0x001C, PIN(JUKI)},
};

#define TEXT_ANY (OPENS(TEXT) | OPENS(TEXT_A) | OPENS(TEXT_B))

static const struct cardsim_file text_files[] = {
    {0x0001, BINARY(TEXT_NUMBER), .opened_by = OPENS(TEXT) | OPENS(TEXT_A)},
    {0x0002, BINARY(TEXT_ATTRIBUTES), .opened_by = OPENS(TEXT) | OPENS(TEXT_B)},
    {0x0003, BINARY(TEXT_DIGESTS), .opened_by = TEXT_ANY},
    {0x0004, BINARY(TEXT_CERTIFICATE), IF(CV_CERTIFICATE)},
    {0x0005, BINARY(TEXT_BASICS)},
    {0x0006, BINARY(TEXT_SESSION_KEY), .opened_by = TEXT_ANY},
    {0x0007, BINARY(TEXT_CARD_KEY), .opened_by = TEXT_ANY},
    {0x0011, PIN(TEXT)},
    {0x0012, PIN(TEXT_BLOCKED)},
    {0x0013, KEY(CARD)},
    {0x0014, PIN(TEXT_A)},
    {0x0015, PIN(TEXT_B)},
};

#define SURFACE_NUMBER (OPENS(SURFACE_A) | OPENS(SURFACE_B))

/* Nobody has told the number of the signing key; it is used by P2 = 00. */
enum { SURFACE_KEY = 0x001E };

static const struct cardsim_file surface_files[] = {
    {0x0001, BINARY(SURFACE_AGE), .opened_by = OPENS(SURFACE_BIRTH)},
    {0x0002, BINARY(SURFACE_FACE), .opened_by = SURFACE_NUMBER},
    {0x0003, BINARY(SURFACE_BASICS)},
    {0x0004, BINARY(SURFACE_CERTIFICATE), IF(CV_CERTIFICATE)},
    {0x0005, BINARY(SURFACE_MY_NUMBER), .opened_by = OPENS(SURFACE_A)},
    {0x0006, BINARY(SURFACE_UNKNOWN), .opened_by = SURFACE_NUMBER},
    {0x0011, PIN(SURFACE_BIRTH)},
    {0x0012, PIN(SURFACE_B)},
    {0x0013, PIN(SURFACE_A)},
    {SURFACE_KEY, KEY(CARD)},
};

static const uint8_t jpki_aid[] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
static const uint8_t common_aid[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};
static const uint8_t juki_aid[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01};
static const uint8_t surface_aid[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02};
static const uint8_t text_aid[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};
static const uint8_t issuer_aid[] = {0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00};

#define AID(array)   .aid = {array, sizeof(array)}
#define FILES(array) .files = array, .count = COUNT(array)

/* CHANGE REFERENCE DATA with the new value alone, or JICSAP's CHANGE KEY. */
#define CHANGE_REFERENCE .change_cla = 0x00, .change_ins = 0x24, .change_p1 = 0x01
#define CHANGE_KEY       .change_cla = 0x80, .change_ins = 0x32, .change_p1 = 0x00

static const struct cardsim_application applications[] = {
    {AID(jpki_aid), FILES(jpki_files), CHANGE_REFERENCE},
    {AID(common_aid), FILES(common_files), CHANGE_KEY, .authenticates = true},
    {AID(juki_aid), FILES(juki_files), CHANGE_KEY},
    {AID(surface_aid), FILES(surface_files), CHANGE_REFERENCE, .default_key = SURFACE_KEY},
    {AID(text_aid), FILES(text_files), CHANGE_REFERENCE, .default_key = 0x0013},
    {AID(issuer_aid)},
};

enum { ISSUER = COUNT(applications) - 1 };

const struct cardsim_application *cardsim_application_issuer(void)
{
    return &applications[ISSUER];
}

const struct cardsim_application *cardsim_application_find(const struct cardsim_switches *switches,
                                                           struct mn_span aid)
{
    size_t count = switches->value[CARDSIM_SW_JPKI_ONLY] ? 1 : COUNT(applications);
    if (!switches->value[CARDSIM_SW_MY_NUMBER_CARD])
        return NULL;
    for (size_t i = 0; i < count; i++) {
        struct mn_span name = applications[i].aid;
        if (aid.len != name.len && !switches->value[CARDSIM_SW_PARTIAL_AID])
            continue;
        if (mn_span_begins(name, aid))
            return &applications[i];
    }
    return NULL;
}

static bool exists(const struct cardsim_switches *switches, const struct cardsim_file *file)
{
    return file->exists_if == 0 || switches->value[file->exists_if] != 0;
}

const struct cardsim_file *cardsim_file_find(const struct cardsim_switches *switches,
                                             const struct cardsim_application *application,
                                             uint16_t id)
{
    for (size_t i = 0; i < application->count; i++) {
        if (application->files[i].id == id && exists(switches, &application->files[i]))
            return &application->files[i];
    }
    return NULL;
}

unsigned cardsim_file_guard(const struct cardsim_switches *switches,
                            const struct cardsim_file *file)
{
    if (file->guarded_if != 0 && switches->value[file->guarded_if] == 0)
        return 0;
    return file->opened_by;
}
