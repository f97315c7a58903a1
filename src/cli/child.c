#include "cli/child.h"

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* posix_spawnp takes words that could be changed, and does not change them. */
union words {
    const char *const *fixed;
    char *const *taken;
};

int mn_child_run(const char *const words[])
{
    union words passed = {.fixed = words};
    int status = 0;
    pid_t child;
    int error = posix_spawnp(&child, words[0], NULL, NULL, passed.taken, environ);
    if (error)
        return error;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}
