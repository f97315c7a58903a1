#include "cli/setup/profile_hold.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/home_folder.h"

static struct flock whole_file(short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}

/* The lock that every version since 1.3 takes; it goes away with its process. */
static bool take_file_lock(const char *folder, int *fd, pid_t *holder)
{
    struct flock lock = whole_file(F_WRLCK);
    char path[PATH_MAX];

    if (!mn_path_join(folder, ".parentlock", path))
        return true;
    *fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd < 0 || fcntl(*fd, F_SETLK, &lock) == 0)
        return true;
    if (errno == EAGAIN || errno == EACCES) {
        lock = whole_file(F_WRLCK);
        if (fcntl(*fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
            *holder = lock.l_pid;
        close(*fd);
        *fd = -1;
        return false;
    }
    return true; /* this file system has no such locks */
}

/* The link "lock" says "ADDRESS:+PID", or "ADDRESS:PID" where the file's lock could not be had:
 * only the latter tells more than the file. */
static bool link_is_held(const char *folder, pid_t *holder)
{
    char path[PATH_MAX], target[256];
    ssize_t len =
        mn_path_join(folder, "lock", path) ? readlink(path, target, sizeof target - 1) : -1;
    const char *colon;
    long pid;

    if (len < 0)
        return false;
    target[len] = '\0';
    colon = strrchr(target, ':');
    if (!colon || colon[1] == '+')
        return false;
    pid = strtol(colon + 1, NULL, 10);
    if (pid <= 0 || pid > INT_MAX || (kill((pid_t)pid, 0) != 0 && errno == ESRCH))
        return false;
    *holder = (pid_t)pid;
    return true;
}

bool mn_profile_hold(const char *folder, int *fd, pid_t *holder)
{
    *fd = -1;
    *holder = 0;
    if (!take_file_lock(folder, fd, holder))
        return false;
    if (!link_is_held(folder, holder))
        return true;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    return false;
}

/* Is the process of this name and of this person? */
static bool is_process(const char *number, const char *name)
{
    char path[64], comm[32] = "";
    struct stat st;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%.20s", number);
    if (stat(path, &st) != 0 || st.st_uid != geteuid())
        return false;
    snprintf(path, sizeof path, "/proc/%.20s/comm", number);
    file = fopen(path, "re");
    if (!file)
        return false;
    if (fgets(comm, sizeof comm, file))
        comm[strcspn(comm, "\n")] = '\0';
    fclose(file);
    return strcmp(comm, name) == 0;
}

static bool process_runs(const char *name)
{
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    bool found = false;

    if (!processes)
        return true; /* who cannot look has to believe the lock */
    while (!found && (entry = readdir(processes)))
        found = isdigit((unsigned char)entry->d_name[0]) && is_process(entry->d_name, name);
    closedir(processes);
    return found;
}

/* Was the lock made on this machine? */
static bool is_of_this_host(FILE *lock)
{
    char line[512], host[HOST_NAME_MAX + 1] = "";
    bool same = false;

    gethostname(host, sizeof host - 1);
    while (fgets(line, sizeof line, lock)) {
        line[strcspn(line, "\r\n")] = '\0';
        same = same || (strncmp(line, "Host=", 5) == 0 && strcmp(line + 5, host) == 0);
    }
    return same;
}

bool mn_libreoffice_runs(const char *folder)
{
    char path[PATH_MAX];
    FILE *lock = mn_path_join(folder, ".lock", path) ? fopen(path, "re") : NULL;
    bool runs;

    if (!lock)
        return false;
    runs = !is_of_this_host(lock) || process_runs("soffice.bin");
    fclose(lock);
    return runs;
}
