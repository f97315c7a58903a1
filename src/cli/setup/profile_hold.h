/* Keeping a program out of its files while they are changed; or finding out that it is in them. */
#ifndef MN_CLI_PROFILE_HOLD_H
#define MN_CLI_PROFILE_HOLD_H

#include <stdbool.h>
#include <sys/types.h>

/* Takes the lock of a Mozilla profile, which Firefox and Thunderbird want when they start, until
 * the file is closed. A folder that has none is free, and *fd is -1: then there is nothing to
 * close. False: a program has the profile open; *holder is its process, 0 where that is not known
 * (it is on another machine). A lock that a program left behind when it fell does not count. */
bool mn_profile_hold(const char *folder, int *fd, pid_t *holder);

/* Does a LibreOffice of this person run with these settings (the folder with .lock in it)? One that
 * fell left its lock behind: then there is no process of it. */
bool mn_libreoffice_runs(const char *folder);

#endif
