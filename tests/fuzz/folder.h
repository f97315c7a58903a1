/* A folder for the files of a target, empty at first and gone at the program's end. */
#ifndef MN_TESTS_FUZZ_FOLDER_H
#define MN_TESTS_FUZZ_FOLDER_H

/* Makes it: once, before the rest. */
void folder_make(void);

/* The absolute path of name in it; good until the next call but seven. */
const char *folder_path(const char *name);

/* Writes a file there; its path. */
const char *folder_write(const char *name, const char *text);

/* Removes what is at that name, with all that is in it. */
void folder_clear(const char *name);

#endif
