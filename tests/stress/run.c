#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child says, in memory that both have: it is there even when the child crashed. */
static struct run_result *said;

void run_complain(const char *format, ...)
{
    va_list values;
    if (said->end == RUN_WRONG)
        return;
    said->end = RUN_WRONG;
    va_start(values, format);
    vsnprintf(said->complaint, sizeof said->complaint, format, values);
    va_end(values);
}

void run_lost_a_try(void)
{
    said->lost_try = true;
}

void run_tell(enum run_number which, unsigned number)
{
    said->number[which] = number;
}

static void prepare(void)
{
    if (!said)
        said = mmap(NULL, sizeof *said, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (said == MAP_FAILED)
        abort();
    memset(said, 0, sizeof *said);
}

static struct run_result judge(int status)
{
    struct run_result result = *said;
    if (WIFSIGNALED(status)) {
        result.end = WTERMSIG(status) == SIGALRM ? RUN_HUNG : RUN_CRASHED;
        snprintf(result.complaint, sizeof result.complaint, "ended by signal %d", WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) { /* a sanitizer's way */
        result.end = RUN_CRASHED;
        snprintf(result.complaint, sizeof result.complaint, "ended with status %d",
                 WEXITSTATUS(status));
    }
    return result;
}

struct run_result run_apart(void (*what)(void *context), void *context, unsigned seconds,
                            struct run_figures *figures)
{
    int status = 0;
    prepare();
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        signal(SIGALRM, SIG_DFL); /* Check's own way to end ends the parent, too */
        alarm(seconds);
        what(context);
        fflush(NULL);
        _exit(0);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    struct run_result result = judge(status);
    figures->runs++;
    figures->wrong += result.end == RUN_WRONG;
    figures->crashed += result.end == RUN_CRASHED;
    figures->hung += result.end == RUN_HUNG;
    figures->lost_tries += result.lost_try;
    return result;
}
