/* Asking through pinentry(1), the dialog that GnuPG's users know, where there is no terminal or
 * where the person prefers it: spoken to by lines over a pair of sockets (the Assuan protocol).
 *
 * The variable MYNAKEY_PINENTRY names the program; set to nothing, none is used. Without it
 * 'pinentry' is used where there is no terminal but a display. */
#ifndef MN_CLI_PINENTRY_H
#define MN_CLI_PINENTRY_H

#include <stdbool.h>

#include "base/secret.h"

/* Is a pinentry to be used here? has_terminal: whether the person could be asked there. */
bool mn_pinentry_is_wanted(bool has_terminal);

enum mn_pinentry {
    MN_PINENTRY_GIVEN, /* an answer, or a yes */
    MN_PINENTRY_DECLINED,
    MN_PINENTRY_BROKEN, /* there is no such program, or it does not answer as one */
};

/* Asks for a secret of 1 to MN_SECRET_MAX bytes into *out, which the caller frees. description may
 * be NULL and of several lines, prompt is short. Without MN_PINENTRY_GIVEN *out is NULL; an empty
 * answer, or one that is too long, is MN_PINENTRY_DECLINED. Prints nothing. */
enum mn_pinentry mn_pinentry_ask(const char *description, const char *prompt,
                                 struct mn_secret **out);

/* Asks for a decision. */
enum mn_pinentry mn_pinentry_confirm(const char *question);

#endif
