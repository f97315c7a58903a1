/* The passphrase of a .pfx file: which are refused, and making one.
 *
 * Whoever has a copy of the file can try passphrases at leisure, for years. No card counts the
 * tries there. */
#ifndef MN_CLI_PASSPHRASE_H
#define MN_CLI_PASSPHRASE_H

#include "base/bytes.h"

#define MN_PASSPHRASE_MIN 12  /* characters */
#define MN_PASSPHRASE_MAX 127 /* programs differ in how much they take; all take this */

enum mn_passphrase_fault {
    MN_PASSPHRASE_FINE,
    MN_PASSPHRASE_SHORT,
    MN_PASSPHRASE_LONG,
    MN_PASSPHRASE_CHARACTERS, /* not all printable ASCII: programs encode anything else differently
                               */
    MN_PASSPHRASE_DIGITS,     /* nothing but digits */
    MN_PASSPHRASE_REPEATS,    /* few different characters, or one piece again and again */
    MN_PASSPHRASE_SEQUENCE,   /* rows of the alphabet or the keyboard */
    MN_PASSPHRASE_COMMON,     /* words that are tried first */
    MN_PASSPHRASE_PIN,        /* has the card's password in it */
    MN_PASSPHRASE_BIRTH,      /* has the owner's date of birth in it */
};

/* What of the owner a passphrase must not have in it. Either may be empty. */
struct mn_passphrase_owner {
    struct mn_span pin;
    char birth[9]; /* YYYYMMDD */
};

/* The first fault found. */
enum mn_passphrase_fault mn_passphrase_judge(struct mn_span passphrase,
                                             const struct mn_passphrase_owner *owner);

/* The fault in a sentence, translated. */
const char *mn_passphrase_fault_text(enum mn_passphrase_fault fault);

/* Five groups of five characters, none of which is taken for another in writing. */
#define MN_PASSPHRASE_MADE 30 /* bytes, the NUL among them */
#define MN_PASSPHRASE_BITS 125

/* A new one from the random generator, with all its bits. MN_E_CRYPTO. */
mn_rc mn_passphrase_make(char out[MN_PASSPHRASE_MADE]);

#endif
