/* What ends one day, certificates and validity data, and when. */
#ifndef MN_CLI_ENDING_H
#define MN_CLI_ENDING_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

#include "backend/hashed_name.h"
#include "base/rc.h"

struct mn_status;

enum mn_ending_kind { MN_ENDING_CARD, MN_ENDING_SOFT, MN_ENDING_VALIDITY };

struct mn_ending {
    enum mn_ending_kind kind;
    char id[MN_HASHED_NAME_ROOM]; /* tells it from others, and does not say what it is */
    char title[PATH_MAX + 64];    /* translated, with nobody's name in it */
    time_t until;
    long days; /* whole days left; negative when it has ended */
};

/* A zeroed struct is empty. */
struct mn_endings {
    struct mn_ending *at;
    size_t len;
};

void mn_endings_free(struct mn_endings *endings);

/* Each of these appends what it can see, nothing twice; what is not there is passed over.
 * MN_E_MEMORY, MN_E_CRYPTO. */
mn_rc mn_endings_of_card(const struct mn_status *status, struct mn_endings *out);
mn_rc mn_endings_of_copies(struct mn_endings *out); /* of signing certificates (remembered.h) */
mn_rc mn_endings_of_shelf(struct mn_endings *out);  /* software certificates */

/* Validity data, which have to be of the authority whose certificate (DER or PEM) is in that file.
 * The codes of mn_limited_file_read, mn_authority_certificate_read and mn_validity_check. */
mn_rc mn_endings_of_validity(const char *file, const char *authority, struct mn_endings *out);

#endif
