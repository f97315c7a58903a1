/* Where the orders come from. */
#include "control.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool set_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address->sun_path)) {
        fprintf(stderr, "mynakey-cardsim: %s: too long for a socket\n", path);
        return false;
    }
    memcpy(address->sun_path, path, strlen(path));
    return true;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address;
    if (!set_address(&address, path))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* One that an earlier run left behind is in the way. */
    (void)unlink(path);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, CONTROL_CLIENTS) != 0) {
        perror(path);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

static void add_client(struct control *control, int in, int out)
{
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        if (control->clients[i].in >= 0)
            continue;
        control->clients[i] = (struct control_client){.in = in, .out = out};
        return;
    }
    close(in);
}

static void drop_client(struct control_client *client)
{
    if (client->in != STDIN_FILENO)
        close(client->in);
    client->in = -1;
}

bool control_open(struct control *control, const char *path)
{
    control->listener = -1;
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        control->clients[i].in = -1;
    add_client(control, STDIN_FILENO, STDOUT_FILENO);
    if (!path)
        return true;
    control->listener = listen_at(path);
    return control->listener >= 0;
}

void control_close(struct control *control, const char *path)
{
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        if (control->clients[i].in >= 0)
            drop_client(&control->clients[i]);
    }
    if (control->listener >= 0) {
        close(control->listener);
        (void)unlink(path);
    }
}

void control_prepare(const struct control *control, struct pollfd polls[CONTROL_POLLS])
{
    polls[0] = (struct pollfd){.fd = control->listener, .events = POLLIN};
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        polls[i + 1] = (struct pollfd){.fd = control->clients[i].in, .events = POLLIN};
}

static void answer_line(const struct control_client *client, struct program *program)
{
    char answer[CONTROL_LINE];
    control_do(program, client->line, answer);
    (void)dprintf(client->out, "%s\n", answer);
}

/* Reads what there is and serves every whole line of it. */
static void serve_client(struct control_client *client, struct program *program)
{
    size_t room = sizeof(client->line) - 1 - client->len;
    ssize_t got = read(client->in, client->line + client->len, room);
    if (got <= 0 || room == 0) {
        drop_client(client);
        return;
    }
    client->len += (size_t)got;
    char *end;
    while ((end = memchr(client->line, '\n', client->len)) != NULL) {
        size_t used = (size_t)(end - client->line) + 1;
        *end = '\0';
        answer_line(client, program);
        client->len -= used;
        memmove(client->line, client->line + used, client->len);
    }
}

void control_serve(struct control *control, const struct pollfd polls[CONTROL_POLLS],
                   struct program *program)
{
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        if (polls[i + 1].fd >= 0 && polls[i + 1].revents)
            serve_client(&control->clients[i], program);
    }
    if (polls[0].fd >= 0 && polls[0].revents) {
        int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            add_client(control, fd, fd);
    }
}

bool control_tell(const char *path, const char *line)
{
    struct sockaddr_un address;
    char answer[CONTROL_LINE] = "";
    bool good = false;
    FILE *stream = NULL;
    if (!set_address(&address, path))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        perror(path);
        goto out;
    }
    (void)dprintf(fd, "%s\n", line);
    stream = fdopen(fd, "r");
    if (stream && fgets(answer, sizeof(answer), stream)) {
        fputs(answer, stdout);
        good = strncmp(answer, "error", strlen("error")) != 0;
    }
out:
    if (stream)
        fclose(stream);
    else if (fd >= 0)
        close(fd);
    return good;
}
