#include "base/rc.h"

#include <stddef.h>

struct rc_words {
    const char *name;
    const char *text;
};

#define WORDS(code, sentence) [code] = {#code, sentence}

static const struct rc_words words[] = {
    WORDS(MN_OK, "Success"),

    WORDS(MN_E_ARGUMENT, "The program asked for something that makes no sense"),
    WORDS(MN_E_MEMORY, "There is not enough memory"),
    WORDS(MN_E_TOO_SMALL, "The program gave too little room for the answer"),
    WORDS(MN_E_INTERNAL, "An internal error happened; please report it"),
    WORDS(MN_E_UNSUPPORTED, "This is not supported here"),

    WORDS(MN_E_FILE_MISSING, "The file does not exist"),
    WORDS(MN_E_FILE, "A file could not be read or written"),
    WORDS(MN_E_FILE_EXISTS, "A file of that name is there already"),
    WORDS(MN_E_DISK_FULL, "There is no room left on the disk"),
    WORDS(MN_E_FILE_LOCKED, "Another program is changing the file"),
    WORDS(MN_E_SETTING, "A line of the settings is not understood"),

    WORDS(MN_E_NO_SERVICE, "The smart card service (pcscd) does not answer"),
    WORDS(MN_E_NO_READER, "The card reader is not connected"),
    WORDS(MN_E_NO_CARD, "There is no card in the reader"),
    WORDS(MN_E_REMOVED, "The card was taken away or exchanged"),
    WORDS(MN_E_BUSY, "Another program is holding the card"),
    WORDS(MN_E_NOT_ALLOWED,
          "The smart card service (pcscd) does not let this user at the reader; its "
          "polkit rules have to allow it"),
    WORDS(MN_E_COMM, "The reader could not talk to the card"),
    WORDS(MN_E_CANCELLED, "The wait was cancelled"),
    WORDS(MN_E_TIMEOUT, "Nothing happened in the time given"),

    WORDS(MN_E_FOREIGN_CARD, "This card is not a My Number Card"),
    WORDS(MN_E_OLD_CARD, "This card is a Juki card, the predecessor of the My Number Card"),
    WORDS(MN_E_CARD_ANSWER, "The card gave an answer that makes no sense"),
    WORDS(MN_E_NOT_FOUND, "The card does not have what was asked for"),
    WORDS(MN_E_REFUSED, "The card refused the command"),
    WORDS(MN_E_NOT_LOGGED_IN, "The PIN has to be entered first"),

    WORDS(MN_E_PIN_LENGTH, "The PIN is too short or too long; no try was used"),
    WORDS(MN_E_PIN_CHARACTERS, "The PIN has a character it cannot have; no try was used"),
    WORDS(MN_E_NEW_PIN_LENGTH, "The new PIN is too short or too long; nothing was changed"),
    WORDS(MN_E_NEW_PIN_CHARACTERS,
          "The new PIN has a character it cannot have; nothing was changed"),
    WORDS(MN_E_PIN_WRONG, "The PIN is wrong; one try was used"),
    WORDS(MN_E_PIN_REPEATED, "This PIN was refused before and was not sent again; no try was used"),
    WORDS(MN_E_PIN_BLOCKED, "The PIN is blocked; the municipal office can reset it"),
    WORDS(MN_E_PIN_LAST_TRY, "Only one try is left and it is kept back; no try was used"),
    WORDS(MN_E_PIN_UNKNOWN, "The card does not tell how many tries are left; no try was used"),
    WORDS(MN_E_PIN_UNSET, "This card has no such PIN"),

    WORDS(MN_E_CRYPTO, "The cryptographic library failed"),
    WORDS(MN_E_BAD_CERTIFICATE, "The certificate cannot be used"),
    WORDS(MN_E_BAD_SIGNATURE, "The signature does not fit the data and the key"),
    WORDS(MN_E_SIGNATURE_LENGTH, "The signature does not have the length this key makes"),
    WORDS(MN_E_DATA_LENGTH, "The data are too long or do not have the right length"),
    WORDS(MN_E_KEY_KIND, "The key is not of the kind or size that this needs"),
    WORDS(MN_E_BAD_CIPHERTEXT, "The encrypted data do not fit the key"),
    WORDS(MN_E_CIPHERTEXT_LENGTH, "The encrypted data do not have the length this key makes"),

    WORDS(MN_E_CHANGED, "The file was changed after it was signed, or is another one"),
    WORDS(MN_E_WEAK,
          "The signature was made with a key or a digest that is too weak to be believed"),
    WORDS(MN_E_UNBOUND, "The signature does not say which certificate it belongs to"),
    WORDS(MN_E_SUBSTITUTED, "The certificate is not the one that the signature was made with"),
    WORDS(MN_E_STAMP_REFUSED, "The time stamp service gave no time stamp"),
    WORDS(MN_E_STAMP_FOREIGN, "The time stamp belongs to something else"),
    WORDS(MN_E_STAMP_CERTIFICATE,
          "The time stamp was made with a certificate that is not for time stamps"),

    WORDS(MN_E_PASSPHRASE, "The passphrase does not open the file"),
    WORDS(MN_E_FORMAT, "The file is not of the kind that was expected"),
    WORDS(MN_E_DAMAGED, "The file is damaged"),
    WORDS(MN_E_EXCESSIVE, "The file asks for more memory or time than is accepted"),
    WORDS(MN_E_ALGORITHM,
          "The file is protected in a way that the cryptographic library here cannot undo"),
    WORDS(MN_E_NO_KEY, "There is no private key in the file"),
    WORDS(MN_E_NO_CERTIFICATE, "There is no certificate that belongs to the key"),
    WORDS(MN_E_UNTRUSTED, "The certificate does not lead to one that is trusted"),
    WORDS(MN_E_EXPIRED, "The certificate is not valid yet or not any more"),

    WORDS(MN_E_OTHER_AUTHORITY, "The statement is not signed by this authority"),
    WORDS(MN_E_OTHER_CERTIFICATE, "The statement is about another certificate"),
};

/* A code added at the end without its words stops the build; one added inside, the test. */
_Static_assert(sizeof words / sizeof words[0] == MN_RC_COUNT, "every code has its words");

static const struct rc_words *find(mn_rc rc)
{
    static const struct rc_words unknown = {"MN_E_?", "An unknown error happened"};
    size_t i = (size_t)rc;

    return i < MN_RC_COUNT && words[i].name ? &words[i] : &unknown;
}

const char *mn_rc_text(mn_rc rc)
{
    return find(rc)->text;
}

const char *mn_rc_name(mn_rc rc)
{
    return find(rc)->name;
}
