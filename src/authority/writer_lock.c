#include "authority/writer_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define MN_LOG_ROOM "authority"
#include "base/log.h"

#define STEP_MS 50 /* between two tries */

static void write_holder(int fd, const struct mn_registry_writer *writer)
{
    char text[256];
    int len = snprintf(text, sizeof text, "%s, %s, process %ld\n", writer->what, writer->who,
                       (long)getpid());

    /* It is for people; without it they are only told less. */
    if (len > 0 && len < (int)sizeof text && ftruncate(fd, 0) == 0)
        (void)!pwrite(fd, text, (size_t)len, 0);
}

static const char *read_holder(int fd)
{
    static char text[256];
    ssize_t len = pread(fd, text, sizeof text - 1, 0);

    text[len > 0 ? len : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
    return text;
}

static mn_rc try(int fd)
{
    int result;

    do
        result = flock(fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    if (result == 0)
        return MN_OK;
    return errno == EWOULDBLOCK ? MN_E_FILE_LOCKED : MN_E_FILE;
}

static mn_rc wait_for(int fd, const struct mn_registry_writer *writer)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    mn_rc rc = try(fd);

    if (rc == MN_E_FILE_LOCKED && writer->waiting)
        writer->waiting(read_holder(fd), writer->self);
    for (unsigned left = writer->patience * (1000 / STEP_MS); rc == MN_E_FILE_LOCKED && left > 0;
         left--) {
        (void)nanosleep(&step, NULL);
        rc = try(fd);
    }
    return rc;
}

mn_rc mn_writer_lock_take(const char *path, const struct mn_registry_writer *writer, int *out)
{
    char *name = NULL;
    mn_rc rc = MN_E_FILE;

    *out = -1;
    if (asprintf(&name, "%s.lock", path) < 0)
        return MN_E_MEMORY;
    *out = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*out >= 0)
        rc = wait_for(*out, writer);
    if (rc == MN_OK)
        write_holder(*out, writer);
    else
        mn_log_info("the registry is not to be had for writing: %s", mn_rc_name(rc));
    if (rc != MN_OK)
        mn_writer_lock_release(out);
    free(name);
    return rc;
}

void mn_writer_lock_release(int *lock)
{
    if (*lock >= 0)
        close(*lock);
    *lock = -1;
}
