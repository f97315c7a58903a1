/* Asking the person at the terminal: for secrets, which are not echoed, and for decisions.
 *
 * A secret comes from the terminal (/dev/tty), from a dialog in its place (pinentry.h), or from a
 * file that an option names, never from the
 * command line or the environment, which other programs can read. While a secret is typed no other
 * thread may run: signals are held back until the echo is on again. Every function tells the person
 * on standard error why it gives back false. */
#ifndef MN_CLI_PROMPT_H
#define MN_CLI_PROMPT_H

#include <stdbool.h>

#include "base/secret.h"

/* Texts are translated and have no newline at their end. */
struct mn_secret_question {
    const char *text;   /* "Passphrase": a colon follows */
    const char *again;  /* asked for twice, the second time so; NULL: once */
    const char *rule;   /* what it has to look like, told before; NULL: nothing is told */
    const char *option; /* "--pin-file": what to use where there is no terminal */
    const char *file;   /* what that option named: a path, "-" for standard input; NULL: nothing */
};

/* Asks for a secret of 1 to MN_SECRET_MAX bytes into *out, which the caller frees. From a file it
 * is the only line; from standard input the next one, so that several can follow each other;
 * without the newline. A file that is a terminal is asked like one. False: it was not given, could
 * not be read, is too long, or the second time was another one; then *out is NULL. */
bool mn_prompt_secret(const struct mn_secret_question *question, struct mn_secret **out);

/* Asks for one line that may be seen while it is typed, into out, which has room bytes, NUL ended.
 * False also when it does not fit, or there is no terminal: option names what does without one. */
bool mn_prompt_line(const char *question, const char *option, char *out, size_t room);

/* Will there be a terminal, or a dialog, for the questions to come? For a look before a PIN is
 * spent. False, with the option that would do without one on standard error, when not. */
bool mn_prompt_can_ask(const char *option);
bool mn_prompt_can_confirm(bool assume_yes);

/* Asks whether to go on; anything but a clear yes is no. With assume_yes (the option --yes) nothing
 * is asked. False also where there is no terminal. */
bool mn_prompt_confirm(const char *question, bool assume_yes);

/* The same where no option may answer in the person's place. */
bool mn_prompt_insist(const char *question);

#endif
