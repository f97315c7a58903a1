#include "cli/verify/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verify/web_address.h"

#define REDIRECTS_MAX 5

struct mn_fetcher {
    CURL *curl;
    char detail[CURL_ERROR_SIZE];
};

/* An answer as it comes. */
struct answer {
    struct mn_bytes body;
    size_t room, limit;
    mn_rc rc;
};

mn_rc mn_fetcher_open(struct mn_fetcher **out)
{
    struct mn_fetcher *fetcher = calloc(1, sizeof *fetcher);
    mn_rc rc = MN_E_MEMORY;

    *out = NULL;
    if (!fetcher)
        goto out;
    rc = MN_E_INTERNAL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        goto out;
    fetcher->curl = curl_easy_init();
    if (!fetcher->curl) {
        curl_global_cleanup();
        goto out;
    }
    *out = fetcher;
    fetcher = NULL;
    rc = MN_OK;
out:
    free(fetcher);
    return rc;
}

void mn_fetcher_close(struct mn_fetcher **fetcher)
{
    if (!*fetcher)
        return;
    curl_easy_cleanup((*fetcher)->curl);
    curl_global_cleanup();
    free(*fetcher);
    *fetcher = NULL;
}

const char *mn_fetcher_detail(const struct mn_fetcher *fetcher)
{
    return mn_printable(fetcher->detail);
}

/* --- one question and its answer ------------------------------------------------------------- */

static mn_rc make_room(struct answer *answer, size_t more)
{
    size_t room = answer->room ? answer->room : 4096;
    uint8_t *grown;

    if (more > answer->limit - answer->body.len)
        return MN_E_EXCESSIVE;
    while (room - answer->body.len < more)
        room *= 2; /* the limit is far from overflowing this */
    grown = room == answer->room ? answer->body.ptr : realloc(answer->body.ptr, room);
    if (!grown)
        return MN_E_MEMORY;
    answer->body.ptr = grown;
    answer->room = room;
    return MN_OK;
}

static size_t take(char *part, size_t one, size_t count, void *to)
{
    struct answer *answer = to;
    size_t len = one * count;

    answer->rc = make_room(answer, len);
    if (answer->rc != MN_OK)
        return 0; /* ends the transfer */
    memcpy(answer->body.ptr + answer->body.len, part, len);
    answer->body.len += len;
    return len;
}

#define set(option, value) (curl_easy_setopt(curl, option, value) == CURLE_OK)

/* Redirects are followed here and not by libcurl, which would go back to http on the second one. */
static bool prepare(struct mn_fetcher *fetcher, const char *url, long milliseconds,
                    struct answer *answer)
{
    CURL *curl = fetcher->curl;

    curl_easy_reset(curl); /* keeps the connections */
    return set(CURLOPT_URL, url) && set(CURLOPT_PROTOCOLS_STR, "http,https") &&
           set(CURLOPT_FOLLOWLOCATION, 0L) && set(CURLOPT_TIMEOUT_MS, milliseconds) &&
           set(CURLOPT_USERAGENT, "mynakey/" MN_VERSION) &&
           set(CURLOPT_ERRORBUFFER, fetcher->detail) && set(CURLOPT_WRITEFUNCTION, take) &&
           set(CURLOPT_WRITEDATA, answer) &&
           set(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)answer->limit);
}

static bool prepare_body(struct mn_fetcher *fetcher, const struct mn_fetch_request *request,
                         struct curl_slist **headers)
{
    CURL *curl = fetcher->curl;
    char type[128];

    if (!request->type)
        return true;
    snprintf(type, sizeof type, "Content-Type: %s", request->type);
    *headers = curl_slist_append(NULL, type);
    return *headers && set(CURLOPT_HTTPHEADER, *headers) && set(CURLOPT_POST, 1L) &&
           set(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len) &&
           set(CURLOPT_POSTFIELDS, request->body.ptr ? (const char *)request->body.ptr : "");
}

static enum mn_fetch_outcome outcome_of(CURLcode code, mn_rc taken)
{
    /* Few have a meaning of their own; the others are the way to the server. */
    if (code == CURLE_OK)
        return MN_FETCH_DONE;
    if (taken == MN_E_EXCESSIVE || code == CURLE_FILESIZE_EXCEEDED)
        return MN_FETCH_TOO_LARGE;
    if (taken != MN_OK || code == CURLE_OUT_OF_MEMORY || code == CURLE_FAILED_INIT)
        return MN_FETCH_FAILED;
    if (code == CURLE_OPERATION_TIMEDOUT)
        return MN_FETCH_SLOW;
    if (code == CURLE_URL_MALFORMAT)
        return MN_FETCH_ADDRESS;
    if (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
        code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM ||
        code == CURLE_SSL_CIPHER || code == CURLE_SSL_ISSUER_ERROR)
        return MN_FETCH_TLS;
    return MN_FETCH_UNREACHABLE;
}

static enum mn_fetch_outcome outcome_of_status(struct mn_fetcher *fetcher, long status)
{
    if (status >= 200 && status < 300)
        return MN_FETCH_DONE;
    snprintf(fetcher->detail, sizeof fetcher->detail, "HTTP status %ld", status);
    if (status == 404 || status == 410)
        return MN_FETCH_NOT_FOUND;
    return status >= 300 && status < 400 ? MN_FETCH_REDIRECT : MN_FETCH_REFUSED;
}

/* What is left until the time on the clock that never jumps; 1 where nothing is, for 0 means no
 * limit. */
static long milliseconds_until(const struct timespec *end)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long left = (end->tv_sec - now.tv_sec) * 1000 + (end->tv_nsec - now.tv_nsec) / 1000000;
    return left > 0 ? left : 1;
}

/* One hop. *next becomes where the server leads, which the caller frees, or NULL. */
static enum mn_fetch_outcome ask(struct mn_fetcher *fetcher, const char *url,
                                 const struct mn_fetch_request *request, long milliseconds,
                                 struct answer *answer, char **next)
{
    struct curl_slist *headers = NULL;
    enum mn_fetch_outcome outcome = MN_FETCH_FAILED;
    char *led_to = NULL;
    long status = 0;

    *next = NULL;
    fetcher->detail[0] = '\0';
    if (!mn_web_address_is_fine(url)) {
        outcome = MN_FETCH_ADDRESS;
    } else if (prepare(fetcher, url, milliseconds, answer) &&
               prepare_body(fetcher, request, &headers)) {
        CURLcode code = curl_easy_perform(fetcher->curl);
        outcome = outcome_of(code, answer->rc);
        if (outcome != MN_FETCH_DONE && fetcher->detail[0] == '\0')
            snprintf(fetcher->detail, sizeof fetcher->detail, "%s", curl_easy_strerror(code));
    }
    if (outcome == MN_FETCH_DONE) {
        curl_easy_getinfo(fetcher->curl, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(fetcher->curl, CURLINFO_REDIRECT_URL, &led_to);
        outcome = outcome_of_status(fetcher, status);
    }
    if (outcome == MN_FETCH_REDIRECT && led_to && !(*next = strdup(led_to)))
        outcome = MN_FETCH_FAILED;
    curl_slist_free_all(headers);
    return outcome;
}

/* May it be gone from here to there? */
static bool may_follow(struct mn_fetcher *fetcher, const char *from, const char *to)
{
    bool may = mn_web_address_is_fine(to) &&
               (mn_web_address_is_secure(to) || !mn_web_address_is_secure(from));
    if (!may)
        snprintf(fetcher->detail, sizeof fetcher->detail, "%.200s", to);
    return may;
}

enum mn_fetch_outcome mn_fetcher_run(struct mn_fetcher *fetcher,
                                     const struct mn_fetch_request *request, struct mn_bytes *out)
{
    struct answer answer = {.limit = request->limit};
    struct timespec end;
    char *at = strdup(request->url), *next = NULL;
    enum mn_fetch_outcome outcome = at ? MN_FETCH_REDIRECT : MN_FETCH_FAILED;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += request->seconds ? request->seconds : MN_FETCH_SECONDS;
    for (int hop = 0; at && hop <= REDIRECTS_MAX; hop++) {
        answer.body.len = 0; /* a redirect's own page is nobody's business */
        outcome = ask(fetcher, at, request, milliseconds_until(&end), &answer, &next);
        if (outcome != MN_FETCH_REDIRECT || !next || request->type ||
            !may_follow(fetcher, at, next))
            break;
        free(at);
        at = next;
        next = NULL;
    }
    if (outcome == MN_FETCH_DONE)
        mn_bytes_move(out, &answer.body);
    free(at);
    free(next);
    mn_bytes_free(&answer.body);
    return outcome;
}

bool mn_fetch_read_seconds(const char *text, void *out)
{
    unsigned *seconds = out;
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || value == 0 || value > MN_FETCH_SECONDS_MAX) {
        fprintf(stderr, _("mynakey: --timeout takes seconds, 1 to %d\n"), MN_FETCH_SECONDS_MAX);
        return false;
    }
    *seconds = (unsigned)value;
    return true;
}

const char *mn_fetch_text(enum mn_fetch_outcome outcome)
{
    switch (outcome) {
    case MN_FETCH_DONE:
        return _("the server answered");
    case MN_FETCH_ADDRESS:
        return _("this is no address of http or https that can be asked");
    case MN_FETCH_UNREACHABLE:
        return _("the server cannot be reached");
    case MN_FETCH_SLOW:
        return _("the server did not answer in time");
    case MN_FETCH_TLS:
        return _("the server could not prove that it is the one that was asked");
    case MN_FETCH_NOT_FOUND:
        return _("the server has no such file");
    case MN_FETCH_REFUSED:
        return _("the server did not give what was asked for");
    case MN_FETCH_REDIRECT:
        return _("the server led to a place where is not gone to");
    case MN_FETCH_TOO_LARGE:
        return _("the server's answer is too large");
    case MN_FETCH_FAILED:
        break;
    }
    return _("this computer could not ask the server");
}
