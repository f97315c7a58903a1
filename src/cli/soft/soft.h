/* `mynakey soft`: the shelf of software certificates. */
#ifndef MN_CLI_SOFT_H
#define MN_CLI_SOFT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/* One for each of its words; as verbs (cli/verb.h). */
int mn_soft_add(int argc, char **argv);
int mn_soft_list(int argc, char **argv);
int mn_soft_remove(int argc, char **argv);

/* All that is on the shelf, for `status` too; the text is a section with a line before it, and
 * nothing where nothing is there. */
void mn_soft_print(FILE *out, bool colour);
json_t *mn_soft_json(void);

#endif
