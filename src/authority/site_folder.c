#include "authority/site_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MN_LOG_ROOM "authority"
#include "base/file.h"
#include "base/log.h"

#define ASIDE   ".publishing" /* where a site is prepared: in the folder, or its name with this */
#define NEW     ".new"        /* what is being written: one at a time */
#define STEP_MS 100           /* between two tries */

static mn_rc failed(const char *call)
{
    mn_log_error("%s: errno %d", call, errno);
    return errno == ENOSPC || errno == EDQUOT ? MN_E_DISK_FULL : MN_E_FILE;
}

static bool join(char out[PATH_MAX], const char *folder, const char *between, const char *name)
{
    int len = snprintf(out, PATH_MAX, "%s%s%s", folder, between, name);

    return len > 0 && len < PATH_MAX;
}

static bool is_there(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat status;

    return join(path, folder, "/", name) && lstat(path, &status) == 0;
}

/* Nothing in it but what a file system itself puts there. */
static bool is_empty(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    bool empty = dir != NULL;

    while (empty && (entry = readdir(dir)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                strcmp(entry->d_name, "lost+found") == 0;
    if (dir)
        closedir(dir);
    return empty;
}

static int try_lock(int fd)
{
    int result;

    do
        result = flock(fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    return result;
}

static mn_rc lock(int fd, unsigned patience, void (*waiting)(void *self), void *self)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    unsigned left = patience * (1000 / STEP_MS);

    if (try_lock(fd) == 0)
        return MN_OK;
    if (errno != EWOULDBLOCK)
        return failed("flock");
    if (waiting)
        waiting(self);
    for (; left > 0; left--) {
        (void)nanosleep(&step, NULL);
        if (try_lock(fd) == 0)
            return MN_OK;
    }
    return MN_E_FILE_LOCKED;
}

/* Is what the descriptor is open for still what has this name? Another program may have renamed
 * what was waited for. */
static bool is_same(int fd, const char *path)
{
    struct stat a, b;

    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* Opens and locks root, or path where that is there. *again: it has to be begun anew. */
static mn_rc take(struct mn_site_folder *f, unsigned patience, void (*waiting)(void *self),
                  void *self, bool *again)
{
    struct stat status;
    const char *held;
    mn_rc rc;

    f->appears = stat(f->path, &status) != 0;
    if (f->appears && (errno != ENOENT || !join(f->root, f->path, ASIDE, "")))
        return errno == ENOENT ? MN_E_ARGUMENT : failed("stat");
    if (f->appears && mkdir(f->root, 0777) != 0 && errno != EEXIST)
        return failed("mkdir");
    held = f->appears ? f->root : f->path;
    f->lock = open(held, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->lock < 0) {
        *again = f->appears && errno == ENOENT;
        return failed("open");
    }
    rc = lock(f->lock, patience, waiting, self);
    *again =
        rc == MN_OK && (!is_same(f->lock, held) || (f->appears && stat(f->path, &status) == 0));
    return rc;
}

/* Prepares it inside the folder, which is empty or was left so by a crash. */
static mn_rc prepare_inside(struct mn_site_folder *f)
{
    if (!join(f->root, f->path, "/", ASIDE))
        return MN_E_ARGUMENT;
    if (mkdir(f->root, 0777) != 0 && errno != EEXIST)
        return failed("mkdir");
    f->prepared = true;
    return MN_OK;
}

/* Where to write: a site that is there, or has begun to appear, is changed in its place. */
static mn_rc choose_root(struct mn_site_folder *f)
{
    bool begun = is_there(f->path, ASIDE);

    f->prepared = f->appears;
    if (f->appears)
        return MN_OK;
    if (!is_there(f->path, MN_SITE_STATE) && !(begun && is_there(f->path, "validity")))
        return begun || is_empty(f->path) ? prepare_inside(f) : MN_E_FILE_EXISTS;
    return join(f->root, f->path, "", "") ? MN_OK : MN_E_ARGUMENT;
}

mn_rc mn_site_folder_open(const char *path, unsigned patience, void (*waiting)(void *self),
                          void *self, struct mn_site_folder *out)
{
    size_t len = strlen(path);
    bool again = true;
    mn_rc rc = MN_OK;

    *out = (struct mn_site_folder){.lock = -1};
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (len == 0 || len >= PATH_MAX)
        return MN_E_ARGUMENT;
    memcpy(out->path, path, len);
    for (int tries = 0; again && tries < 5; tries++) {
        if (out->lock >= 0)
            close(out->lock);
        again = false;
        rc = take(out, patience, waiting, self, &again);
    }
    if (rc == MN_OK && again)
        rc = MN_E_FILE_LOCKED;
    return rc == MN_OK ? choose_root(out) : rc;
}

/* As any file that is made for others; the mask can only be read by setting it. */
static mode_t public_mode(void)
{
    mode_t mask = umask(S_IRWXG | S_IRWXO);

    (void)umask(mask);
    return (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) & ~mask;
}

static mn_rc write_all(int fd, struct mn_span content)
{
    while (content.len > 0) {
        ssize_t n = write(fd, content.ptr, content.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed("write");
        content = mn_span(content.ptr + n, content.len - (size_t)n);
    }
    return MN_OK;
}

/* What is only prepared is synced all at once later. */
static mn_rc write_new(const struct mn_site_folder *f, const char *path, struct mn_span content)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    mn_rc rc;

    if (fd < 0)
        return failed("open");
    rc = write_all(fd, content);
    if (rc == MN_OK && fchmod(fd, public_mode()) != 0)
        rc = failed("fchmod");
    if (rc == MN_OK && !f->prepared && fsync(fd) != 0)
        rc = failed("fsync");
    if (close(fd) != 0 && rc == MN_OK)
        rc = failed("close");
    return rc;
}

mn_rc mn_site_folder_write(const struct mn_site_folder *folder, const char *name,
                           struct mn_span content)
{
    char path[PATH_MAX], fresh[PATH_MAX];
    mn_rc rc;

    if (!join(path, folder->root, "/", name) || !join(fresh, folder->root, "/", NEW))
        return MN_E_ARGUMENT;
    rc = write_new(folder, fresh, content);
    if (rc == MN_OK && rename(fresh, path) != 0)
        rc = failed("rename");
    if (rc != MN_OK)
        (void)unlink(fresh);
    return rc;
}

mn_rc mn_site_folder_update(const struct mn_site_folder *folder, const char *name,
                            struct mn_span content, bool *written)
{
    struct mn_bytes old = {0};
    bool same = mn_site_folder_read(folder, name, content.len, &old) == MN_OK &&
                mn_span_equal(mn_bytes_span(&old), content);

    mn_bytes_free(&old);
    if (same)
        return MN_OK;
    *written = true;
    return mn_site_folder_write(folder, name, content);
}

mn_rc mn_site_folder_make(const struct mn_site_folder *folder, const char *name)
{
    char path[PATH_MAX];

    if (!join(path, folder->root, "/", name))
        return MN_E_ARGUMENT;
    return mkdir(path, 0777) == 0 || errno == EEXIST ? MN_OK : failed("mkdir");
}

mn_rc mn_site_folder_read(const struct mn_site_folder *folder, const char *name, size_t limit,
                          struct mn_bytes *out)
{
    char path[PATH_MAX];

    return join(path, folder->root, "/", name) ? mn_file_read(path, limit, out) : MN_E_ARGUMENT;
}

/* Prepared: the whole file system, which is quicker than each of very many files. Else the files
 * are synced already, and these are the names. */
mn_rc mn_site_folder_sync(const struct mn_site_folder *folder)
{
    char inside[PATH_MAX];

    if (folder->prepared)
        return syncfs(folder->lock) == 0 ? MN_OK : failed("syncfs");
    for (int i = 0; i < 2; i++) {
        if (!join(inside, folder->root, i ? "/" : "/validity/", "."))
            return MN_E_ARGUMENT;
        mn_file_sync_folder(inside);
    }
    return MN_OK;
}

/* One by one, in an order in which what refers to others comes after them; the state last, by which
 * the site counts as there. */
static mn_rc move_parts(struct mn_site_folder *f)
{
    static const char *const parts[] = {"validity",   "authority.cer", "revoked.crl", ".htaccess",
                                        "nginx.conf", "index.html",    MN_SITE_STATE};
    char from[PATH_MAX], to[PATH_MAX];

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!join(from, f->root, "/", parts[i]) || !join(to, f->path, "/", parts[i]))
            return MN_E_ARGUMENT;
        if (rename(from, to) != 0)
            return failed("rename");
    }
    if (rmdir(f->root) != 0)
        return failed("rmdir");
    return join(f->root, f->path, "", "") ? MN_OK : MN_E_ARGUMENT;
}

static mn_rc appear(struct mn_site_folder *f)
{
    if (rename(f->root, f->path) != 0)
        return failed("rename");
    mn_file_sync_folder(f->path);
    return join(f->root, f->path, "", "") ? MN_OK : MN_E_ARGUMENT;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status;
    (void)type;
    (void)at;
    (void)remove(path);
    return 0;
}

static void remove_all(const char *path)
{
    (void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* What was being moved when a crash came, and has been written anew since. */
static void remove_left(const struct mn_site_folder *f)
{
    char aside[PATH_MAX];

    if (join(aside, f->path, "/", ASIDE))
        remove_all(aside);
}

mn_rc mn_site_folder_show(struct mn_site_folder *folder)
{
    mn_rc rc = mn_site_folder_sync(folder);

    if (rc == MN_OK && folder->prepared)
        rc = folder->appears ? appear(folder) : move_parts(folder);
    if (rc != MN_OK)
        return rc;
    if (!folder->prepared)
        remove_left(folder);
    folder->prepared = false;
    return mn_site_folder_sync(folder);
}

void mn_site_folder_close(struct mn_site_folder *folder, bool failed)
{
    if (failed && folder->prepared)
        remove_all(folder->root);
    if (folder->lock >= 0)
        close(folder->lock);
    folder->lock = -1;
}
