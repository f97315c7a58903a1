#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MN_LOG_ROOM "base"
#include "base/log.h"
#include "base/secret.h"

#define READ_STEP 4096

/* Paths are not logged: a file of the cache is named after its card. */
static mn_rc failed(const char *call)
{
    mn_rc rc = errno == ENOSPC || errno == EDQUOT ? MN_E_DISK_FULL : MN_E_FILE;

    mn_log_error("%s: errno %d", call, errno);
    return rc;
}

/* MN_OK and *fd, for a regular file only: a pipe or a device could hold up the host for ever. */
static mn_rc open_to_read(const char *path, int *fd)
{
    struct stat st;

    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? MN_E_FILE_MISSING : failed("open");
    if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
        return MN_OK;
    mn_log_error("not a regular file");
    close(*fd);
    *fd = -1;
    return MN_E_FILE;
}

mn_rc mn_file_read(const char *path, size_t limit, struct mn_bytes *out)
{
    struct mn_bytes content = {0};
    uint8_t step[READ_STEP];
    ssize_t n;
    int fd = -1;
    mn_rc rc;

    rc = open_to_read(path, &fd);
    if (rc != MN_OK)
        return rc;

    /* To its end, and not to the length it had at first: it may be growing. */
    while ((n = read(fd, step, sizeof step)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            rc = failed("read");
            goto out;
        }
        if ((size_t)n > limit - content.len) {
            mn_log_error("longer than %zu bytes", limit);
            rc = MN_E_FILE;
            goto out;
        }
        rc = mn_bytes_append(&content, mn_span(step, (size_t)n));
        if (rc != MN_OK)
            goto out;
    }
    mn_bytes_move(out, &content);
out:
    mn_wipe(step, sizeof step);
    mn_bytes_free(&content);
    close(fd);
    return rc;
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

/* The file itself is in place already, so what goes wrong here is no error of the write. */
void mn_file_sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    free(folder);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

mn_rc mn_file_stage(const char *path, struct mn_span content, char **staged)
{
    static const char suffix[] = ".XXXXXX";
    size_t len = strlen(path);
    char *temporary = malloc(len + sizeof suffix);
    int fd = -1;
    mn_rc rc;

    *staged = NULL;
    if (!temporary)
        return MN_E_MEMORY;
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): the suffix brings the end */
    memcpy(temporary, path, len);
    memcpy(temporary + len, suffix, sizeof suffix);
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        rc = failed("mkostemp");
        free(temporary);
        return rc;
    }
    /* The host's umask may have taken from the owner's 0600. */
    rc = fchmod(fd, S_IRUSR | S_IWUSR) == 0 ? write_all(fd, content) : failed("fchmod");
    if (rc == MN_OK && fsync(fd) != 0)
        rc = failed("fsync");
    close(fd);
    if (rc == MN_OK) {
        *staged = temporary;
    } else {
        (void)unlink(temporary);
        free(temporary);
    }
    return rc;
}

mn_rc mn_file_write_private(const char *path, struct mn_span content)
{
    char *staged = NULL;
    mn_rc rc = mn_file_stage(path, content, &staged);

    if (rc != MN_OK)
        return rc;
    if (rename(staged, path) == 0) {
        mn_file_sync_folder(path);
    } else {
        rc = failed("rename");
        (void)unlink(staged);
    }
    free(staged);
    return rc;
}

/* A file system that does not know how is asked for a second name and then to drop the first. */
mn_rc mn_file_rename_free(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return MN_OK;
    if (errno != EINVAL && errno != ENOSYS)
        return errno == EEXIST ? MN_E_FILE_EXISTS : failed("renameat2");
    if (link(from, to) != 0)
        return errno == EEXIST ? MN_E_FILE_EXISTS : failed("link");
    return unlink(from) == 0 ? MN_OK : failed("unlink");
}

/* What any new file of the user's gets; the mask can only be read by setting it. */
static mode_t shared_mode(void)
{
    mode_t mask = umask(S_IRWXG | S_IRWXO);

    (void)umask(mask);
    return (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) & ~mask;
}

mn_rc mn_file_write_shared(const char *path, struct mn_span content, bool replace)
{
    char *staged = NULL;
    sigset_t ending, before;
    mn_rc rc;

    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &ending, &before);
    rc = mn_file_stage(path, content, &staged);
    if (rc == MN_OK && chmod(staged, shared_mode()) != 0)
        rc = failed("chmod");
    if (rc == MN_OK && !replace)
        rc = mn_file_rename_free(staged, path);
    else if (rc == MN_OK && rename(staged, path) != 0)
        rc = failed("rename");
    if (rc != MN_OK && staged)
        (void)unlink(staged);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    free(staged);
    return rc;
}

/* One folder: there already, or made now. */
static mn_rc make_folder(const char *path)
{
    struct stat st;

    int cause;

    if (mkdir(path, S_IRWXU) == 0)
        return MN_OK;
    cause = errno;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return MN_OK;
    errno = cause;
    return failed("mkdir");
}

mn_rc mn_folder_make_private(const char *path)
{
    char *parent = strdup(path);
    mn_rc rc = MN_OK;

    if (!parent)
        return MN_E_MEMORY;
    for (char *p = parent + 1; rc == MN_OK && *parent && *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        rc = make_folder(parent);
        *p = '/';
    }
    if (rc == MN_OK)
        rc = make_folder(parent);
    free(parent);
    return rc;
}
