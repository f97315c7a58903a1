/* The upper seam: what a token can do, whatever it is made of.
 *
 * Two kinds implement it: a role of a card (card_token.c) and a software certificate
 * (soft_token.c). The tests' stand-in is another. No CK_* type crosses it; a private key never
 * does: the token room holds a key_ref, or a struct mn_key, that means something only to the
 * backend.
 *
 * One thread at a time per token: the slot's lock is held during every call. Keys that were lent
 * (lend_key) are used without it. */
#ifndef MN_BACKEND_TOKEN_OPS_H
#define MN_BACKEND_TOKEN_OPS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "crypto/private_key.h"

/* What the private key is asked to do. */
enum mn_scheme_kind {
    MN_SCHEME_PKCS1, /* pad the input as PKCS #1 v1.5 block type 1; the caller made the DigestInfo
                      */
    MN_SCHEME_PSS,   /* RSASSA-PSS of a hash value */
    MN_SCHEME_ECDSA, /* of a hash value; the signature is r and s, each as long as the order */
};

struct mn_scheme {
    enum mn_scheme_kind kind;
    struct mn_pss pss; /* PSS only */
};

/* How what the private key is to decrypt was padded. */
enum mn_padding_kind { MN_PADDING_PKCS1, MN_PADDING_OAEP };

struct mn_padding {
    enum mn_padding_kind kind;
    struct mn_oaep oaep; /* OAEP only */
};

/* What load is asked to fetch. */
#define MN_WANT_CERTIFICATE    0x1u
#define MN_WANT_CA_CERTIFICATE 0x2u

/* More CA certificates than this are not shown. */
#define MN_CA_CERTIFICATES_MAX 8

/* What load found: DER, owned by the view. Empty where the token has none, or where it cannot be
 * read before login. Of the CA certificates the first ca_len are filled. */
struct mn_view {
    struct mn_bytes certificate;
    struct mn_bytes ca_certificates[MN_CA_CERTIFICATES_MAX];
    size_t ca_len;
};

void mn_view_release(struct mn_view *view);

/* Facts that do not change while the token is there. Strings are UTF-8; strings and spans live as
 * long as the token. model, serial, hardware and
 * firmware are the token's identity, empty until identify was called; nothing else waits for it. */
struct mn_token_facts {
    char label[33]; /* "JPKI Authentication" */
    char manufacturer[33];
    char model[17];
    char serial[17];
    uint8_t hardware[2], firmware[2];
    size_t pin_min, pin_max;    /* characters */
    struct mn_span key_id;      /* CKA_ID of the key and its certificate */
    struct mn_span ca_id;       /* CKA_ID of the CA certificate; empty: the hash of its key */
    const char *object_label;   /* CKA_LABEL of key and certificate */
    const char *ca_label;       /* CKA_LABEL of the first CA certificate */
    unsigned key_ref;           /* the private key, for sign */
    enum mn_key_kind key_kind;  /* RSA or EC */
    unsigned key_bits;          /* of the modulus or the curve */
    bool can_decrypt;           /* RSA only */
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

/* An open private key, lent. Any number of threads use it at the same time, and it stays good when
 * its token is logged out or closed meanwhile. */
struct mn_key_ops {
    /* As mn_token_ops.sign. */
    mn_rc (*sign)(void *self, const struct mn_scheme *scheme, struct mn_span in, uint8_t *signature,
                  size_t *len);

    /* Into *out, which the caller frees. MN_E_CIPHERTEXT_LENGTH, MN_E_BAD_CIPHERTEXT (see
     * mn_private_key_decrypt_pkcs1), MN_E_CRYPTO, MN_E_MEMORY. */
    mn_rc (*decrypt)(void *self, const struct mn_padding *padding, struct mn_span in,
                     struct mn_bytes *out);

    void (*give_back)(void *self);
};

/* A zeroed one is "none". */
struct mn_key {
    const struct mn_key_ops *ops;
    void *self;
};

static inline void mn_key_give_back(struct mn_key *key)
{
    if (key->ops)
        key->ops->give_back(key->self);
    *key = (struct mn_key){0};
}

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

    /* Optional (NULL): then sign is there. Lends the open private key; the caller gives it back.
     * MN_E_NOT_LOGGED_IN. */
    mn_rc (*lend_key)(void *self, unsigned key_ref, struct mn_key *out);

    /* NULL where keys are lent. One signature into signature, which has room for *len bytes; *len
     * becomes its size. in is what the scheme says. MN_E_NOT_LOGGED_IN when the key is not open and
     * cannot be reopened; MN_E_DATA_LENGTH, MN_E_UNSUPPORTED, MN_E_TOO_SMALL, the transport's
     * codes. */
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
