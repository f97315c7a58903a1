/* What the scripts of this room's tests have in common: the commands by name, and a card that
 * stands where most of them begin. */
#ifndef MN_TESTS_UNIT_CARD_SCRIPT_H
#define MN_TESTS_UNIT_CARD_SCRIPT_H

#include "card/card.h"
#include "replay.h"

#define SELECT_JPKI     "00A4040C0A D392F000260100000001"
#define SELECT_COMMON   "00A4040C0A D3921000310001010100"
#define SELECT_TEXT     "00A4040C0A D3921000310001010408"
#define SELECT_JUKI     "00A4040C0A D3921000310001010401"
#define SELECT_EF(id)   "00A4020C02 " id
#define READ_TOKEN_INFO "00B08600A0"

#define MY_NUMBER_CARD "JPKIAPICCTOKEN2"

/* EF 0006 as a card of that label has it. */
struct mn_span mn_script_token_info(const char *label);

/* The answer content and 9000. */
struct mn_span mn_script_good(struct mn_span content);

/* The reading of EF 0006 by its short id is next, and finds a My Number Card. */
void mn_script_look(void);

/* A card of which only these facts are known, before any conversation. */
struct mn_card *mn_script_card(const struct mn_card_facts *facts);

/* The same in a conversation, identified. Where facts does not say, it takes short file ids. */
struct mn_card *mn_script_identified(const struct mn_card_facts *facts);

/* Ends the conversation, frees the card, and everything in the script has come. */
void mn_script_close(struct mn_card **card);

#endif
