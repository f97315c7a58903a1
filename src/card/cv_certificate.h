/* The card-verifiable certificate of the text and the surface application (EF 0004): by whose key
 * the data on the card were signed. Bytes in, spans out; what is signed is checked elsewhere. */
#ifndef MN_CARD_CV_CERTIFICATE_H
#define MN_CARD_CV_CERTIFICATE_H

#include "base/bytes.h"

/* An RSA key as the card writes it, big-endian; borrowed. */
struct mn_card_key {
    struct mn_span modulus, exponent;
};

/* Reads the objects 90 and 91, which are all there is. MN_E_CARD_ANSWER. */
mn_rc mn_card_key_read(struct mn_span objects, struct mn_card_key *out);

#define MN_KEY_NAME_BYTES 16

struct mn_cv_certificate {
    struct mn_span authority; /* names of keys, MN_KEY_NAME_BYTES each: the one that signed this */
    struct mn_span subject;   /* and the one that this is about */
    struct mn_card_key key;
    struct mn_span body; /* what signature is made of */
    struct mn_span signature;
};

/* Reads the file; what is behind the certificate is filler. All spans are borrowed from it.
 * MN_E_CARD_ANSWER. */
mn_rc mn_cv_certificate_read(struct mn_span file, struct mn_cv_certificate *out);

/* The name of a key as people can compare it: "6000023/001"; what is no digit there is '?'. */
#define MN_KEY_NAME_TEXT 12
void mn_key_name_text(struct mn_span name, char out[MN_KEY_NAME_TEXT]);

#endif
