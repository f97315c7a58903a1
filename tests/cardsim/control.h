/* Orders by text, one line each, from standard input and from a socket in the file system. */
#ifndef CARDSIM_CONTROL_H
#define CARDSIM_CONTROL_H

#include <poll.h>

#include "program.h"

#define CONTROL_LINE    256 /* bytes of a line or an answer, with the NUL */
#define CONTROL_CLIENTS 8   /* at a time, standard input among them */

/* Does what the line says; answer is one line without its end. */
void control_do(struct program *program, const char *line, char answer[CONTROL_LINE]);

struct control_client {
    int in, out; /* -1: free */
    size_t len;
    char line[CONTROL_LINE];
};

struct control {
    int listener; /* -1: none */
    struct control_client clients[CONTROL_CLIENTS];
};

/* Listens on standard input and, if path is not NULL, on a socket made there. False, and says why
 * on standard error, when that cannot be. */
bool control_open(struct control *control, const char *path);
void control_close(struct control *control, const char *path);

/* Fills in what to poll, CONTROL_POLLS of them; then serves what poll found. */
#define CONTROL_POLLS (CONTROL_CLIENTS + 1)
void control_prepare(const struct control *control, struct pollfd polls[CONTROL_POLLS]);
void control_serve(struct control *control, const struct pollfd polls[CONTROL_POLLS],
                   struct program *program);

/* The other end: sends the line to the socket at path and prints the answer. False when nobody
 * answers, or the answer is an error. */
bool control_tell(const char *path, const char *line);

#endif
