/* The mail that tells the sender of a request what became of it. */
#ifndef MN_CLI_AUTHORITY_ANSWER_H
#define MN_CLI_AUTHORITY_ANSWER_H

#include <time.h>

#include "base/bytes.h"

struct mn_answer {
    const char *to;     /* a plain mail address */
    int64_t number;     /* approved: its number; 0: refused */
    time_t valid_until; /* of an approved one */
    const char *site;   /* where it is published */
    struct mn_span why; /* refused: the reasons (mn_fault_words) */
    time_t date;
};

/* Writes it as a draft that mail programs open, in Japanese and English, into *out, which the
 * caller frees. MN_E_ARGUMENT when to is no address; MN_E_MEMORY. */
mn_rc mn_answer_write(const struct mn_answer *answer, struct mn_bytes *out);

#endif
