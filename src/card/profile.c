#include "card/profile.h"

#define DIGITS  "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Another tries_max than 0 only where all sources agree (docs/card.md). */
static const struct mn_pin_profile pins[MN_PIN_COUNT] = {
    [MN_PIN_AUTH] = {"authentication", MN_APPLICATION_JPKI, 0x0018, 4, 4, DIGITS, 3,
                     MN_PIN_CHANGE_REFERENCE},
    [MN_PIN_SIGN] = {"signature", MN_APPLICATION_JPKI, 0x001B, 6, 16, LETTERS DIGITS, 5,
                     MN_PIN_CHANGE_REFERENCE},
    [MN_PIN_TEXT] = {"text", MN_APPLICATION_TEXT, 0x0011, 4, 4, DIGITS, 3, MN_PIN_CHANGE_REFERENCE},
    [MN_PIN_TEXT_A] = {"text-a", MN_APPLICATION_TEXT, 0x0014, 12, 12, DIGITS, 0, MN_PIN_FIXED},
    [MN_PIN_TEXT_B] = {"text-b", MN_APPLICATION_TEXT, 0x0015, 14, 14, DIGITS, 0, MN_PIN_FIXED},
    [MN_PIN_SURFACE_BIRTH] = {"surface-birth", MN_APPLICATION_SURFACE, 0x0011, 6, 6, DIGITS, 0,
                              MN_PIN_FIXED},
    [MN_PIN_SURFACE_A] = {"surface-a", MN_APPLICATION_SURFACE, 0x0013, 12, 12, DIGITS, 0,
                          MN_PIN_FIXED},
    [MN_PIN_SURFACE_B] = {"surface-b", MN_APPLICATION_SURFACE, 0x0012, 14, 14, DIGITS, 0,
                          MN_PIN_FIXED},
    [MN_PIN_COMMON] = {"common", MN_APPLICATION_COMMON, 0x001C, 4, 4, DIGITS, 3, MN_PIN_CHANGE_KEY},
    [MN_PIN_JUKI] = {"juki", MN_APPLICATION_JUKI, 0x001C, 4, 4, DIGITS, 3, MN_PIN_CHANGE_KEY},
};

static const struct mn_role_profile roles[MN_ROLE_COUNT] = {
    [MN_ROLE_AUTH] = {.name = "authentication",
                      .pin = MN_PIN_AUTH,
                      .key = 0x0017,
                      .certificate = 0x000A,
                      .ca_certificate = 0x000B,
                      .certificate_needs_pin = false},
    [MN_ROLE_SIGN] = {.name = "signature",
                      .pin = MN_PIN_SIGN,
                      .key = 0x001A,
                      .certificate = 0x0001,
                      .ca_certificate = 0x0002,
                      .certificate_needs_pin = true},
};

#define AID_BYTES 10

static const uint8_t ids[MN_APPLICATION_COUNT][AID_BYTES] = {
    [MN_APPLICATION_JPKI] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01},
    [MN_APPLICATION_TEXT] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08},
    [MN_APPLICATION_SURFACE] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02},
    [MN_APPLICATION_COMMON] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00},
    [MN_APPLICATION_JUKI] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01},
};

struct mn_span mn_application_id(enum mn_application application)
{
    return mn_span(ids[application], AID_BYTES);
}

const struct mn_pin_profile *mn_pin_profile(enum mn_pin pin)
{
    return &pins[pin];
}

const struct mn_role_profile *mn_role_profile(enum mn_role role)
{
    return &roles[role];
}

const struct mn_pin_profile *mn_role_pin(enum mn_role role)
{
    return mn_pin_profile(roles[role].pin);
}
