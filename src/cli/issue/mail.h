/* A message with files attached, as a file that mail programs open (RFC 5322, 2045 to 2047, 2231).
 */
#ifndef MN_CLI_MAIL_H
#define MN_CLI_MAIL_H

#include <stdbool.h>
#include <time.h>

#include "base/bytes.h"

struct mn_mail_part {
    const char *name; /* its file name, UTF-8 */
    const char *type; /* "application/pkix-cert" */
    struct mn_span content;
};

/* Texts are UTF-8. */
struct mn_mail {
    const char *to;
    const char *from; /* NULL: left out, for the mail program to fill in */
    const char *subject;
    const char *text; /* lines end in '\n' */
    time_t date;
    const struct mn_mail_part *parts;
    size_t len;
};

/* Is this the plain address of one mailbox (RFC 5322, 3.4.1, a dot-atom before the at sign), with
 * nothing that could be read as anything else in a header? */
bool mn_mail_is_address(const char *text);

/* Writes the message into *out, which the caller frees. X-Unsent has it opened as a draft.
 * MN_E_ARGUMENT when to or from is no address; MN_E_MEMORY. */
mn_rc mn_mail_write(const struct mn_mail *mail, struct mn_bytes *out);

#endif
