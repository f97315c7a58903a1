/* The upper seam: what a token can do, whatever it is made of.
 *
 * Two kinds implement it: a role of a card (card_token.c) and, later, a software certificate. The
 * tests' stand-in is another. No CK_* type crosses it but what token.h needs; a private key never
 * does: the token room holds a key_ref that means something only to the backend.
 *
 * One thread at a time per token: the slot's lock is held during every call. */
#ifndef MN_BACKEND_TOKEN_OPS_H
#define MN_BACKEND_TOKEN_OPS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "crypto/digest.h"

/* What the private key is asked to do. */
enum mn_scheme_kind {
    MN_SCHEME_PKCS1, /* pad the input as PKCS #1 v1.5 block type 1; the caller made the DigestInfo
                      */
    MN_SCHEME_PSS,   /* RSASSA-PSS of a hash value; MGF1 with the same hash */
};

struct mn_scheme {
    enum mn_scheme_kind kind;
    enum mn_hash hash; /* PSS only */
    size_t salt_len;   /* PSS only, bytes */
};

/* What load is asked to fetch. */
#define MN_WANT_CERTIFICATE    0x1u
#define MN_WANT_CA_CERTIFICATE 0x2u

/* What load found: DER, owned by the view. Empty where the token has none, or where it cannot be
 * read before login. */
struct mn_view {
    struct mn_bytes certificate;
    struct mn_bytes ca_certificate;
};

void mn_view_release(struct mn_view *view);

/* Facts that do not change while the token is there. Strings are ASCII. model, serial, hardware and
 * firmware are the token's identity, empty until identify was called; nothing else waits for it. */
struct mn_token_facts {
    char label[33]; /* "JPKI Authentication" */
    char manufacturer[33];
    char model[17];
    char serial[17];
    uint8_t hardware[2], firmware[2];
    size_t pin_min, pin_max;    /* characters */
    uint8_t key_id;             /* CKA_ID of the key and its certificate, one byte */
    uint8_t ca_id;              /* CKA_ID of the CA certificate */
    const char *object_label;   /* CKA_LABEL of key and certificate; static */
    const char *ca_label;       /* CKA_LABEL of the CA certificate; static */
    unsigned key_ref;           /* the private key, for sign */
    unsigned key_bits;          /* modulus length */
    bool in_hardware;           /* the key cannot leave (CKF_HW) */
    bool certificate_is_public; /* load gives the certificate before login */
    bool always_authenticate;   /* each signature wants a login of its own */
    bool can_set_pin;
};

/* Tries left as last read from the token. */
struct mn_pin_info {
    int tries; /* MN_TRIES_UNKNOWN (-1): not known */
    unsigned tries_max;
};

struct mn_token_ops {
    /* Optional (NULL). Makes the facts' identity known; may ask the token, once. To be called
     * before the identity is read. MN_E_FOREIGN_CARD, MN_E_OLD_CARD, the transport's codes. */
    mn_rc (*identify)(void *self);

    /* Opens the private key. Rules 2 to 5 of docs/pin-safety.md are kept below this call. Codes of
     * mn_pin_verify, and MN_E_PIN_REPEATED. pin is not kept unless the settings allow it. */
    mn_rc (*login)(void *self, struct mn_span pin);

    /* Is the private key believed open? Costs no I/O; may turn false at any moment when the card
     * is reset or leaves. */
    bool (*is_open)(void *self);

    /* Fetches what want names into *out (released by the caller). What the token does not have, or
     * does not show now, stays empty: that is no error. The transport's codes. */
    mn_rc (*load)(void *self, unsigned want, struct mn_view *out);

    /* One signature into signature, which has room for *len bytes; *len becomes its size. in is
     * what the scheme says. MN_E_NOT_LOGGED_IN when the key is not open and cannot be reopened;
     * MN_E_DATA_LENGTH, MN_E_UNSUPPORTED, MN_E_TOO_SMALL, the transport's codes. */
    mn_rc (*sign)(void *self, unsigned key_ref, const struct mn_scheme *scheme, struct mn_span in,
                  uint8_t *signature, size_t *len);

    /* Can this scheme be offered? May ask the card once, at no cost of a try. */
    bool (*offers)(void *self, const struct mn_scheme *scheme);

    /* Closes the private key for real. Never fails for the caller. */
    void (*logout)(void *self);

    /* Optional (NULL). Replaces the PIN; codes as login, of the old one; MN_E_NEW_PIN_LENGTH,
     * MN_E_NEW_PIN_CHARACTERS. */
    mn_rc (*set_pin)(void *self, struct mn_span old_pin, struct mn_span new_pin);

    /* Tries left, from the last reading; reads only where there was none yet. MN_E_PIN_UNSET when
     * there is no such PIN; the transport's codes. */
    mn_rc (*pin_info)(void *self, struct mn_pin_info *out);

    /* The token is gone or no longer wanted: closes the key if it can and frees self. */
    void (*close)(void *self);
};

/* A zeroed one is "none". facts live as long as the token. */
struct mn_token {
    const struct mn_token_ops *ops;
    void *self;
    const struct mn_token_facts *facts;
};

static inline void mn_token_close(struct mn_token *t)
{
    if (t->ops)
        t->ops->close(t->self);
    *t = (struct mn_token){0};
}

#endif
