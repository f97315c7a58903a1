/* What was found of the files, told: to people line by line, to programs as JSON. */
#ifndef MN_CLI_REPORT_H
#define MN_CLI_REPORT_H

#include <jansson.h>

#include "cli/verify/checked_file.h"

/* What nobody checked of a signature, or of a signer. */
struct mn_unchecked {
    const char *name; /* for programs */
    const char *text; /* for people, translated */
};
#define MN_UNCHECKED_MAX 4

/* Into out; the number of them. Static storage. */
size_t mn_unchecked_of_signature(const struct mn_checked_signature *signature,
                                 struct mn_unchecked out[MN_UNCHECKED_MAX]);
size_t mn_unchecked_of_signer(const struct mn_signer *signer,
                              struct mn_unchecked out[MN_UNCHECKED_MAX]);

/* All that is to be said of one file. */
void mn_report_print(const struct mn_checked_file *file);

/* The same in a line, when there are many; what their signers have in common comes once, at the
 * end. */
void mn_report_print_line(const struct mn_checked_file *file);
void mn_report_print_signers(const struct mn_signers *signers);

/* One file as a JSON object; NULL: no memory. */
json_t *mn_report_json(const struct mn_checked_file *file);

#endif
