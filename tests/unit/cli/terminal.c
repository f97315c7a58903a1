#include "cli/terminal.h"

#include <check.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static struct {
    int master, slave, report, stay;
    pid_t leader, child;
    char shown[8192], told[8192];
    size_t shown_len, seen;
} terminal;

static bool echoes(int fd)
{
    struct termios state;
    ck_assert_int_eq(tcgetattr(fd, &state), 0);
    return state.c_lflag & ECHO;
}

static void run(void (*try)(FILE *), int report)
{
    FILE *out = fdopen(report, "w");
    setvbuf(out, NULL, _IONBF, 0);
    try(out);
    _exit(0);
}

/* As a shell does with a job. */
static void be_foreground(int slave)
{
    signal(SIGTTOU, SIG_IGN);
    setpgid(0, 0);
    tcsetpgrp(slave, getpgrp());
    signal(SIGTTOU, SIG_DFL);
}

static void tell(int report, int slave, const char *what, int number)
{
    dprintf(report, "%s %d%s\n", what, number, slave < 0 || echoes(slave) ? "" : ", no echo");
}

/* With its leader the session ends, and the terminal's use with it: so it stays until it may go. */
static void watch(pid_t child, int slave, int report, int stay)
{
    int status;
    char end;
    while (waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status)) {
        tell(report, slave, "stopped", WSTOPSIG(status));
        kill(child, SIGCONT);
    }
    if (WIFEXITED(status))
        tell(report, slave, "exit", WEXITSTATUS(status));
    else
        tell(report, slave, "signal", WTERMSIG(status));
    close(report);
    _exit(read(stay, &end, 1) == 0 ? 0 : 1);
}

/* The leader of the session: the shell. slave is -1 where there is no terminal. */
static void lead(void (*try)(FILE *), int slave, int report, int child_pid, int stay)
{
    for (int number = 1; number < SIGRTMIN; number++)
        signal(number, SIG_DFL); /* Check has handlers of its own */
    signal(SIGHUP, SIG_IGN);
    setsid();
    if (slave >= 0)
        ioctl(slave, TIOCSCTTY, 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGHUP, SIG_DFL);
        if (slave >= 0)
            be_foreground(slave);
        dup2(slave >= 0 ? slave : report, STDERR_FILENO);
        run(try, report);
    }
    if (write(child_pid, &child, sizeof child) != (ssize_t)sizeof child)
        _exit(1);
    watch(child, slave, report, stay);
}

static void begin(void (*try)(FILE *), int slave)
{
    int report[2], child_pid[2], stay[2];
    ck_assert_int_eq(pipe(report), 0);
    ck_assert_int_eq(pipe(child_pid), 0);
    ck_assert_int_eq(pipe2(stay, O_CLOEXEC), 0);
    terminal.shown_len = terminal.seen = 0;
    terminal.shown[0] = terminal.told[0] = '\0';
    terminal.leader = fork();
    if (terminal.leader == 0) {
        close(report[0]);
        close(stay[1]);
        lead(try, slave, report[1], child_pid[1], stay[0]);
    }
    close(report[1]);
    close(child_pid[1]);
    close(stay[0]);
    terminal.stay = stay[1];
    terminal.report = report[0];
    ck_assert_int_eq(read(child_pid[0], &terminal.child, sizeof terminal.child),
                     (int)sizeof terminal.child);
    close(child_pid[0]);
}

void mn_terminal_begin(void (*try)(FILE *))
{
    ck_assert_int_eq(openpty(&terminal.master, &terminal.slave, NULL, NULL, NULL), 0);
    ck_assert(echoes(terminal.slave));
    begin(try, terminal.slave);
}

void mn_terminal_none(void (*try)(FILE *))
{
    terminal.master = terminal.slave = -1;
    begin(try, -1);
}

static void read_more(void)
{
    ssize_t n = read(terminal.master, terminal.shown + terminal.shown_len,
                     sizeof terminal.shown - 1 - terminal.shown_len);
    ck_assert_int_gt(n, 0);
    terminal.shown_len += (size_t)n;
    terminal.shown[terminal.shown_len] = '\0';
}

void mn_terminal_await(const char *text)
{
    const char *found;
    while (!(found = strstr(terminal.shown + terminal.seen, text)))
        read_more();
    terminal.seen = (size_t)(found - terminal.shown) + strlen(text);
}

void mn_terminal_type(const char *keys)
{
    ck_assert_int_eq(write(terminal.master, keys, strlen(keys)), (int)strlen(keys));
}

bool mn_terminal_echoes(void)
{
    return echoes(terminal.slave);
}

void mn_terminal_signal(int number)
{
    ck_assert_int_eq(kill(terminal.child, number), 0);
}

const char *mn_terminal_end(void)
{
    size_t len = 0;
    ssize_t n;
    while ((n = read(terminal.report, terminal.told + len, sizeof terminal.told - 1 - len)) > 0)
        len += (size_t)n;
    terminal.told[len] = '\0';
    close(terminal.report);
    if (terminal.master >= 0) {
        dprintf(terminal.slave, "[end]");
        mn_terminal_await("[end]");
        close(terminal.master);
        close(terminal.slave);
    }
    close(terminal.stay);
    ck_assert_int_eq(waitpid(terminal.leader, NULL, 0), terminal.leader);
    return terminal.told;
}

const char *mn_terminal_shown(void)
{
    return terminal.shown;
}
