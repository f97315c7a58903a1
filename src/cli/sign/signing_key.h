/* A private key to sign with, and its certificate, wherever they live: in the file of a software
 * certificate, on the card, in any token that p11-kit knows.
 *
 * Found first: nothing is asked, nothing is sent, and what cannot go well is refused. Opened then,
 * with one question and one login. Used after that, as often as it has to be. Functions that give
 * an enum mn_exit have told the person on standard error why it is not MN_EXIT_OK. */
#ifndef MN_CLI_SIGNING_KEY_H
#define MN_CLI_SIGNING_KEY_H

#include <stdbool.h>
#include <time.h>

#include "crypto/certificates.h"
#include "crypto/cms.h"

/* Opaque. */
struct mn_signing_key;

/* All is borrowed until mn_signing_key_close. What is not said is NULL, false or empty. */
struct mn_signing_key_choice {
    /* "soft": the one software certificate of the shelf that is valid (so does NULL);
     * "soft:NAME": the one of the shelf with this label or number;
     * "sign": the signing key of the My Number Card;
     * "pkcs11:...": what this URI (RFC 7512) names, of any module;
     * anything else: the path of a .pfx file. */
    const char *where;

    const char *passphrase_file; /* what --passphrase-file named: software certificates */
    const char *pin_file;        /* what --pin-file named: the card, and tokens */
    const char *reader;          /* the card: as mn_signing_card_find */
    const char *trust_anchor;    /* the card: as mn_card_owner_open */

    /* DER: the key has to be this certificate's, which is then used and not the one beside the key;
     * empty: the one beside the key. */
    struct mn_span certificate;
    bool bare; /* a token's key is good without any certificate, too */

    time_t now; /* the certificate has to be valid at this time */
};

/* libcrypto is open (mn_crypto_open), and stays so until mn_signing_key_close. On anything but
 * MN_EXIT_OK *out is NULL. */
int mn_signing_key_find(const struct mn_signing_key_choice *choice, struct mn_signing_key **out);

/* Asks for the passphrase or the PIN, opens the key with it once, and holds its certificate against
 * it: the key is that one's, the certificate is valid and may sign. A card's certificate has to
 * come from JPKI, besides. A PIN that was refused is never sent again. */
int mn_signing_key_open(struct mn_signing_key *key);

/* What people call it: "software certificate 1 (Taro)", "the My Number Card", "the token Box". */
const char *mn_signing_key_name(const struct mn_signing_key *key);

/* Will its signatures tell its holder's name, address, date of birth and sex? Before opening it is
 * true for the card only; after it, for every key whose certificate has them in it. */
bool mn_signing_key_tells_holder(const struct mn_signing_key *key);

/* After opening; all live as long as the key. DER; empty where bare was said and there is none. */
struct mn_span mn_signing_key_certificate(const struct mn_signing_key *key);

/* What leads up from it, as far as it was found beside the key. */
const struct mn_certificates *mn_signing_key_issuers(const struct mn_signing_key *key);

/* DER SubjectPublicKeyInfo of its public half. */
struct mn_span mn_signing_key_public_info(const struct mn_signing_key *key);

/* Certificate, issuers and mn_signing_key_sign, for mn_cms_begin and what works like it. */
struct mn_cms_signer mn_signing_key_signer(struct mn_signing_key *key);

/* Signs content as the callback of struct mn_cms_signer does; self is a struct mn_signing_key. May
 * ask for the PIN where the token wants it for each signature. MN_E_NOT_LOGGED_IN: it was refused
 * or not given, or the key is open no more; nothing is sent from then on. Also the card's codes,
 * MN_E_REMOVED, MN_E_REFUSED, MN_E_UNSUPPORTED, MN_E_TOO_SMALL, MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_signing_key_sign(void *self, struct mn_span content, uint8_t *out, size_t *len);

/* Closes the key, logs out, frees. Harmless when it is NULL already. */
void mn_signing_key_close(struct mn_signing_key **key);

#endif
