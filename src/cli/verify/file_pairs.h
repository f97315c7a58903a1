/* Which file each signature belongs to, from the words of a command line. */
#ifndef MN_CLI_FILE_PAIRS_H
#define MN_CLI_FILE_PAIRS_H

#include <stddef.h>

#include "base/rc.h"

#define MN_SIGNATURE_ENDING ".mnsgn"

struct mn_file_pair {
    char *path, *signature;
};

/* A zeroed struct is an empty list. */
struct mn_file_pairs {
    struct mn_file_pair *at;
    size_t len;
};

/* Of two words, the second of which ends in .mnsgn, they are a file and its signature. Else each
 * word is a file whose signature has its name and the ending (letter.pdf.mnsgn) or, where that is
 * not there, the ending in place of its own (MyNumCert.mnsgn, beside MyNumCert.cer); or it is such
 * a signature, and stands for its file: `mynakey verify *` meets both. Each pair comes once, in the
 * order of the words. MN_E_MEMORY: then *out is empty. */
mn_rc mn_file_pairs_read(char *const *words, size_t count, struct mn_file_pairs *out);
void mn_file_pairs_release(struct mn_file_pairs *pairs);

#endif
