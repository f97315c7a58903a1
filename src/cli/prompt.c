#include "cli/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/pinentry.h"
#include "cli/signal_hold.h"

/* One line more than fits, with the two characters that may end it. */
#define LINE_ROOM (MN_SECRET_MAX + 3)

struct line {
    char text[LINE_ROOM];
    size_t len;
};

enum outcome { GIVEN, NOT_GIVEN, TOO_LONG, BROKEN, INTERRUPTED };

static void drop_line_end(struct line *line)
{
    if (line->len > 0 && line->text[line->len - 1] == '\n')
        line->len--;
    if (line->len > 0 && line->text[line->len - 1] == '\r')
        line->len--;
}

static enum outcome judge(struct line *line)
{
    drop_line_end(line);
    if (line->len == 0)
        return NOT_GIVEN;
    return line->len > MN_SECRET_MAX ? TOO_LONG : GIVEN;
}

/* Tells why there is none. */
static bool tell(enum outcome outcome)
{
    switch (outcome) {
    case GIVEN:
        return true;
    case TOO_LONG:
        fprintf(stderr, _("mynakey: more than %d bytes were given\n"), MN_SECRET_MAX);
        break;
    case BROKEN:
        fprintf(stderr, _("mynakey: the answer could not be read: %s\n"), strerror(errno));
        break;
    case NOT_GIVEN:
    case INTERRUPTED:
        fprintf(stderr, _("mynakey: nothing was entered, so nothing was done\n"));
        break;
    }
    return false;
}

static bool keep(const struct line *line, struct mn_secret **out)
{
    mn_rc rc = mn_secret_new(mn_span(line->text, line->len), out);
    if (rc)
        fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return rc == MN_OK;
}

/* --- from a file --- */

/* Byte by byte: what follows the newline is for the next question. */
static enum outcome read_line(int fd, struct line *line)
{
    line->len = 0;
    while (line->len < sizeof line->text) {
        ssize_t n = read(fd, line->text + line->len, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return BROKEN;
        if (n == 0 || line->text[line->len++] == '\n')
            break;
    }
    return judge(line);
}

/* A file of several lines is not what was meant: some other file was. */
static bool ends_here(int fd)
{
    char more;
    return read(fd, &more, 1) == 0;
}

static bool secret_from_fd(int fd, bool whole, const char *file, struct mn_secret **out)
{
    struct line line;
    enum outcome outcome = read_line(fd, &line);
    bool given = tell(outcome);
    if (given && whole && !ends_here(fd)) {
        fprintf(stderr, _("mynakey: '%s' has more than one line\n"), file);
        given = false;
    }
    given = given && keep(&line, out);
    mn_wipe(&line, sizeof line);
    return given;
}

/* --- from the terminal --- */

/* Only a whole line is an answer: what a key that ends the input cut off was not meant. */
static enum outcome take_line(int tty, struct line *line)
{
    ssize_t n = read(tty, line->text, sizeof line->text);
    if (n < 0)
        return errno == EINTR ? INTERRUPTED : BROKEN;
    line->len = (size_t)n;
    if (line->len < sizeof line->text && (n == 0 || line->text[n - 1] != '\n'))
        return NOT_GIVEN;
    return judge(line);
}

/* Waits until a line is there or one of the signals waits to be let in. */
static enum outcome await_line(int tty, int signals, struct line *line)
{
    struct pollfd fds[2] = {{.fd = tty, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    if (poll(fds, 2, -1) < 0)
        return errno == EINTR ? INTERRUPTED : BROKEN;
    return fds[1].revents ? INTERRUPTED : take_line(tty, line);
}

static void say(int tty, const char *text)
{
    ssize_t done = write(tty, text, strlen(text));
    (void)done; /* who does not see the question will not answer it */
}

/* Until the signals are held back they act as always, and then they wait in a descriptor: nothing
 * of them is taken from it, so that each does its work as soon as it is let in, with the echo on.
 */
static enum outcome ask_silently(int tty, const char *text, struct line *line)
{
    struct termios before, silent;
    sigset_t held, former;
    enum outcome outcome = BROKEN;
    mn_signal_hold_set(&held);
    int signals = signalfd(-1, &held, SFD_CLOEXEC);
    if (signals < 0 || tcgetattr(tty, &before) != 0)
        goto out;
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    silent.c_lflag |= ECHONL | ICANON | ISIG;
    sigprocmask(SIG_BLOCK, &held, &former);
    if (tcsetattr(tty, TCSAFLUSH, &silent) == 0) {
        say(tty, text);
        say(tty, ": ");
        outcome = await_line(tty, signals, line);
    } else if (errno == EINTR) {
        outcome = INTERRUPTED; /* in the background, and now it is in the foreground again */
    }
    int cause = errno;
    tcsetattr(tty, TCSAFLUSH, &before);
    if (outcome == INTERRUPTED)
        say(tty, "\n");
    sigprocmask(SIG_SETMASK, &former, NULL);
    errno = cause;
out:
    if (signals >= 0)
        close(signals);
    return outcome;
}

/* A command that was stopped and goes on asks again. */
static enum outcome ask_line(int tty, const char *text, struct line *line)
{
    enum outcome outcome;
    do
        outcome = ask_silently(tty, text, line);
    while (outcome == INTERRUPTED);
    return outcome;
}

static bool same_line(const struct line *a, const struct line *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static bool secret_from_terminal(int tty, const struct mn_secret_question *q,
                                 struct mn_secret **out)
{
    struct line line = {0}, second = {0};
    if (q->rule) {
        say(tty, q->rule);
        say(tty, "\n");
    }
    bool given = tell(ask_line(tty, q->text, &line));
    if (given && q->again) {
        given = tell(ask_line(tty, q->again, &second));
        if (given && !same_line(&line, &second)) {
            fprintf(stderr, _("mynakey: the two are not the same, so nothing was done\n"));
            given = false;
        }
    }
    given = given && keep(&line, out);
    mn_wipe(&line, sizeof line);
    mn_wipe(&second, sizeof second);
    return given;
}

/* --- in a dialog --- */

static bool secret_of_dialog(const char *rule, const char *text, const char *option,
                             struct mn_secret **out)
{
    enum mn_pinentry answer = mn_pinentry_ask(rule, text, out);
    if (answer == MN_PINENTRY_BROKEN)
        fprintf(stderr, _("mynakey: pinentry could not ask; use %s FILE\n"), option);
    if (answer == MN_PINENTRY_DECLINED)
        tell(NOT_GIVEN);
    return answer == MN_PINENTRY_GIVEN;
}

static bool same_secret(const struct mn_secret *a, const struct mn_secret *b)
{
    return mn_span_equal(mn_secret_span(a), mn_secret_span(b));
}

static bool secret_from_dialog(const struct mn_secret_question *q, struct mn_secret **out)
{
    struct mn_secret *second = NULL;
    bool given = secret_of_dialog(q->rule, q->text, q->option, out);
    if (given && q->again) {
        given = secret_of_dialog(q->rule, q->again, q->option, &second);
        if (given && !same_secret(*out, second)) {
            fprintf(stderr, _("mynakey: the two are not the same, so nothing was done\n"));
            given = false;
        }
    }
    mn_secret_free(&second);
    if (!given)
        mn_secret_free(out);
    return given;
}

/* --- where there is somebody to ask --- */

static int open_terminal(void)
{
    return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

static void tell_no_terminal(const char *option)
{
    fprintf(stderr, _("mynakey: there is no terminal to ask at; use %s FILE\n"), option);
}

static bool somebody_is_there(void)
{
    int tty = open_terminal();
    if (tty >= 0)
        close(tty);
    return tty >= 0 || mn_pinentry_is_wanted(false);
}

bool mn_prompt_can_ask(const char *option)
{
    bool can = somebody_is_there();
    if (!can)
        tell_no_terminal(option);
    return can;
}

static bool ask_person(const struct mn_secret_question *q, struct mn_secret **out)
{
    int tty = open_terminal();
    bool given = false;
    if (mn_pinentry_is_wanted(tty >= 0))
        given = secret_from_dialog(q, out);
    else if (tty >= 0)
        given = secret_from_terminal(tty, q, out);
    else
        tell_no_terminal(q->option);
    if (tty >= 0)
        close(tty);
    return given;
}

bool mn_prompt_secret(const struct mn_secret_question *q, struct mn_secret **out)
{
    *out = NULL;
    if (!q->file)
        return ask_person(q, out);
    bool standard_input = strcmp(q->file, "-") == 0;
    int fd = standard_input ? STDIN_FILENO : open(q->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        fprintf(stderr, _("mynakey: '%s' cannot be read: %s\n"), q->file, strerror(errno));
        return false;
    }
    bool given =
        isatty(fd) ? ask_person(q, out) : secret_from_fd(fd, !standard_input, q->file, out);
    if (!standard_input)
        close(fd);
    return given;
}

/* --- what may be seen --- */

bool mn_prompt_line(const char *question, const char *option, char *out, size_t room)
{
    struct line line;
    int tty = open_terminal();
    if (tty < 0) {
        tell_no_terminal(option);
        return false;
    }
    say(tty, question);
    say(tty, ": ");
    enum outcome outcome = read_line(tty, &line);
    close(tty);
    bool given = tell(outcome == GIVEN && line.len >= room ? TOO_LONG : outcome);
    if (given) {
        memcpy(out, line.text, line.len);
        out[line.len] = '\0';
    }
    mn_wipe(&line, sizeof line);
    return given;
}

/* --- decisions --- */

static bool is_yes(const char *answer)
{
    return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0 ||
           strcmp(answer, _("yes")) == 0;
}

static bool read_answer(int tty)
{
    struct line line;
    bool yes = read_line(tty, &line) == GIVEN;
    if (yes) {
        line.text[line.len] = '\0';
        yes = is_yes(line.text);
    }
    return yes;
}

static void tell_no_confirmation(void)
{
    fprintf(stderr, _("mynakey: there is no terminal to ask at; use --yes if you mean it\n"));
}

bool mn_prompt_can_confirm(bool assume_yes)
{
    bool can = assume_yes || somebody_is_there();
    if (!can)
        tell_no_confirmation();
    return can;
}

static bool confirm_at_terminal(int tty, const char *question)
{
    tcflush(tty, TCIFLUSH); /* what was typed before is no answer */
    say(tty, question);
    say(tty, _(" [yes/no] "));
    bool yes = read_answer(tty);
    tcflush(tty, TCIFLUSH);
    return yes;
}

/* NOT_GIVEN: a no. BROKEN: nobody is there. */
static enum outcome decide(const char *question)
{
    int tty = open_terminal();
    bool dialog = mn_pinentry_is_wanted(tty >= 0);
    if (tty < 0 && !dialog)
        return BROKEN;
    bool yes = dialog ? mn_pinentry_confirm(question) == MN_PINENTRY_GIVEN
                      : confirm_at_terminal(tty, question);
    if (tty >= 0)
        close(tty);
    if (!yes)
        fprintf(stderr, _("mynakey: nothing was done\n"));
    return yes ? GIVEN : NOT_GIVEN;
}

bool mn_prompt_confirm(const char *question, bool assume_yes)
{
    if (assume_yes)
        return true;
    enum outcome outcome = decide(question);
    if (outcome == BROKEN)
        tell_no_confirmation();
    return outcome == GIVEN;
}

bool mn_prompt_insist(const char *question)
{
    enum outcome outcome = decide(question);
    if (outcome == BROKEN)
        fprintf(stderr, _("mynakey: a person has to decide this, and there is no terminal to ask "
                          "at; nothing was done\n"));
    return outcome == GIVEN;
}
