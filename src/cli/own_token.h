/* A certificate that the command has just written becomes a token, so that programs find it. */
#ifndef MN_CLI_OWN_TOKEN_H
#define MN_CLI_OWN_TOKEN_H

#include "crypto/certificates.h"

struct mn_own_token {
    const char *pfx;      /* the file's path, perhaps relative */
    const char *moved_to; /* where the file went that had this path before, or NULL */
    struct mn_span certificate;
    const struct mn_certificates *chain; /* NULL: none */
};

/* Puts it on the shelf (backend/soft_shelf.h). What stood there with the same path goes: where its
 * file was moved, it comes back with the new path, for what was encrypted to the old key can be
 * read with that only. Prints what was done; an enum mn_exit, and where it is not MN_EXIT_OK
 * standard error has the reason and how to do it by hand. */
int mn_own_token_add(const struct mn_own_token *token);

#endif
