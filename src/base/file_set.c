#include "base/file_set.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#define MN_LOG_ROOM "base"
#include "base/log.h"

#define DATED_NAMES 100 /* more within one stamp are no accident */

/* Paths are not logged: they may be named after a person. */
static mn_rc failed(const char *call)
{
    mn_rc rc = errno == ENOSPC || errno == EDQUOT ? MN_E_DISK_FULL
               : errno == ENOENT                  ? MN_E_FILE_MISSING
                                                  : MN_E_FILE;

    mn_log_error("%s: errno %d", call, errno);
    return rc;
}

static mn_rc check_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    mn_rc rc = MN_E_MEMORY;

    if (folder)
        rc =
            faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 ? MN_OK : failed("faccessat");
    free(folder);
    return rc;
}

/* Is the name free, or may what has it be moved? */
static mn_rc check_name(const char *path, bool may_move)
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return errno == ENOENT ? MN_OK : failed("lstat");
    if (!may_move)
        return MN_E_FILE_EXISTS;
    return S_ISREG(st.st_mode) ? MN_OK : MN_E_FILE;
}

mn_rc mn_file_set_check(struct mn_file_set *set)
{
    mn_rc rc = MN_OK;

    for (size_t i = 0; i < set->len && rc == MN_OK; i++) {
        set->at = i;
        rc = check_folder(set->items[i].path);
        if (rc == MN_OK)
            rc = check_name(set->items[i].path, set->stamp != NULL);
    }
    return rc;
}

/* "folder/name.pfx" and "20261122" make "folder/name-20261122.pfx"; the nth more of the kind
 * "folder/name-20261122-n.pfx". NULL for want of memory. */
static char *dated_name(const char *path, const char *stamp, unsigned nth)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot != name ? (size_t)(dot - path) : strlen(path);
    char number[16] = "";
    char *dated = NULL;

    if (nth > 1)
        snprintf(number, sizeof number, "-%u", nth);
    if (asprintf(&dated, "%.*s-%s%s%s", (int)stem, path, stamp, number, path + stem) < 0)
        return NULL;
    return dated;
}

/* Moves what has the item's name out of its way. */
static mn_rc move_old(struct mn_file_item *item, const char *stamp)
{
    mn_rc rc = check_name(item->path, true);
    struct stat st;

    if (rc != MN_OK || lstat(item->path, &st) != 0)
        return rc;
    for (unsigned nth = 1; nth <= DATED_NAMES; nth++) {
        char *dated = dated_name(item->path, stamp, nth);

        if (!dated)
            return MN_E_MEMORY;
        rc = mn_file_rename_free(item->path, dated);
        if (rc == MN_OK)
            item->moved_to = dated;
        else
            free(dated);
        if (rc != MN_E_FILE_EXISTS)
            return rc;
    }
    return rc;
}

static mn_rc place(struct mn_file_item *item, const char *staged, const char *stamp)
{
    mn_rc rc = stamp ? move_old(item, stamp) : MN_OK;

    return rc == MN_OK ? mn_file_rename_free(staged, item->path) : rc;
}

/* What was moved gets its name again. */
static void move_back(struct mn_file_item *item)
{
    if (!item->moved_to)
        return;
    if (mn_file_rename_free(item->moved_to, item->path) != MN_OK)
        mn_log_error("an old file has kept its dated name");
    free(item->moved_to);
    item->moved_to = NULL;
}

/* staged has room for the name of each item's file; what is NULL there has its own name already, or
 * was never made. */
static mn_rc write_staged(struct mn_file_set *set, char **staged)
{
    size_t placed = 0;
    mn_rc rc = MN_OK;

    for (size_t i = 0; i < set->len && rc == MN_OK; i++) {
        set->at = i;
        rc = mn_file_stage(set->items[i].path, set->items[i].content, &staged[i]);
    }
    for (; placed < set->len && rc == MN_OK; placed += rc == MN_OK) {
        set->at = placed;
        rc = place(&set->items[placed], staged[placed], set->stamp);
    }
    for (size_t i = 0; i < set->len; i++) {
        if (rc == MN_OK) {
            mn_file_sync_folder(set->items[i].path);
            continue;
        }
        if (i < placed)
            (void)unlink(set->items[i].path);
        else if (staged[i])
            (void)unlink(staged[i]);
        move_back(&set->items[i]);
    }
    return rc;
}

mn_rc mn_file_set_write(struct mn_file_set *set)
{
    char **staged = calloc(set->len ? set->len : 1, sizeof *staged);
    sigset_t ending, before;
    mn_rc rc;

    if (!staged)
        return MN_E_MEMORY;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigaddset(&ending, SIGQUIT);
    (void)pthread_sigmask(SIG_BLOCK, &ending, &before);
    rc = mn_file_set_check(set);
    if (rc == MN_OK)
        rc = write_staged(set, staged);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    for (size_t i = 0; i < set->len; i++)
        free(staged[i]);
    free(staged);
    return rc;
}

void mn_file_set_release(struct mn_file_set *set)
{
    for (size_t i = 0; i < set->len; i++) {
        free(set->items[i].moved_to);
        set->items[i].moved_to = NULL;
    }
}
