/* A folder for the files of a test: new and empty for each test, gone at the end. */
#ifndef MN_TESTS_UNIT_SCRATCH_H
#define MN_TESTS_UNIT_SCRATCH_H

#include <check.h>
#include <stddef.h>

/* Gives each test of the case a scratch folder. */
void mn_scratch_attach(TCase *tcase);

/* The absolute path of name inside the folder; "" is the folder itself. Good for the next seven
 * calls. */
const char *mn_scratch_path(const char *name);

/* Writes text to the file name, newly made. Gives back its path. */
const char *mn_scratch_write(const char *name, const char *text);

/* All of the file at path as a string, which the caller frees; NULL when there is none. */
char *mn_scratch_read(const char *path);

/* How many files and folders are in the folder at path. */
size_t mn_scratch_count(const char *path);

#endif
