/* What the owner wants to know of a card, in one conversation and without any PIN. */
#ifndef MN_BACKEND_CARD_SURVEY_H
#define MN_BACKEND_CARD_SURVEY_H

#include "backend/card_reader.h"
#include "card/token_info.h"

struct mn_role_survey {
    bool has_certificate; /* by EF 0008; true where the card has no such file */
    int tries;            /* MN_TRIES_UNKNOWN (-1): the card does not tell */
};

struct mn_card_survey {
    struct mn_token_info info;
    struct mn_role_survey roles[MN_ROLE_COUNT];
    bool remembered; /* a copy of its signing certificate is kept */
};

/* Asks the card in the reader. Costs no try and disturbs no login of another program more than any
 * use of the card does. MN_E_NO_READER, MN_E_NO_CARD, MN_E_FOREIGN_CARD, MN_E_OLD_CARD, the
 * transport's codes. */
mn_rc mn_card_survey(struct mn_card_reader *reader, struct mn_card_survey *out);

#endif
