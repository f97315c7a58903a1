/* A card's signing role, for one run of the command: found, opened once by its owner, read, used.
 *
 * The login goes the way that every program's goes (backend/card_token.c), so all rules of
 * docs/pin-safety.md hold. Functions that give an enum mn_exit have told the person on standard
 * error why it is not MN_EXIT_OK. */
#ifndef MN_CLI_SIGNING_CARD_H
#define MN_CLI_SIGNING_CARD_H

#include "backend/token_ops.h"
#include "base/secret.h"

/* Opaque. */
struct mn_signing_card;

/* Finds the one My Number Card in the readers; where there are several, in the reader whose name
 * has reader in it (NULL: any). Sends no PIN, asks for none, and refuses where a login could only
 * fail: no certificate, no try left, or the last one, which is kept back. */
int mn_signing_card_find(const char *reader, struct mn_signing_card **out);

/* Asks for the signing password (pin_file: what --pin-file named, or NULL), sends it once, and
 * reads both certificates. pin, if not NULL, gets the password, which the caller frees. */
int mn_signing_card_login(struct mn_signing_card *card, const char *pin_file,
                          struct mn_secret **pin);

/* After the login, DER, living as long as the card. The CA's is empty on a card without it. */
struct mn_span mn_signing_card_certificate(const struct mn_signing_card *card);
struct mn_span mn_signing_card_ca_certificate(const struct mn_signing_card *card);

/* What the card calls itself, and its serial number; before the login too. */
const char *mn_signing_card_model(const struct mn_signing_card *card);
const char *mn_signing_card_serial(const struct mn_signing_card *card);

/* As mn_token_ops.sign, with the signing key. */
mn_rc mn_signing_card_sign(struct mn_signing_card *card, const struct mn_scheme *scheme,
                           struct mn_span in, uint8_t *signature, size_t *len);

/* Closes the key on the card and lets go of it. Harmless when it is NULL already. */
void mn_signing_card_close(struct mn_signing_card **card);

#endif
