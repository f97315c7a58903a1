#include "cli/face/terminal_image.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sixel.h>

#include "cli/base64.h"

#define PATIENCE_MS 1000
#define ANSWER_ROOM 256

/* Two questions at once. Kitty's: could a picture of one pixel be shown; only those that know it
 * answer. Then "primary device attributes", which all answer: so the end is known. */
#define QUESTION "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\\033[c"

static bool may_be_asked(void)
{
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && term && *term != '\0' && strcmp(term, "dumb") != 0 &&
           strcmp(term, "linux") != 0;
}

/* The beginning of the answer to the second question, "ESC [ ? 64 ; 4 c", or NULL while there is
 * none as far as its last letter. */
static const char *find_attributes(const char *answer)
{
    const char *at = strstr(answer, "\033[?");
    return at && strchr(at, 'c') ? at + 3 : NULL;
}

static void read_answer(int tty, char answer[ANSWER_ROOM])
{
    size_t len = 0;
    struct pollfd fd = {.fd = tty, .events = POLLIN};
    answer[0] = '\0';
    while (len < ANSWER_ROOM - 1 && !find_attributes(answer) && poll(&fd, 1, PATIENCE_MS) > 0) {
        ssize_t n = read(tty, answer + len, ANSWER_ROOM - 1 - len);
        if (n <= 0)
            return;
        len += (size_t)n;
        answer[len] = '\0';
    }
}

/* Is 4 among the attributes? */
static bool has_sixels(const char *attributes)
{
    for (const char *at = attributes; *at && *at != 'c';) {
        char *end = NULL;
        long number = strtol(at, &end, 10);
        if (end == at)
            return false;
        if (number == 4)
            return true;
        at = *end == ';' ? end + 1 : end;
    }
    return false;
}

static enum mn_terminal_images judge(const char *answer)
{
    const char *attributes = find_attributes(answer);
    if (strstr(answer, "\033_Gi=31;OK"))
        return MN_TERMINAL_KITTY;
    return attributes && has_sixels(attributes) ? MN_TERMINAL_SIXEL : MN_TERMINAL_NO_IMAGES;
}

/* The answer comes as if it were typed: it must not be shown, nor wait for a line end. Signals wait
 * until the terminal is as it was. */
static enum mn_terminal_images ask(int tty)
{
    struct termios before, raw;
    sigset_t all, former;
    char answer[ANSWER_ROOM] = "";
    if (tcgetattr(tty, &before) != 0)
        return MN_TERMINAL_NO_IMAGES;
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &former);
    if (tcsetattr(tty, TCSAFLUSH, &raw) == 0 &&
        write(tty, QUESTION, sizeof QUESTION - 1) == (ssize_t)(sizeof QUESTION - 1))
        read_answer(tty, answer);
    tcsetattr(tty, TCSAFLUSH, &before);
    sigprocmask(SIG_SETMASK, &former, NULL);
    return judge(answer);
}

enum mn_terminal_images mn_terminal_images(void)
{
    if (!may_be_asked())
        return MN_TERMINAL_NO_IMAGES;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0)
        return MN_TERMINAL_NO_IMAGES;
    /* A program in the background must not touch the terminal. */
    bool ours = tcgetpgrp(tty) == getpgrp();
    enum mn_terminal_images images = ours ? ask(tty) : MN_TERMINAL_NO_IMAGES;
    close(tty);
    return images;
}

/* --- kitty --- */

/* A PNG in pieces of 4096 characters, as the protocol wants it. */
static mn_rc print_kitty(FILE *out, const struct mn_picture *picture)
{
    enum { PIECE = 3072 };
    char text[MN_BASE64_LEN(PIECE) + 1];
    struct mn_bytes png = {0};
    mn_rc rc = mn_picture_write_png(picture, &png);
    for (size_t at = 0; rc == MN_OK && at < png.len; at += PIECE) {
        size_t left = png.len - at, len = left < PIECE ? left : PIECE;
        mn_base64(mn_span(png.ptr + at, len), text);
        fprintf(out, "\033_G%sm=%d;%s\033\\", at == 0 ? "a=T,f=100," : "", left > PIECE, text);
    }
    mn_bytes_free(&png);
    return rc;
}

/* --- sixel --- */

static int write_sixels(char *data, int len, void *self)
{
    return fwrite(data, 1, (size_t)len, self) == (size_t)len ? 0 : -1;
}

static mn_rc print_sixel(FILE *out, const struct mn_picture *picture)
{
    sixel_output_t *output = NULL;
    sixel_dither_t *dither = sixel_dither_get(SIXEL_BUILTIN_G8);
    mn_rc rc = MN_E_MEMORY;
    if (!dither || SIXEL_FAILED(sixel_output_new(&output, write_sixels, out, NULL)))
        goto out;
    sixel_dither_set_pixelformat(dither, SIXEL_PIXELFORMAT_G8);
    if (!SIXEL_FAILED(sixel_encode(picture->grey.ptr, (int)picture->width, (int)picture->height, 0,
                                   dither, output)))
        rc = MN_OK;
out:
    if (output)
        sixel_output_unref(output);
    if (dither)
        sixel_dither_unref(dither);
    return rc;
}

mn_rc mn_terminal_image_print(FILE *out, enum mn_terminal_images images,
                              const struct mn_picture *picture)
{
    mn_rc rc = MN_E_UNSUPPORTED;
    if (images == MN_TERMINAL_KITTY)
        rc = print_kitty(out, picture);
    else if (images == MN_TERMINAL_SIXEL)
        rc = print_sixel(out, picture);
    if (rc == MN_OK)
        fputc('\n', out);
    return rc;
}
