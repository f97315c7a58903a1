/* Another program, run to its end. */
#ifndef MN_CLI_CHILD_H
#define MN_CLI_CHILD_H

/* Looks for words[0] in PATH and runs it with these words (NULL ended), without a shell. 0: it
 * ended well; -1: it did not; else the errno because of which it could not be run, ENOENT when
 * there is none. */
int mn_child_run(const char *const words[]);

#endif
