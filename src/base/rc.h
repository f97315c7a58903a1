/* The one error vocabulary below the Cryptoki surface.
 *
 * A function that can fail returns mn_rc; MN_OK is zero. Each code has one sentence for people
 * (mn_rc_text) and one CKR_* (src/token/rv.c). A fault is logged once, where it is found. */
#ifndef MN_BASE_RC_H
#define MN_BASE_RC_H

typedef enum mn_rc {
    MN_OK = 0,

    /* The caller or this process. */
    MN_E_ARGUMENT,    /* an argument makes no sense: a bug in the caller */
    MN_E_MEMORY,      /* an allocation failed */
    MN_E_TOO_SMALL,   /* the caller's buffer is too small; the needed size was given back */
    MN_E_INTERNAL,    /* an invariant of ours is broken */
    MN_E_UNSUPPORTED, /* not something this token, card or build can do */

    /* Files and settings. */
    MN_E_FILE_MISSING, /* the file is not there */
    MN_E_FILE,         /* reading or writing a file failed */
    MN_E_FILE_EXISTS,  /* there is a file of that name, and it must not be replaced */
    MN_E_DISK_FULL,    /* there is no room for the file */
    MN_E_FILE_LOCKED,  /* another program is changing the file */
    MN_E_SETTING,      /* a setting has a name or a value that is not known */

    /* The way to the card. */
    MN_E_NO_SERVICE,  /* the PC/SC service does not answer */
    MN_E_NO_READER,   /* the reader is not connected (any more) */
    MN_E_NO_CARD,     /* no card in the reader */
    MN_E_REMOVED,     /* the card was there and left, or was exchanged */
    MN_E_BUSY,        /* another program holds the card for itself */
    MN_E_NOT_ALLOWED, /* the PC/SC service refuses this user (polkit) */
    MN_E_COMM,        /* the reader could not carry the command */
    MN_E_CANCELLED,   /* a wait was ended by mn_..._cancel */
    MN_E_TIMEOUT,     /* a wait ended with nothing to tell */

    /* What the card says. */
    MN_E_FOREIGN_CARD,  /* the card is not a My Number Card */
    MN_E_OLD_CARD,      /* the card is a Juki card, the predecessor */
    MN_E_CARD_ANSWER,   /* the card's answer is malformed or makes no sense here */
    MN_E_NOT_FOUND,     /* the card has no such file */
    MN_E_REFUSED,       /* the card refused the command for a reason other than a PIN */
    MN_E_NOT_LOGGED_IN, /* the PIN for this has not been verified, or no longer counts */

    /* PINs. None of the codes up to MN_E_PIN_LAST_TRY has cost a try, except MN_E_PIN_WRONG. */
    MN_E_PIN_LENGTH,     /* the PIN is shorter or longer than this role's PIN can be */
    MN_E_PIN_CHARACTERS, /* the PIN has a character that this role's PIN cannot have */
    MN_E_NEW_PIN_LENGTH, /* the same two of the PIN that another is to be replaced by */
    MN_E_NEW_PIN_CHARACTERS,
    MN_E_PIN_WRONG,    /* the card refused the PIN: one try is gone */
    MN_E_PIN_REPEATED, /* the same PIN was refused before: not sent again, no try is gone */
    MN_E_PIN_BLOCKED,  /* no tries left; only the municipal office can help */
    MN_E_PIN_LAST_TRY, /* one try left and it is kept back; nothing was sent */
    MN_E_PIN_UNKNOWN,  /* the card does not tell the tries left: nothing was sent */
    MN_E_PIN_UNSET,    /* this card has no such PIN */

    /* Cryptography on the host. */
    MN_E_CRYPTO,            /* OpenSSL failed */
    MN_E_BAD_CERTIFICATE,   /* not a certificate that can be used */
    MN_E_BAD_SIGNATURE,     /* the signature does not fit data and key */
    MN_E_SIGNATURE_LENGTH,  /* the signature has not the length that the key makes */
    MN_E_DATA_LENGTH,       /* the data are too long, or not as long as the mechanism wants */
    MN_E_KEY_KIND,          /* the key is not of the kind or size that this needs */
    MN_E_BAD_CIPHERTEXT,    /* what was encrypted does not fit the key */
    MN_E_CIPHERTEXT_LENGTH, /* what was encrypted has not the length that the key makes */

    /* Files with signatures, and time stamps on them. */
    MN_E_CHANGED,           /* the content is not the one that was signed */
    MN_E_WEAK,              /* a key or a digest is below what is believed */
    MN_E_UNBOUND,           /* the signature does not say which certificate it belongs to */
    MN_E_SUBSTITUTED,       /* the certificate there is not the one the signature names */
    MN_E_STAMP_REFUSED,     /* the time stamp authority gave none */
    MN_E_STAMP_FOREIGN,     /* the time stamp is one of something else, or answers another query */
    MN_E_STAMP_CERTIFICATE, /* the time stamp's certificate is not one for making time stamps */

    /* Files with keys and certificates. */
    MN_E_PASSPHRASE,     /* the passphrase does not open the file */
    MN_E_FORMAT,         /* the file is not of the kind it should be */
    MN_E_DAMAGED,        /* the file is of that kind, but what is in it cannot be read */
    MN_E_EXCESSIVE,      /* the file is larger, deeper or costlier than anybody needs */
    MN_E_ALGORITHM,      /* the file is protected in a way that OpenSSL cannot undo here */
    MN_E_NO_KEY,         /* the file has no private key */
    MN_E_NO_CERTIFICATE, /* no certificate there belongs to the key */
    MN_E_UNTRUSTED,      /* a certificate does not lead to one that is trusted */
    MN_E_EXPIRED,        /* a certificate is not valid yet, or not any more */

    /* What an authority says about certificates. */
    MN_E_OTHER_AUTHORITY,   /* it was said by another authority than the one asked about */
    MN_E_OTHER_CERTIFICATE, /* it was said about another certificate */

    MN_RC_COUNT
} mn_rc;

/* One English sentence for a code, without a full stop; never NULL. Static storage. The command
 * translates it. */
const char *mn_rc_text(mn_rc rc);

/* The code's own name, "MN_E_REMOVED": for logs and tests; never NULL. Static storage. */
const char *mn_rc_name(mn_rc rc);

#endif
