/* The person who opened a card's signing role, as far as the card's certificate tells, once it has
 * been found to be one that can be believed. */
#ifndef MN_CLI_CARD_OWNER_H
#define MN_CLI_CARD_OWNER_H

#include <time.h>

#include "cli/signing_card.h"
#include "crypto/certificate.h"
#include "crypto/certificates.h"
#include "crypto/jpki_holder.h"

/* A zeroed struct is nobody. */
struct mn_card_owner {
    struct mn_signing_card *card;
    struct mn_secret *pin; /* for what must not have it in it; NULL once that is known */
    struct mn_certificates anchors;
    bool published; /* the anchor is one of JPKI's published CA certificates */
    struct mn_certificate certificate;
    struct mn_jpki_holder holder;
    int year, month, day; /* of birth; 0: not known */
};

/* Finds the card in the reader (as mn_signing_card_find) and asks for its password once. The
 * certificate has to be valid at now, and to lead to a published CA of JPKI, or, where anchor names
 * a file, to a certificate in that. Gives an enum mn_exit, and has told on standard error why it is
 * not MN_EXIT_OK. The caller ends with mn_card_owner_release in every case. */
int mn_card_owner_open(struct mn_card_owner *owner, const char *reader, const char *pin_file,
                       const char *anchor, time_t now);

/* The same in two steps, for a question between them: first what costs nothing and asks nothing,
 * then the login and all that is known after it. */
int mn_card_owner_find(struct mn_card_owner *owner, const char *reader, const char *anchor);
int mn_card_owner_login(struct mn_card_owner *owner, const char *pin_file, time_t now);

/* Closes the card and wipes. */
void mn_card_owner_release(struct mn_card_owner *owner);

#endif
