/* Asking for the passphrase of a .pfx file that is to be made, or of one that is there. */
#ifndef MN_CLI_PASSPHRASE_PROMPT_H
#define MN_CLI_PASSPHRASE_PROMPT_H

#include <stdbool.h>

#include "base/secret.h"
#include "cli/passphrase.h"

/* A new one, twice, into *out, which the caller frees. file: what --passphrase-file named, or NULL
 * for the terminal. A weak one is refused with the reason and how to get a strong one; at the
 * terminal it is asked for again. False: told on standard error why there is none. */
bool mn_passphrase_ask_new(const char *file, const struct mn_passphrase_owner *owner,
                           struct mn_secret **out);

/* Is it strong, by all that is known of its owner? False: told on standard error why not. */
bool mn_passphrase_is_strong(const struct mn_secret *passphrase,
                             const struct mn_passphrase_owner *owner);

/* The one of a file of that name, once. As mn_prompt_secret. */
bool mn_passphrase_ask(const char *file, const char *of, struct mn_secret **out);

/* `--generate-passphrase` of a verb: prints one, and what it is worth. An enum mn_exit. */
int mn_passphrase_print_new(void);

#endif
