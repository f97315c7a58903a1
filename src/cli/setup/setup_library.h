/* The module's files: what each offers, and where it was installed. */
#ifndef MN_CLI_SETUP_LIBRARY_H
#define MN_CLI_SETUP_LIBRARY_H

#include <stdbool.h>

enum mn_setup_token {
    MN_SETUP_BOTH, /* of the card, and the software certificates */
    MN_SETUP_AUTH,
    MN_SETUP_SIGN,
    MN_SETUP_SOFT,
    MN_SETUP_AUTH_SOFT,
    MN_SETUP_TOKENS
};

/* "both", "auth", "sign", "soft" or "auth-soft". False for any other word. */
bool mn_setup_token_named(const char *word, enum mn_setup_token *out);

/* The absolute path of the file that offers it. Static storage. */
const char *mn_setup_library(enum mn_setup_token token);

/* Is this path's last part the name of one of them? */
bool mn_setup_library_is_ours(const char *path);

#endif
