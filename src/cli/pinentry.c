#include "cli/pinentry.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/message.h"

/* The protocol's lines have 1000 bytes at most; every byte of an answer may come as %XX. */
#define LINE_MAX_BYTES 1000

#define LINES_BEFORE_ANSWER 100

struct dialog {
    int socket;
    pid_t program;
    char line[LINE_MAX_BYTES + 2];
};

static const char *program_name(void)
{
    const char *named = getenv("MYNAKEY_PINENTRY");
    return named ? named : "pinentry";
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && *value;
}

static bool is_in_path(const char *program)
{
    const char *path = getenv("PATH");
    char candidate[PATH_MAX];

    if (strchr(program, '/'))
        return access(program, X_OK) == 0;
    while (path && *path) {
        size_t len = strcspn(path, ":");
        int n = snprintf(candidate, sizeof candidate, "%.*s/%s", (int)len, path, program);
        if (len > 0 && n > 0 && (size_t)n < sizeof candidate && access(candidate, X_OK) == 0)
            return true;
        path += len + (path[len] == ':');
    }
    return false;
}

bool mn_pinentry_is_wanted(bool has_terminal)
{
    if (getenv("MYNAKEY_PINENTRY"))
        return is_set("MYNAKEY_PINENTRY");
    return !has_terminal && (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")) &&
           is_in_path("pinentry");
}

/* --- the program --- */

/* Only what may be called between fork and exec. */
static void become_the_program(int socket, const char *name)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(socket, STDIN_FILENO) >= 0 && dup2(socket, STDOUT_FILENO) >= 0)
        execlp(name, name, (char *)NULL);
    _exit(127);
}

static bool start(struct dialog *d)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    d->socket = ends[0];
    d->program = fork();
    if (d->program == 0)
        become_the_program(ends[1], program_name());
    close(ends[1]);
    if (d->program < 0)
        close(d->socket);
    return d->program > 0;
}

/* The end of its input ends it. */
static void finish(struct dialog *d)
{
    close(d->socket);
    while (waitpid(d->program, NULL, 0) < 0 && errno == EINTR) {
    }
    mn_wipe(d->line, sizeof d->line);
}

/* --- lines --- */

/* Byte by byte and unbuffered, so that a secret is in no other memory than ours. */
static bool receive(struct dialog *d)
{
    size_t len = 0;
    while (len < sizeof d->line - 1) {
        ssize_t n = recv(d->socket, d->line + len, 1, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        if (d->line[len] == '\n') {
            d->line[len] = '\0';
            return true;
        }
        len++;
    }
    return false;
}

static bool send_all(struct dialog *d, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = send(d->socket, text, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        len -= (size_t)n;
    }
    return true;
}

/* Of a text that was cut, whose last character may be half there (UTF-8). */
static size_t without_last_character(const char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len - 1] & 0xC0) == 0x80)
        len--;
    return len > 0 ? len - 1 : 0;
}

/* COMMAND TEXT, with what would end the line written as %XX; cut where the line would be too long.
 */
static bool send_line(struct dialog *d, const char *command, const char *text)
{
    char line[LINE_MAX_BYTES];
    size_t len = (size_t)snprintf(line, sizeof line, "%s%s", command, text ? " " : "");
    for (; text && *text && len + 4 < sizeof line; text++) {
        if (*text == '%' || *text == '\n' || *text == '\r')
            len += (size_t)snprintf(line + len, sizeof line - len, "%%%02X", (unsigned char)*text);
        else
            line[len++] = *text;
    }
    if (text && *text)
        len = without_last_character(line, len);
    line[len++] = '\n';
    return send_all(d, line, len);
}

static bool begins(const char *line, const char *word)
{
    size_t len = strlen(word);
    return strncmp(line, word, len) == 0 && (line[len] == ' ' || line[len] == '\0');
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place. False where a % is followed by no number. */
static bool decode(char *text, size_t *len)
{
    char *to = text;
    for (const char *from = text; *from; to++) {
        if (*from != '%') {
            *to = *from++;
            continue;
        }
        int high = hex(from[1]), low = high < 0 ? -1 : hex(from[2]);
        if (low < 0)
            return false;
        *to = (char)(high << 4 | low);
        from += 3;
    }
    *len = (size_t)(to - text);
    return true;
}

/* The data line's answer, kept; a second one would be another answer. */
static bool take_data(struct dialog *d, struct mn_secret **out)
{
    size_t len = 0;
    if (!out || *out || !decode(d->line + 2, &len) || len > MN_SECRET_MAX)
        return false;
    return mn_secret_new(mn_span(d->line + 2, len), out) == MN_OK;
}

/* Until the command is answered. Comments, status lines and unknown ones are passed over, but not
 * for ever: a program that is no pinentry may have much to say. */
static enum mn_pinentry await(struct dialog *d, struct mn_secret **out)
{
    for (int lines = 0; lines < LINES_BEFORE_ANSWER && receive(d); lines++) {
        if (begins(d->line, "OK"))
            return MN_PINENTRY_GIVEN;
        if (begins(d->line, "ERR"))
            return MN_PINENTRY_DECLINED;
        if (begins(d->line, "D") && !take_data(d, out))
            return MN_PINENTRY_DECLINED;
    }
    return MN_PINENTRY_BROKEN;
}

static enum mn_pinentry command(struct dialog *d, const char *word, const char *text)
{
    return send_line(d, word, text) ? await(d, NULL) : MN_PINENTRY_BROKEN;
}

/* --- the dialog --- */

/* What a pinentry for terminals needs to know; others do not mind. An option that it does not know
 * is no reason to give up. */
static bool tell_where(struct dialog *d)
{
    char option[LINE_MAX_BYTES];
    const char *terminal = ttyname(STDERR_FILENO), *type = getenv("TERM");
    const char *characters = setlocale(LC_CTYPE, NULL);

    snprintf(option, sizeof option, "ttyname=%s", terminal ? terminal : "");
    if (terminal && command(d, "OPTION", option) == MN_PINENTRY_BROKEN)
        return false;
    snprintf(option, sizeof option, "ttytype=%s", type ? type : "");
    if (terminal && type && command(d, "OPTION", option) == MN_PINENTRY_BROKEN)
        return false;
    snprintf(option, sizeof option, "lc-ctype=%s", characters ? characters : "C");
    return command(d, "OPTION", option) != MN_PINENTRY_BROKEN;
}

static bool prepare(struct dialog *d, const char *description, const char *prompt)
{
    return await(d, NULL) == MN_PINENTRY_GIVEN && tell_where(d) &&
           command(d, "SETTITLE", "mynakey") != MN_PINENTRY_BROKEN &&
           (!description || command(d, "SETDESC", description) != MN_PINENTRY_BROKEN) &&
           (!prompt || command(d, "SETPROMPT", prompt) != MN_PINENTRY_BROKEN);
}

static enum mn_pinentry hold(const char *description, const char *prompt, const char *question,
                             struct mn_secret **out)
{
    struct dialog d;
    enum mn_pinentry answer = MN_PINENTRY_BROKEN;

    if (!start(&d))
        return MN_PINENTRY_BROKEN;
    if (prepare(&d, description, prompt) && send_line(&d, question, NULL))
        answer = await(&d, out);
    finish(&d);
    return answer;
}

enum mn_pinentry mn_pinentry_ask(const char *description, const char *prompt,
                                 struct mn_secret **out)
{
    *out = NULL;
    enum mn_pinentry answer = hold(description, prompt, "GETPIN", out);
    if (answer == MN_PINENTRY_GIVEN && (!*out || mn_secret_span(*out).len == 0))
        answer = MN_PINENTRY_DECLINED;
    if (answer != MN_PINENTRY_GIVEN)
        mn_secret_free(out);
    return answer;
}

enum mn_pinentry mn_pinentry_confirm(const char *question)
{
    return hold(question, NULL, "CONFIRM", NULL);
}
