/* Is the list of --crl for the cards of the requests at all? */
#ifndef MN_CLI_AUTHORITY_REVOCATION_FIT_H
#define MN_CLI_AUTHORITY_REVOCATION_FIT_H

#include "authority/examination.h"

/* Looks at the requests in the files until there is one whose card the examiner's list speaks of.
 * Where there is none, but cards that it does not speak of, the administrator has taken another
 * list than was meant, and nobody is to be refused for that: MN_EXIT_FAILED, told on standard error
 * with the name of the list, as is what hinders the look. Else MN_EXIT_OK, also where no request
 * gets so far that its card is looked up. */
int mn_revocation_fit(struct mn_examiner *examiner, const char *list, char *const *files,
                      int count);

#endif
