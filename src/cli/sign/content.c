#include "cli/sign/content.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"

/* Does st tell of the same file as before, with nothing done to it? */
static bool is_unchanged(const struct stat *before, const struct stat *st)
{
    return st->st_dev == before->st_dev && st->st_ino == before->st_ino &&
           st->st_size == before->st_size && st->st_mtim.tv_sec == before->st_mtim.tv_sec &&
           st->st_mtim.tv_nsec == before->st_mtim.tv_nsec &&
           st->st_ctim.tv_sec == before->st_ctim.tv_sec &&
           st->st_ctim.tv_nsec == before->st_ctim.tv_nsec;
}

/* Both what was opened and what has its name now. */
static bool is_still(const char *path, int fd, const struct stat *before)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && is_unchanged(before, &opened) && stat(path, &named) == 0 &&
           is_unchanged(before, &named);
}

static enum mn_content_outcome read_all(int fd, uint8_t *buffer,
                                        bool (*take)(void *, struct mn_span), void *self,
                                        struct mn_progress *progress)
{
    for (;;) {
        ssize_t n = read(fd, buffer, MN_CONTENT_PART);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return MN_CONTENT_BROKEN;
        if (n == 0)
            return MN_CONTENT_READ;
        if (!take(self, mn_span(buffer, (size_t)n)))
            return MN_CONTENT_STOPPED;
        mn_progress_add(progress, (size_t)n);
    }
}

enum mn_content_outcome mn_content_read(const char *path, uint8_t *buffer,
                                        bool (*take)(void *self, struct mn_span part), void *self,
                                        struct mn_progress *progress)
{
    struct stat before;
    enum mn_content_outcome outcome = MN_CONTENT_BROKEN;
    if (!path) {
        mn_progress_file(progress, "-", 0);
        return read_all(STDIN_FILENO, buffer, take, self, progress);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return outcome;
    if (fstat(fd, &before) != 0)
        goto out;
    outcome = MN_CONTENT_NO_FILE;
    if (!S_ISREG(before.st_mode))
        goto out;
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    mn_progress_file(progress, path, (uint64_t)before.st_size);
    outcome = read_all(fd, buffer, take, self, progress);
    if (outcome == MN_CONTENT_READ && !is_still(path, fd, &before))
        outcome = MN_CONTENT_CHANGED;
out:;
    int cause = errno;
    close(fd);
    errno = cause;
    return outcome;
}

const char *mn_content_text(enum mn_content_outcome outcome)
{
    switch (outcome) {
    case MN_CONTENT_READ:
    case MN_CONTENT_STOPPED:
        break;
    case MN_CONTENT_BROKEN:
        return strerror(errno);
    case MN_CONTENT_NO_FILE:
        return _("neither a file nor a folder");
    case MN_CONTENT_CHANGED:
        return _("it changed while it was read, so it was not signed");
    }
    return "";
}
