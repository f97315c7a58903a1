/* A line at the terminal that tells how far the work is, once it lasts. */
#ifndef MN_CLI_PROGRESS_H
#define MN_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Standard error; nothing is shown where that is no terminal, nor in the first second. */
struct mn_progress {
    bool is_terminal, is_shown;
    struct timespec next; /* when the line is to be written anew */
    size_t file, files;   /* which file, from 1, of how many */
    const char *path;
    uint64_t done, size; /* bytes of it; size 0: not known */
};

void mn_progress_begin(struct mn_progress *progress, size_t files);

/* The next file. */
void mn_progress_file(struct mn_progress *progress, const char *path, uint64_t size);

/* So many bytes more of it. */
void mn_progress_add(struct mn_progress *progress, size_t bytes);

/* Takes the line away, for other text or at the end. */
void mn_progress_clear(struct mn_progress *progress);

#endif
