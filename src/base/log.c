#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* With O_APPEND one write of this size is never mixed with another process's. */
#define LINE_MAX_BYTES 1024

/* The log is the one thing in this room that a process has once: what is wrong must be tellable
 * from anywhere. The level is read without the guard; the guard protects only the descriptor, and
 * under it nothing is called but system calls, so it cannot be held for anything else. */
static atomic_int open_level = MN_LOG_OFF;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int fd = -1;
static struct stat opened;

/* A child forked while another thread was writing would find the guard held for ever: the forking
 * thread takes it across fork. Registered with the first log that is opened, so that a silent
 * module adds nothing to its host's fork. */
static void before_fork(void)
{
    pthread_mutex_lock(&guard);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&guard);
}

static void register_fork_handlers(void)
{
    pthread_atfork(before_fork, after_fork, after_fork);
}

/* Is fd still the file we opened? Programs that become daemons close every descriptor, and the
 * number may name the host's socket by now. Guard held. */
static bool still_ours(void)
{
    struct stat now;

    return fd >= 0 && fstat(fd, &now) == 0 && now.st_dev == opened.st_dev &&
           now.st_ino == opened.st_ino;
}

/* Puts new_fd, or -1, in the place of the log's descriptor and closes the old one. */
static void replace(int new_fd, const struct stat *st)
{
    pthread_mutex_lock(&guard);
    if (still_ours())
        close(fd);
    fd = new_fd;
    if (st)
        opened = *st;
    pthread_mutex_unlock(&guard);
}

mn_rc mn_log_open(enum mn_log_level level, const char *path)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct stat st;
    int new_fd;

    mn_log_close();
    if (level == MN_LOG_OFF || !path || !*path)
        return MN_OK;

    /* O_NONBLOCK: a pipe must not stop the host; it is refused below. */
    new_fd =
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
             S_IRUSR | S_IWUSR);
    if (new_fd < 0)
        return MN_E_FILE;
    if (fstat(new_fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(new_fd);
        return MN_E_FILE;
    }
    pthread_once(&once, register_fork_handlers);
    replace(new_fd, &st);
    atomic_store_explicit(&open_level, (int)level, memory_order_relaxed);
    return MN_OK;
}

void mn_log_close(void)
{
    atomic_store_explicit(&open_level, MN_LOG_OFF, memory_order_relaxed);
    replace(-1, NULL);
}

int mn_log_wants(enum mn_log_level level)
{
    return level != MN_LOG_OFF &&
           (int)level <= atomic_load_explicit(&open_level, memory_order_relaxed);
}

static const char *level_name(enum mn_log_level level)
{
    switch (level) {
    case MN_LOG_ERROR:
        return "error";
    case MN_LOG_INFO:
        return "info";
    case MN_LOG_DEBUG:
        return "debug";
    case MN_LOG_OFF:
        break;
    }
    return "?";
}

struct date {
    int year, month, day;
};

/* The day of the Gregorian calendar, so many days after 1970-01-01. Not gmtime_r: its lock, taken
 * by another thread at the time of a fork, would stop the child. */
static struct date date_of(long days)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date d = {1970, 1, 1};

    for (;;) {
        bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
        int length = lengths[d.month - 1] + (leap && d.month == 2);

        if (days < length)
            break;
        days -= length;
        if (++d.month > 12) {
            d.month = 1;
            d.year++;
        }
    }
    d.day += (int)days;
    return d;
}

/* "2026-01-31T12:34:56.789Z 4711 error base mn_lock: ", at most size - 1 characters. */
static size_t write_head(char *line, size_t size, enum mn_log_level level, const char *room,
                         const char *func)
{
    struct timespec now = {0};
    struct date date;
    long seconds;
    int len;

    clock_gettime(CLOCK_REALTIME, &now);
    date = date_of(now.tv_sec / 86400);
    seconds = now.tv_sec % 86400;
    len = snprintf(line, size, "%04d-%02d-%02dT%02ld:%02ld:%02ld.%03ldZ %ld %s %s %s: ", date.year,
                   date.month, date.day, seconds / 3600, seconds / 60 % 60, seconds % 60,
                   now.tv_nsec / 1000000, (long)getpid(), level_name(level), room, func);
    if (len < 0)
        return 0;
    return (size_t)len < size ? (size_t)len : size - 1;
}

/* Cuts a line that was too long, not inside a UTF-8 character, and shows that it was cut. */
static size_t cut(char *line, size_t len)
{
    static const char mark[] = "...";

    len -= sizeof mark - 1;
    while (len > 0 && ((unsigned char)line[len] & 0xC0) == 0x80)
        len--;
    memcpy(line + len, mark, sizeof mark - 1);
    return len + sizeof mark - 1;
}

/* What comes from a reader's name must not make a second line. */
static void replace_controls(char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = '?';
}

void mn_log_line(enum mn_log_level level, const char *room, const char *func, const char *fmt, ...)
{
    int errno_of_caller = errno;
    char line[LINE_MAX_BYTES];
    size_t room_for_text, len;
    ssize_t written;
    va_list args;
    int n;

    if (!mn_log_wants(level))
        return;
    len = write_head(line, sizeof line, level, room, func);
    room_for_text = sizeof line - len;
    va_start(args, fmt);
    n = vsnprintf(line + len, room_for_text, fmt, args);
    va_end(args);
    if (n > 0)
        len = (size_t)n < room_for_text ? len + (size_t)n : cut(line, sizeof line - 1);
    replace_controls(line, len);
    line[len++] = '\n';

    pthread_mutex_lock(&guard);
    /* A full disk loses the line: there is nobody to tell. */
    written = still_ours() ? write(fd, line, len) : 0;
    pthread_mutex_unlock(&guard);
    (void)written;
    errno = errno_of_caller;
}
