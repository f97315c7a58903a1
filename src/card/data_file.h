/* Reading the text and the surface application, and having the card prove that it is there. The
 * card is inside a conversation, with the application current and opened as far as the file needs.
 */
#ifndef MN_CARD_DATA_FILE_H
#define MN_CARD_DATA_FILE_H

#include "card/card.h"

#define MN_EF_TEXT_NUMBER   0x0001 /* the My Number: opened by PIN or number A */
#define MN_EF_TEXT_FIELDS   0x0002 /* name, address, birth, sex: by PIN or number B */
#define MN_EF_TEXT_DIGESTS  0x0003 /* by any of the three */
#define MN_EF_TEXT_CARD_KEY 0x0007 /* by any of the three */
#define MN_EF_FACE          0x0002 /* of the surface application: by number A or B */
#define MN_EF_CERTIFICATE   0x0004 /* of either: always */

/* Reads the file's one object, without the filler behind it, replacing *out. MN_E_NOT_FOUND when
 * there is no such file, MN_E_NOT_LOGGED_IN when it is not open, MN_E_CARD_ANSWER when it is no
 * object or longer than the card can have; the transport's codes. */
mn_rc mn_data_file_read(struct mn_card *card, uint16_t ef, struct mn_bytes *out);

/* Reads a file of at most 256 bytes with the filler in it, for where a digest is made of that. */
mn_rc mn_data_file_read_filled(struct mn_card *card, uint16_t ef, struct mn_bytes *out);

/* The card's own key of the current application signs the DigestInfo, which needs no PIN.
 * MN_E_REFUSED, MN_E_CARD_ANSWER; the transport's codes. */
mn_rc mn_data_file_prove(struct mn_card *card, struct mn_span digest_info,
                         uint8_t signature[MN_MODULUS_BYTES]);

#endif
