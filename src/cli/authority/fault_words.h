/* Why a request is refused, in words for whoever sent it. */
#ifndef MN_CLI_AUTHORITY_FAULT_WORDS_H
#define MN_CLI_AUTHORITY_FAULT_WORDS_H

#include "authority/examination.h"
#include "base/bytes.h"

/* What can be wrong with a request before it can be examined. */
enum mn_request_gap {
    MN_GAP_NONE,
    MN_GAP_CERTIFICATE, /* no certificate was sent */
    MN_GAP_SIGNATURE,   /* no signature was sent */
    MN_GAP_AMBIGUOUS,   /* several were sent in one mail */
    MN_GAP_OTHER_OWNER, /* it is another person's than the number that it is to replace */
    MN_GAPS
};

/* Its name for programs. Static storage. */
const char *mn_gap_name(enum mn_request_gap gap);

/* Adds to text: a sentence for each reason, all of them in Japanese, an empty line, all of them in
 * English; each in a line that begins with "- ". registered: the number that the sentences of what
 * is registered tell. MN_E_MEMORY. */
mn_rc mn_fault_words(enum mn_request_gap gap, uint32_t faults, int64_t registered,
                     struct mn_bytes *text);

#endif
