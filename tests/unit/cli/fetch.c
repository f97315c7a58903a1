#include "cli/verify/fetch.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

/* A server on loopback in a process of its own: what it answers stands in the table, by path. */
static pid_t server;
static unsigned port;
static struct mn_fetcher *fetcher;

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n"

static const struct page {
    const char *path;
    const char *answer;
} pages[] = {
    {"/file", OK "Content-Length: 5\r\n\r\nhello"},
    {"/empty", OK "Content-Length: 0\r\n\r\n"},
    {"/nothing", "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno"},
    {"/gone", "HTTP/1.1 410 Gone\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"},
    {"/broken", "HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"},
    {"/cut", OK "Content-Length: 500\r\n\r\nhello"},
    {"/garbage", "\1\2\3\4"},
    {"/there", "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /file\r\n"
               "Content-Length: 5\r\n\r\nwrong"},
    {"/circle", "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /circle\r\n"
                "Content-Length: 0\r\n\r\n"},
    {"/to-a-file", "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: file:///etc/hostname\r\n"
                   "Content-Length: 0\r\n\r\n"},
    {"/nowhere", "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"},
    {"/slow", NULL}, /* no answer at all */
};

/* The request as far as its body; the body's length too, when there is one. */
static size_t read_request(int fd, char *text, size_t room)
{
    size_t len = 0, wanted = 0;

    while (len + 1 < room && (wanted == 0 || len < wanted)) {
        ssize_t n = read(fd, text + len, room - 1 - len);
        if (n <= 0)
            break;
        text[len += (size_t)n] = '\0';
        const char *body = strstr(text, "\r\n\r\n"), *told = strcasestr(text, "content-length: ");
        if (body)
            wanted = (size_t)(body + 4 - text) + (told ? strtoul(told + 16, NULL, 10) : 0);
    }
    return len;
}

static void send_text(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        _exit(1);
}

/* Ends when the client does: it would wait for ever, and that is the point. */
static void wait_for_the_client(int fd)
{
    char byte;
    while (read(fd, &byte, 1) > 0)
        ;
}

static void send_without_end(int fd)
{
    char block[4096];
    memset(block, 'x', sizeof block);
    send_text(fd, OK "\r\n");
    while (write(fd, block, sizeof block) > 0)
        ;
}

/* What was asked, as the body of the answer. */
static void echo(int fd, const char *request)
{
    char head[128];
    snprintf(head, sizeof head, OK "Content-Length: %zu\r\n\r\n", strlen(request));
    send_text(fd, head);
    send_text(fd, request);
}

static void serve(int fd)
{
    char request[8192] = "", path[64] = "";

    read_request(fd, request, sizeof request);
    sscanf(request, "%*s %63s", path);
    if (strcmp(path, "/endless") == 0)
        send_without_end(fd);
    if (strcmp(path, "/echo") == 0)
        echo(fd, request);
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(path, pages[i].path) != 0)
            continue;
        if (pages[i].answer)
            send_text(fd, pages[i].answer);
        else
            wait_for_the_client(fd);
    }
    close(fd);
}

static int listen_on_loopback(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(fd, 16), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    port = ntohs(address.sin_port);
    return fd;
}

static void start(void)
{
    static const char *const proxies[] = {"http_proxy", "all_proxy", "ALL_PROXY", "no_proxy",
                                          "NO_PROXY"};
    int fd = listen_on_loopback();

    for (size_t i = 0; i < sizeof proxies / sizeof proxies[0]; i++)
        unsetenv(proxies[i]);
    server = fork();
    if (server == 0) {
        signal(SIGPIPE, SIG_IGN);
        for (int client; (client = accept(fd, NULL, NULL)) >= 0;)
            serve(client);
        _exit(0);
    }
    close(fd);
    ck_assert_int_eq(mn_fetcher_open(&fetcher), MN_OK);
}

static void stop(void)
{
    mn_fetcher_close(&fetcher);
    mn_fetcher_close(&fetcher);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
}

static enum mn_fetch_outcome get(const char *path, size_t limit, unsigned seconds,
                                 struct mn_bytes *out)
{
    char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    return mn_fetcher_run(
        fetcher, &(struct mn_fetch_request){.url = url, .limit = limit, .seconds = seconds}, out);
}

static bool is(const struct mn_bytes *bytes, const char *text)
{
    return mn_span_equal(mn_bytes_span(bytes), mn_span(text, strlen(text)));
}

START_TEST(a_file_comes_whole)
{
    struct mn_bytes out = {0};

    ck_assert_int_eq(get("/file", 5, 0, &out), MN_FETCH_DONE);
    ck_assert(is(&out, "hello"));
    ck_assert_str_eq(mn_fetcher_detail(fetcher), "");
    ck_assert_int_eq(get("/empty", 5, 0, &out), MN_FETCH_DONE);
    ck_assert_uint_eq(out.len, 0);
    mn_bytes_free(&out);
}
END_TEST

START_TEST(a_redirect_is_followed)
{
    struct mn_bytes out = {0};

    ck_assert_int_eq(get("/there", 100, 0, &out), MN_FETCH_DONE);
    ck_assert(is(&out, "hello"));
    mn_bytes_free(&out);
}
END_TEST

static const struct {
    const char *path;
    enum mn_fetch_outcome outcome;
    const char *detail;
} failures[] = {
    {"/nothing", MN_FETCH_NOT_FOUND, "404"},    {"/gone", MN_FETCH_NOT_FOUND, "410"},
    {"/broken", MN_FETCH_REFUSED, "503"},       {"/cut", MN_FETCH_UNREACHABLE, ""},
    {"/garbage", MN_FETCH_UNREACHABLE, ""},     {"/circle", MN_FETCH_REDIRECT, "302"},
    {"/to-a-file", MN_FETCH_REDIRECT, "file:"}, {"/nowhere", MN_FETCH_REDIRECT, "302"},
    {"/endless", MN_FETCH_TOO_LARGE, ""},
};

START_TEST(each_failure_is_told_and_leaves_what_was)
{
    struct mn_bytes out = {0};

    ck_assert_int_eq(mn_bytes_set(&out, mn_span("before", 6)), MN_OK);
    ck_assert_int_eq(get(failures[_i].path, 100000, 0, &out), failures[_i].outcome);
    ck_assert_ptr_nonnull(strstr(mn_fetcher_detail(fetcher), failures[_i].detail));
    ck_assert_str_ne(mn_fetch_text(failures[_i].outcome), mn_fetch_text(MN_FETCH_DONE));
    ck_assert(is(&out, "before"));
    mn_bytes_free(&out);
}
END_TEST

START_TEST(one_byte_more_than_the_limit_is_too_much)
{
    struct mn_bytes out = {0};

    ck_assert_int_eq(get("/file", 4, 0, &out), MN_FETCH_TOO_LARGE);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(a_server_that_says_nothing_is_given_up)
{
    struct mn_bytes out = {0};

    ck_assert_int_eq(get("/slow", 100, 1, &out), MN_FETCH_SLOW);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(where_nobody_listens_is_out_of_reach)
{
    struct mn_bytes out = {0};

    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    ck_assert_int_eq(get("/file", 100, 0, &out), MN_FETCH_UNREACHABLE);
    ck_assert_str_ne(mn_fetcher_detail(fetcher), "");
    server = fork(); /* for stop() */
    if (server == 0)
        _exit(0);
}
END_TEST

START_TEST(other_schemes_are_not_asked)
{
    struct mn_bytes out = {0};
    struct mn_fetch_request request = {.url = "file:///etc/hostname", .limit = 100};

    ck_assert_int_eq(mn_fetcher_run(fetcher, &request, &out), MN_FETCH_ADDRESS);
    request.url = "http://user:secret@127.0.0.1/";
    ck_assert_int_eq(mn_fetcher_run(fetcher, &request, &out), MN_FETCH_ADDRESS);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

/* The server sends back the request that it got. */
static void ask_for_echo(struct mn_fetch_request *request, char *text, size_t room)
{
    char url[128];
    struct mn_bytes out = {0};

    snprintf(url, sizeof url, "http://127.0.0.1:%u/echo", port);
    request->url = url;
    request->limit = room - 1;
    ck_assert_int_eq(mn_fetcher_run(fetcher, request, &out), MN_FETCH_DONE);
    memcpy(text, out.ptr, out.len);
    text[out.len] = '\0';
    mn_bytes_free(&out);
}

START_TEST(a_body_is_sent_with_its_type)
{
    struct mn_fetch_request request = {.type = "application/timestamp-query",
                                       .body = mn_span("question", 8)};
    char text[8192];

    ask_for_echo(&request, text, sizeof text);
    ck_assert_int_eq(strncmp(text, "POST /echo ", 11), 0);
    ck_assert_ptr_nonnull(strstr(text, "Content-Type: application/timestamp-query\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "\r\n\r\nquestion"));
}
END_TEST

START_TEST(a_get_after_it_has_nothing_of_it)
{
    struct mn_fetch_request post = {.type = "a/b", .body = mn_span("question", 8)};
    char text[8192];

    ask_for_echo(&post, text, sizeof text);
    ask_for_echo(&(struct mn_fetch_request){0}, text, sizeof text);
    ck_assert_int_eq(strncmp(text, "GET /echo ", 10), 0);
    ck_assert_ptr_null(strstr(text, "question"));
    ck_assert_ptr_null(strstr(text, "Content-Type"));
    ck_assert_ptr_null(strcasestr(text, "cookie"));
    ck_assert_ptr_null(strcasestr(text, "accept-encoding"));
    ck_assert_ptr_nonnull(strstr(text, "User-Agent: mynakey/"));
}
END_TEST

START_TEST(a_body_follows_no_redirect)
{
    char url[128];
    struct mn_bytes out = {0};

    snprintf(url, sizeof url, "http://127.0.0.1:%u/there", port);
    ck_assert_int_eq(
        mn_fetcher_run(fetcher,
                       &(struct mn_fetch_request){
                           .url = url, .type = "a/b", .body = mn_span("question", 8), .limit = 100},
                       &out),
        MN_FETCH_REDIRECT);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(the_environments_proxy_is_asked)
{
    char proxy[128];
    struct mn_bytes out = {0};

    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", port);
    ck_assert_int_eq(setenv("http_proxy", proxy, 1), 0);
    /* To a proxy the whole address is sent, which the server knows no page for: it says nothing. */
    ck_assert_int_eq(
        mn_fetcher_run(fetcher,
                       &(struct mn_fetch_request){.url = "http://host.invalid/file", .limit = 100},
                       &out),
        MN_FETCH_UNREACHABLE);
    ck_assert_ptr_null(strstr(mn_fetcher_detail(fetcher), "host.invalid"));
    unsetenv("http_proxy");
    ck_assert_int_eq(
        mn_fetcher_run(fetcher,
                       &(struct mn_fetch_request){.url = "http://host.invalid/file", .limit = 100},
                       &out),
        MN_FETCH_UNREACHABLE);
    ck_assert_ptr_nonnull(strstr(mn_fetcher_detail(fetcher), "host.invalid"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli/fetch");
    TCase *tcase = tcase_create("fetch");

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, a_file_comes_whole);
    tcase_add_test(tcase, a_redirect_is_followed);
    tcase_add_loop_test(tcase, each_failure_is_told_and_leaves_what_was, 0,
                        sizeof failures / sizeof failures[0]);
    tcase_add_test(tcase, one_byte_more_than_the_limit_is_too_much);
    tcase_add_test(tcase, a_server_that_says_nothing_is_given_up);
    tcase_add_test(tcase, where_nobody_listens_is_out_of_reach);
    tcase_add_test(tcase, other_schemes_are_not_asked);
    tcase_add_test(tcase, a_body_is_sent_with_its_type);
    tcase_add_test(tcase, a_get_after_it_has_nothing_of_it);
    tcase_add_test(tcase, a_body_follows_no_redirect);
    tcase_add_test(tcase, the_environments_proxy_is_asked);
    suite_add_tcase(suite, tcase);
    return mn_test_run(suite);
}
