/* Asking a web server, over http and https: for a file, or with a body that it answers.
 *
 * What comes is for others to believe or not; here it is held within a size and a time. Of
 * redirects a few are followed, never one from https to http, and none of a request with a body.
 * The proxy is the environment's (http_proxy, https_proxy, all_proxy, no_proxy). No cookie is kept,
 * no password sent, nothing decompressed. */
#ifndef MN_CLI_FETCH_H
#define MN_CLI_FETCH_H

#include <stdbool.h>

#include "base/bytes.h"

enum mn_fetch_outcome {
    MN_FETCH_DONE,
    MN_FETCH_ADDRESS,     /* no http or https address, or one with a password in it */
    MN_FETCH_UNREACHABLE, /* no such host, no connection, or it broke off */
    MN_FETCH_SLOW,        /* not done within the time */
    MN_FETCH_TLS,         /* the server could not prove that it is the one that was asked */
    MN_FETCH_NOT_FOUND,   /* the server has no such file (404 or 410) */
    MN_FETCH_REFUSED,     /* the server answered with another status than success */
    MN_FETCH_REDIRECT,    /* it led elsewhere too often, or where is not gone to */
    MN_FETCH_TOO_LARGE,   /* more than the limit */
    MN_FETCH_FAILED,      /* on this side: no memory, no libcurl */
};

struct mn_fetch_request {
    const char *url;
    const char *type;    /* of the body ("application/timestamp-query"); NULL: no body, a GET */
    struct mn_span body; /* POST */
    size_t limit;        /* of the answer, in bytes */
    unsigned seconds;    /* for all of it; 0: MN_FETCH_SECONDS */
};

#define MN_FETCH_SECONDS     60
#define MN_FETCH_SECONDS_MAX 3600

/* For struct mn_option, what --timeout was given: 1 to MN_FETCH_SECONDS_MAX; out is an unsigned.
 * False for anything else, which has been told. */
bool mn_fetch_read_seconds(const char *text, void *out);

/* Keeps connections open from one request to the next. Opaque; not for two threads. */
struct mn_fetcher;

/* MN_E_MEMORY, MN_E_INTERNAL: then *out is NULL. */
mn_rc mn_fetcher_open(struct mn_fetcher **out);

/* Harmless when it is NULL already. */
void mn_fetcher_close(struct mn_fetcher **fetcher);

/* The answer's body replaces *out, which the caller frees; unless it is MN_FETCH_DONE, *out is as
 * it was. Prints nothing. */
enum mn_fetch_outcome mn_fetcher_run(struct mn_fetcher *fetcher,
                                     const struct mn_fetch_request *request, struct mn_bytes *out);

/* What the outcome means, in a translated sentence without a full stop. Static storage. */
const char *mn_fetch_text(enum mn_fetch_outcome outcome);

/* More of the last request's failure, in nobody's words: "HTTP status 503", or what libcurl says;
 * fit for a terminal, empty where there is no more. Good until the next request. */
const char *mn_fetcher_detail(const struct mn_fetcher *fetcher);

#endif
