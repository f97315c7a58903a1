/* What stands in the files of the simulated card: what the PKI folder has, and the data of a
 * person who does not exist (docs/card.md, "The synthetic person"). */
#ifndef CARDSIM_CONTENTS_H
#define CARDSIM_CONTENTS_H

#include "base/bytes.h"
#include "switches.h"

enum cardsim_content {
    CARDSIM_CONTENT_SIGN_CERTIFICATE,
    CARDSIM_CONTENT_SIGN_CA,
    CARDSIM_CONTENT_AUTH_CERTIFICATE,
    CARDSIM_CONTENT_AUTH_CA,
    CARDSIM_CONTENT_TOKEN_INFO,
    CARDSIM_CONTENT_PRESENCE,
    CARDSIM_CONTENT_CARD_NUMBER,
    CARDSIM_CONTENT_TEXT_NUMBER, /* from here on the folder has them as files */
    CARDSIM_CONTENT_TEXT_ATTRIBUTES,
    CARDSIM_CONTENT_TEXT_DIGESTS,
    CARDSIM_CONTENT_TEXT_CERTIFICATE,
    CARDSIM_CONTENT_TEXT_BASICS,
    CARDSIM_CONTENT_TEXT_SESSION_KEY,
    CARDSIM_CONTENT_TEXT_CARD_KEY,
    CARDSIM_CONTENT_SURFACE_AGE,
    CARDSIM_CONTENT_SURFACE_FACE,
    CARDSIM_CONTENT_SURFACE_BASICS,
    CARDSIM_CONTENT_SURFACE_CERTIFICATE,
    CARDSIM_CONTENT_SURFACE_MY_NUMBER,
    CARDSIM_CONTENT_SURFACE_UNKNOWN,
    CARDSIM_CONTENT_COUNT
};

#define CARDSIM_CERTIFICATE_SETS 3
#define CARDSIM_CERTIFICATE_FILE 3808 /* bytes, whatever the certificate's length */

struct cardsim_contents {
    /* By the values of the switch "certificates" and the first four contents. */
    struct mn_bytes certificate[CARDSIM_CERTIFICATE_SETS][4];
    struct mn_bytes made[CARDSIM_CONTENT_COUNT]; /* as the folder has them */
    struct mn_bytes file[CARDSIM_CONTENT_COUNT];
};

/* Reads what the folder has. MN_E_FILE, MN_E_FILE_MISSING, MN_E_MEMORY. */
mn_rc cardsim_contents_load(struct cardsim_contents *contents, const char *pki);

/* Fills the files as the switches want them. MN_E_MEMORY. */
mn_rc cardsim_contents_build(struct cardsim_contents *contents,
                             const struct cardsim_switches *switches);

void cardsim_contents_free(struct cardsim_contents *contents);

#endif
