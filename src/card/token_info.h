/* EF 0006: what the card says of itself, a CK_TOKEN_INFO with big-endian integers. */
#ifndef MN_CARD_TOKEN_INFO_H
#define MN_CARD_TOKEN_INFO_H

#include "base/bytes.h"

#define MN_TOKEN_INFO_BYTES 160

enum mn_card_kind {
    MN_CARD_MY_NUMBER, /* JPKIAPICCTOKEN2 */
    MN_CARD_JUKI,      /* JPKIAPICCTOKEN: the old resident card, other keys and PINs */
    MN_CARD_PHONE,     /* JPKIAPGPSETOKEN, JPKIAPIOSTOKEN: a phone acting as one */
};

struct mn_token_info {
    enum mn_card_kind kind;
    char label[33], manufacturer[33], model[17], serial[17]; /* blanks cut, printable ASCII */
    uint8_t hardware[2], firmware[2];                        /* as two numbers, major and minor */
};

/* Reads the file's content. MN_E_FOREIGN_CARD when the label is none of the known ones,
 * MN_E_CARD_ANSWER when it is too short to have one. Bytes that are not printable ASCII become
 * '?': they end up in CK_TOKEN_INFO. */
mn_rc mn_token_info_read(struct mn_span content, struct mn_token_info *out);

#endif
