/* What kind of card, which applications, keys, files and PINs: one table, no code elsewhere names a
 * number. Sources are in docs/card.md. */
#ifndef MN_CARD_PROFILE_H
#define MN_CARD_PROFILE_H

#include "base/bytes.h"

/* The card's applications. */
enum mn_application {
    MN_APPLICATION_JPKI,
    MN_APPLICATION_TEXT,    /* what is printed, as text (券面事項入力補助) */
    MN_APPLICATION_SURFACE, /* what is printed, as images (券面事項確認) */
    MN_APPLICATION_COMMON,  /* the card's own number (共通カード) */
    MN_APPLICATION_JUKI,    /* the resident register's (住基) */
    MN_APPLICATION_COUNT
};

/* Its id (ISO/IEC 7816-4, 12.2.3), always sent whole, for the card accepts prefixes. */
struct mn_span mn_application_id(enum mn_application application);

/* Everything that VERIFY can be sent for. */
enum mn_pin {
    MN_PIN_AUTH,
    MN_PIN_SIGN,
    MN_PIN_TEXT,          /* the four digits that open the text */
    MN_PIN_TEXT_A,        /* number A (照合番号A): the My Number itself */
    MN_PIN_TEXT_B,        /* number B (照合番号B): birth, expiry, security code */
    MN_PIN_SURFACE_BIRTH, /* the date of birth */
    MN_PIN_SURFACE_A,     /* numbers A and B of the surface application, with counters of their */
    MN_PIN_SURFACE_B,     /* own */
    MN_PIN_COMMON,        /* two references with one PIN for their owner, who knows it as that of */
    MN_PIN_JUKI,          /* the card (個人番号カード用, 住民基本台帳用) */
    MN_PIN_COUNT
};

/* How the card is told a new value. */
enum mn_pin_change {
    MN_PIN_FIXED,            /* not at all: it stands on the card's face */
    MN_PIN_CHANGE_REFERENCE, /* ISO/IEC 7816-4, 11.6.7 */
    MN_PIN_CHANGE_KEY,       /* JICSAP 1.1 */
};

struct mn_pin_profile {
    const char *name; /* "authentication": for the log and for programs */
    enum mn_application application;
    uint16_t ef;            /* below 001F: the low five bits are the short file id */
    size_t min, max;        /* length in characters */
    const char *characters; /* every character it may have */
    unsigned tries_max;     /* a good VERIFY sets the counter to this; 0: cards differ */
    enum mn_pin_change change;
};

/* The profile of a PIN; never NULL, static. */
const struct mn_pin_profile *mn_pin_profile(enum mn_pin pin);

/* The card's two jobs, each with its own key, PIN and certificates. */
enum mn_role { MN_ROLE_AUTH, MN_ROLE_SIGN, MN_ROLE_COUNT };

struct mn_role_profile {
    const char *name; /* "authentication", "signature": for the log and the command */
    enum mn_pin pin;
    uint16_t key; /* elementary file ids, all below 001F: the low five bits are the short file */
    uint16_t certificate; /* id (ISO/IEC 7816-4, 7.3.2) */
    uint16_t ca_certificate;
    bool certificate_needs_pin; /* readable only after this role's PIN */
};

/* The profile of a role; never NULL, static. */
const struct mn_role_profile *mn_role_profile(enum mn_role role);

/* The profile of its PIN. */
const struct mn_pin_profile *mn_role_pin(enum mn_role role);

#define MN_EF_TOKEN_INFO 0x0006
#define MN_EF_PRESENCE   0x0008 /* which certificates are there */

#define MN_MODULUS_BYTES 256 /* RSA-2048: the size of every signature */

#endif
