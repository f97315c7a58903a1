/* Which files a call is about: what it named, and with folders what is in them. */
#ifndef MN_CLI_FILE_LIST_H
#define MN_CLI_FILE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#define MN_SIGNATURE_ENDING ".mnsgn"

/* A zeroed one is empty. */
struct mn_file_list {
    char **paths; /* regular files, in the order in which they were named; in folders by name */
    size_t count;
    size_t refused;  /* what cannot be read or is none of these: named on standard error */
    size_t left_out; /* signatures, symbolic links, and what is no file */
    bool broken;     /* no memory: told on standard error */
};

/* Adds the file at path, or with folders (recursive) all files in the folder and below. Of a folder
 * nothing is taken that a symbolic link leads to; a path that is itself a link is followed.
 * Signatures (.mnsgn) are left out of folders. */
void mn_file_list_add(struct mn_file_list *list, const char *path, bool recursive);

/* Takes out those that are not wanted; wanted tells why on standard error. They count as refused.
 */
void mn_file_list_filter(struct mn_file_list *list,
                         bool (*wanted)(const char *path, const void *context),
                         const void *context);

void mn_file_list_free(struct mn_file_list *list);

#endif
