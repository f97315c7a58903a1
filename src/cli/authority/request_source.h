/* Requests for registration as they come: a certificate and the card's signature on it, in two
 * files, in a mail, or many mails in a mailbox. */
#ifndef MN_CLI_AUTHORITY_REQUEST_SOURCE_H
#define MN_CLI_AUTHORITY_REQUEST_SOURCE_H

#include <stdbool.h>

#include "base/bytes.h"

/* Neither file of a request is larger. */
#define MN_REQUEST_FILE_MAX (256 * 1024)

/* One of them, from anybody: nothing was checked. All is borrowed until the visit ends. */
struct mn_request_source {
    const char *from;           /* its files' names, or "mails.mbox, message 3" */
    struct mn_span certificate; /* the files' bytes; empty: there is none ... */
    struct mn_span signature;
    bool is_ambiguous;  /* ... or there are several in one mail */
    const char *sender; /* a plain mail address, where to answer; or NULL */
};

/* Visits all in the files, in their order, in memory for one: a certificate's and a signature's
 * file following each other, and mails. Mails in a mailbox with neither are passed over. What is
 * not 0 of visit ends it and is given back, as is MN_EXIT_FAILED when a file cannot be read, which
 * has been told. */
int mn_request_source_each(char *const *files, int count,
                           int (*visit)(const struct mn_request_source *source, void *self),
                           void *self);

#endif
