/* Requests in mails as mail programs keep them: one message (RFC 5322), or many in the form of Unix
 * (mbox); attachments in whatever way they were sent (RFC 2045 to 2049, 2183, 2231). */
#ifndef MN_CLI_AUTHORITY_MAILBOX_H
#define MN_CLI_AUTHORITY_MAILBOX_H

#include "cli/authority/request_source.h"

enum mn_mailbox_kind { MN_MAILBOX_OTHER, MN_MAILBOX_CERTIFICATE, MN_MAILBOX_SIGNATURE };

/* What a file of a request is: by the ending of its name, .cer or .mnsgn; else by its content. A
 * mail's own signature (.p7s) is none of them. name may be NULL. */
enum mn_mailbox_kind mn_mailbox_kind(const char *name, struct mn_span content);

/* As mn_request_source_each, for one file of mails. */
int mn_mailbox_each(const char *file,
                    int (*visit)(const struct mn_request_source *source, void *self), void *self);

#endif
