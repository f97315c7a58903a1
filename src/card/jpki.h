/* The JPKI application: certificates and signatures. The card is inside a conversation. */
#ifndef MN_CARD_JPKI_H
#define MN_CARD_JPKI_H

#include "card/card.h"

/* What the sign command is asked to do (its P1; docs/card.md, "Signing"). */
enum mn_card_scheme {
    MN_CARD_PKCS1 = 0x00,      /* 1 to 245 bytes, padded as PKCS #1 v1.5 block type 1, else as is */
    MN_CARD_PSS_SHA256 = 0x04, /* a 32-byte SHA-256 value; RSASSA-PSS, MGF1-SHA-256, salt 32 */
};

/* A certificate file, cut at its DER length. If known (the certificate from an earlier reading) is
 * not empty and the file's first 256 bytes are known's, known is the answer and the rest is not
 * read. MN_E_NOT_FOUND when there is none, MN_E_NOT_LOGGED_IN when it may not be read now,
 * MN_E_CARD_ANSWER when it is not DER; the transport's codes. */
mn_rc mn_jpki_certificate(struct mn_card *card, uint16_t ef, enum mn_apdu_data kind,
                          struct mn_span known, struct mn_bytes *out);

/* Does the card have the role's certificate, by EF 0008? Cards without that file, or where it
 * cannot be read, are taken to have it. The transport's codes. */
mn_rc mn_jpki_has_certificate(struct mn_card *card, enum mn_role role, bool *has);

/* One signature of MN_MODULUS_BYTES bytes by the role's key, into signature. The application is
 * not looked at first: on any refusal the caller enters JPKI and asks again, which is harmless, a
 * sign command costs no try. MN_E_NOT_LOGGED_IN; MN_E_DATA_LENGTH; MN_E_UNSUPPORTED for a scheme
 * that the card does not have (6A86); MN_E_REFUSED; MN_E_CARD_ANSWER; the transport's codes. */
mn_rc mn_jpki_sign(struct mn_card *card, enum mn_role role, enum mn_card_scheme scheme,
                   struct mn_span in, uint8_t signature[MN_MODULUS_BYTES]);

/* Finds out whether the card has the PSS scheme, without a PIN, a try or a signature, and keeps it
 * in the card's facts. Sends nothing where it is known. */
mn_rc mn_jpki_ask_pss(struct mn_card *card);

#endif
