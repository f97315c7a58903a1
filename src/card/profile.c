#include "card/profile.h"

#define DIGITS  "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct mn_role_profile roles[MN_ROLE_COUNT] = {
    [MN_ROLE_AUTH] = {.name = "authentication",
                      .key = 0x0017,
                      .pin = 0x0018,
                      .certificate = 0x000A,
                      .ca_certificate = 0x000B,
                      .pin_min = 4,
                      .pin_max = 4,
                      .tries_max = 3,
                      .pin_characters = DIGITS,
                      .certificate_needs_pin = false},
    [MN_ROLE_SIGN] = {.name = "signature",
                      .key = 0x001A,
                      .pin = 0x001B,
                      .certificate = 0x0001,
                      .ca_certificate = 0x0002,
                      .pin_min = 6,
                      .pin_max = 16,
                      .tries_max = 5,
                      .pin_characters = LETTERS DIGITS,
                      .certificate_needs_pin = true},
};

static const uint8_t aid_jpki[] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
static const uint8_t aid_common[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};

const struct mn_role_profile *mn_role_profile(enum mn_role role)
{
    return &roles[role];
}

struct mn_span mn_aid_jpki(void)
{
    return mn_span(aid_jpki, sizeof aid_jpki);
}

struct mn_span mn_aid_common(void)
{
    return mn_span(aid_common, sizeof aid_common);
}
