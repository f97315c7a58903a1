/* How far it was checked that the data are the card's own: what was signed, by whose key, and
 * whether the card in the reader has the key that goes with it. Each step tells no more than it is.
 */
#ifndef MN_CLI_FACE_CARD_PROOF_H
#define MN_CLI_FACE_CARD_PROOF_H

#include <stdbool.h>

#include <jansson.h>

#include "card/card.h"
#include "card/cv_certificate.h"
#include "card/face_data.h"
#include "card/text_data.h"

enum mn_proof {
    MN_PROOF_UNASKED, /* not looked at */
    MN_PROOF_ABSENT,  /* the card does not have, or does not give, what it takes */
    MN_PROOF_BAD,     /* looked at, and not so */
    MN_PROOF_GOOD,
};

struct mn_card_proof {
    enum mn_proof data; /* signed by the key in the card's certificate, and not changed since */
    enum mn_proof card; /* the card answered with the key that was signed with the data */
    enum mn_proof authority; /* the certificate is signed by the key that the owner gave */
    char issuer[MN_KEY_NAME_TEXT], certifier[MN_KEY_NAME_TEXT]; /* names of keys; may be empty */
};

/* A question that only the holder of the card's key can answer, and the answer. */
struct mn_card_challenge {
    uint8_t question[32];
    uint8_t answer[MN_MODULUS_BYTES];
    bool answered;
};

/* In the conversation: asks a new question. That the card does not answer is no error. MN_E_CRYPTO,
 * the transport's codes. */
mn_rc mn_card_challenge_ask(struct mn_card *card, struct mn_card_challenge *out);

/* The files of the text application; empty where the card has none, or it was not asked for. */
struct mn_text_evidence {
    struct mn_span number, fields, digests, certificate, card_key;
};

/* authority is the SubjectPublicKeyInfo of --ca-key, or empty. MN_E_CRYPTO, MN_E_MEMORY. */
mn_rc mn_card_proof_of_text(const struct mn_text_evidence *evidence,
                            const struct mn_card_challenge *challenge, struct mn_span authority,
                            struct mn_card_proof *out);
mn_rc mn_card_proof_of_face(const struct mn_face_fields *face, struct mn_span certificate,
                            const struct mn_card_challenge *challenge, struct mn_span authority,
                            struct mn_card_proof *out);

/* An enum mn_exit: MN_EXIT_CHANGED for the data, MN_EXIT_BAD_SIGNATURE for the card's answer,
 * MN_EXIT_UNTRUSTED for its certificate, the first of them that was found to be wrong; where none
 * was, MN_EXIT_UNCHECKED if the owner gave a key and the card did not answer. Told on standard
 * error. */
int mn_card_proof_status(const struct mn_card_proof *proof);

/* What was checked and what was not, in lines for people. */
void mn_card_proof_print(const struct mn_card_proof *proof);

/* The same for programs: {"data": "good", "card": ..., "authority": ..., "issuer_key": ...,
 * "authority_key": ...}; each of the first three good, bad, absent or not-checked. */
json_t *mn_card_proof_json(const struct mn_card_proof *proof);

/* Reads the file that --ca-key names into *out; libcrypto need not be open. False: told on standard
 * error. */
bool mn_card_proof_read_key(const char *path, struct mn_bytes *out);

#endif
