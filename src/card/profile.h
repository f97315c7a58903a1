/* What kind of card, which applications, keys, files and PINs: one table, no code elsewhere names a
 * number. Sources are in docs/card.md. */
#ifndef MN_CARD_PROFILE_H
#define MN_CARD_PROFILE_H

#include "base/bytes.h"

/* The card's two jobs, each with its own key, PIN and certificates. */
enum mn_role { MN_ROLE_AUTH, MN_ROLE_SIGN, MN_ROLE_COUNT };

struct mn_role_profile {
    const char *name; /* "authentication", "signature": for the log and the command */
    uint16_t key;     /* elementary file ids, all below 001F: the low five bits are the */
    uint16_t pin;     /* short file id (ISO/IEC 7816-4, 7.3.2) */
    uint16_t certificate;
    uint16_t ca_certificate;
    size_t pin_min, pin_max;    /* length in characters */
    unsigned tries_max;         /* a good VERIFY sets the counter to this */
    const char *pin_characters; /* every character a PIN may have */
    bool certificate_needs_pin; /* readable only after this role's PIN */
};

/* The profile of a role; never NULL, static. */
const struct mn_role_profile *mn_role_profile(enum mn_role role);

/* Application ids (ISO/IEC 7816-4, 12.2.3), always sent whole, for the card accepts prefixes: the
 * public-key application, and one with no PIN of ours, which is selected to leave it. */
struct mn_span mn_aid_jpki(void);
struct mn_span mn_aid_common(void);

#define MN_EF_TOKEN_INFO 0x0006
#define MN_EF_PRESENCE   0x0008 /* which certificates are there */

#define MN_MODULUS_BYTES 256 /* RSA-2048: the size of every signature */

#endif
