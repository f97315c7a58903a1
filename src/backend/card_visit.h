/* Inside the room: what the two tokens of a card share, and how each gets at the card.
 *
 * A visit is one conversation with the reader's lock held. */
#ifndef MN_BACKEND_CARD_VISIT_H
#define MN_BACKEND_CARD_VISIT_H

#include "backend/card_cache.h"
#include "backend/card_login.h"
#include "backend/card_reader.h"
#include "card/card.h"

struct mn_card_token;

/* Begins a visit to the card of that generation, connecting first where nobody did. On MN_OK, *card
 * is valid until mn_card_visit_end, which must follow. MN_E_REMOVED when the card is another one;
 * what was found out about the card before (MN_E_FOREIGN_CARD, MN_E_OLD_CARD); connect's and
 * begin's codes. */
mn_rc mn_card_visit(struct mn_card_reader *reader, unsigned long generation, struct mn_card **card);

/* Ends it. rc is what the visit came to: MN_E_REMOVED makes a new generation; after MN_E_COMM the
 * card is looked after, which may end the logins. */
void mn_card_visit_end(struct mn_card_reader *reader, mn_rc rc);

/* In a visit: JPKI is current and the card is known to be a My Number Card. A verified PIN of any
 * open token is spared. MN_E_FOREIGN_CARD, MN_E_OLD_CARD, the transport's codes. */
mn_rc mn_card_visit_enter(struct mn_card_reader *reader);

/* In a visit: what the card is, without entering its application again. Codes as above. */
mn_rc mn_card_visit_identify(struct mn_card_reader *reader);

/* In a visit: what is remembered of the card on disk; may be NULL. Facts learned are stored at the
 * visit's end. */
struct mn_card_cache *mn_card_visit_cache(struct mn_card_reader *reader);

/* Outside of a visit: what programs were told of the card of that generation has turned out not to
 * be true. A new generation makes them look at it anew, as if it had been exchanged. */
void mn_card_reader_renew(struct mn_card_reader *reader, unsigned long generation);

/* The settings that hold for the reader. */
const struct mn_settings *mn_card_reader_settings(const struct mn_card_reader *reader);

/* Tokens register to be told of a new epoch at each visit's end. */
void mn_card_reader_register(struct mn_card_reader *reader, enum mn_role role,
                             struct mn_card_token *token);

/* For what a token shares with visits, outside of one. */
void mn_card_reader_lock(struct mn_card_reader *reader);
void mn_card_reader_unlock(struct mn_card_reader *reader);

/* card_token.c, for card_reader.c. */
mn_rc mn_card_token_new(struct mn_card_reader *reader, enum mn_role role,
                        const struct mn_card_reader_state *state, struct mn_token *out);
struct mn_card_login *mn_card_token_login(struct mn_card_token *token);

#endif
