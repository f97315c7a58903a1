/* Words for people, in the locale's language. */
#ifndef MN_CLI_MESSAGE_H
#define MN_CLI_MESSAGE_H

#include <libintl.h>
#include <stdbool.h>

#include "base/rc.h"

/* A string that gettext translates, and one that it translates where it is used. */
#define _(text)  gettext(text)
#define N_(text) (text)

/* Reads the locale and the catalogue. Once, at start. */
void mn_message_start(void);

/* The sentence of a code, translated. */
const char *mn_message_rc(mn_rc rc);

/* Has all that was printed on standard output been written? False: told on standard error. */
bool mn_message_written(void);

#endif
