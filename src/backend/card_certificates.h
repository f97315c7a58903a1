/* Inside the room: the certificates of one role, as its token shows them.
 *
 * Public ones are read from the card, guarded ones too, but only in a login; and the copy of a
 * guarded one that its owner wanted kept stands in for it. All in a visit, but for free. */
#ifndef MN_BACKEND_CARD_CERTIFICATES_H
#define MN_BACKEND_CARD_CERTIFICATES_H

#include <stdbool.h>

#include "backend/card_login.h"
#include "backend/card_reader.h"
#include "backend/token_ops.h"

struct mn_card_certificates {
    struct mn_card_reader *reader;
    enum mn_role role;
    struct mn_token_facts *facts; /* the token's, as is the login */
    struct mn_card_login *login;
    struct mn_bytes remembered; /* the copy; empty: none */
};

/* The card's identity stands in the facts now: looks for a copy. Where there is one the facts say
 * that the certificate is public. */
void mn_card_certificates_recall(struct mn_card_certificates *c);

/* With the card identified: what is wanted (MN_WANT_*) into *out, which is empty; what is not on
 * the card, or not to be seen now, stays empty. After an error the caller releases *out.
 * MN_E_FOREIGN_CARD, MN_E_OLD_CARD, the transport's codes, MN_E_MEMORY. */
mn_rc mn_card_certificates_read(struct mn_card_certificates *c, struct mn_card *card, unsigned want,
                                struct mn_view *out);

/* After a login, when the card shows its certificate: is the copy still true? False: programs have
 * been shown what is not, and now the copy is right or gone. *rc is what the reading came to; with
 * no copy it is left as it is. */
bool mn_card_certificates_are_true(struct mn_card_certificates *c, struct mn_card *card, mn_rc *rc);

void mn_card_certificates_free(struct mn_card_certificates *c);

#endif
