/* The text application (券面事項入力補助): what its files say. Bytes in, spans out; no card. */
#ifndef MN_CARD_TEXT_DATA_H
#define MN_CARD_TEXT_DATA_H

#include "card/cv_certificate.h"
#include "card/data_fields.h"

#define MN_MY_NUMBER_DIGITS 12

/* EF 0001: the My Number, NUL ended. Its check digit is not looked at. MN_E_CARD_ANSWER. */
mn_rc mn_text_number_read(struct mn_span file, char out[MN_MY_NUMBER_DIGITS + 1]);

/* EF 0002; spans are borrowed from the file. */
struct mn_text_fields {
    struct mn_span name, address; /* UTF-8, as far as the card is right */
    char birth[MN_DATA_DATE];     /* YYYYMMDD */
    char sex;                     /* JIS X 0303: '1' male, '2' female, '9' not applicable */
    struct mn_span covered;       /* what the digest is made of */
};
mn_rc mn_text_fields_read(struct mn_span file, struct mn_text_fields *out);

/* EF 0003: what EF 0001 and EF 0002 were when they were signed. */
struct mn_text_digests {
    struct mn_span number;  /* SHA-256 of EF 0001 with its filler */
    struct mn_span fields;  /* SHA-256 of what mn_text_fields.covered is */
    struct mn_span covered; /* what the signature is made of */
    struct mn_span signature;
};
mn_rc mn_text_digests_read(struct mn_span file, struct mn_text_digests *out);

/* EF 0007: the public half of the card's own key in this application. */
struct mn_text_card_key {
    struct mn_card_key key;
    struct mn_span covered, signature;
};
mn_rc mn_text_card_key_read(struct mn_span file, struct mn_text_card_key *out);

#endif
