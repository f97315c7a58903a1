/* The surface application (券面事項確認): what its file of the card's face says. Bytes in, spans
 * out; no card. The images are as the card has them: nobody has looked into them yet. */
#ifndef MN_CARD_FACE_DATA_H
#define MN_CARD_FACE_DATA_H

#include "card/cv_certificate.h"
#include "card/data_fields.h"

#define MN_FACE_PARTS 3

/* EF 0002; spans are borrowed from the file. */
struct mn_face_fields {
    char birth[MN_DATA_DATE];     /* YYYYMMDD */
    char sex;                     /* JIS X 0303: '1' male, '2' female, '9' not applicable */
    char expiry[MN_DATA_DATE];    /* not covered by the signature */
    struct mn_span name, address; /* PNG */
    struct mn_span photo;         /* JPEG 2000 */
    struct mn_card_key key;       /* the public half of the card's own key in this application */
    struct mn_span covered[MN_FACE_PARTS]; /* what the signature's three SHA-256 are made of */
    struct mn_span signature;
};

/* MN_E_CARD_ANSWER. */
mn_rc mn_face_fields_read(struct mn_span file, struct mn_face_fields *out);

#endif
