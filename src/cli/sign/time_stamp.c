#include "cli/sign/time_stamp.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verify/fetch.h"
#include "crypto/timestamp.h"

struct mn_time_stamper {
    const char *url;
    struct mn_fetcher *fetcher;
};

static bool failed(const char *url, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(url), mn_message_rc(rc));
    return false;
}

bool mn_time_stamper_open(const char *url, struct mn_time_stamper **out)
{
    struct mn_time_stamper *stamper = calloc(1, sizeof *stamper);
    mn_rc rc = stamper ? mn_fetcher_open(&stamper->fetcher) : MN_E_MEMORY;
    *out = NULL;
    if (rc) {
        free(stamper);
        return failed(url, rc);
    }
    stamper->url = url;
    *out = stamper;
    return true;
}

/* The token for the query, from the authority. */
static bool fetch(struct mn_time_stamper *stamper, const struct mn_timestamp_query *query,
                  struct mn_span question, struct mn_bytes *token)
{
    const struct mn_fetch_request request = {.url = stamper->url,
                                             .type = "application/timestamp-query",
                                             .body = question,
                                             .limit = MN_TIMESTAMP_REPLY_MAX};
    struct mn_bytes reply = {0};
    enum mn_fetch_outcome outcome = mn_fetcher_run(stamper->fetcher, &request, &reply);
    bool good = outcome == MN_FETCH_DONE;
    if (!good) {
        const char *detail = mn_fetcher_detail(stamper->fetcher);
        fprintf(stderr, "mynakey: %s: %s%s%s%s\n", mn_printable(stamper->url),
                mn_fetch_text(outcome), detail[0] ? " (" : "", detail, detail[0] ? ")" : "");
        return false;
    }
    mn_rc rc = mn_timestamp_take(mn_bytes_span(&reply), query, token);
    mn_bytes_free(&reply);
    return rc == MN_OK || failed(stamper->url, rc);
}

bool mn_time_stamper_put(struct mn_time_stamper *stamper, struct mn_span signature,
                         struct mn_bytes *signed_data)
{
    struct mn_timestamp_query query;
    struct mn_bytes question = {0}, token = {0}, stamped = {0};
    mn_rc rc = mn_timestamp_ask(signature, &query, &question);
    bool good = rc == MN_OK ? fetch(stamper, &query, mn_bytes_span(&question), &token)
                            : failed(stamper->url, rc);
    if (good) {
        rc = mn_timestamp_attach(mn_bytes_span(signed_data), signature, mn_bytes_span(&token),
                                 &stamped);
        good = rc == MN_OK || failed(stamper->url, rc);
    }
    if (good)
        mn_bytes_move(signed_data, &stamped);
    mn_bytes_free(&question);
    mn_bytes_free(&token);
    mn_bytes_free(&stamped);
    return good;
}

void mn_time_stamper_close(struct mn_time_stamper **stamper)
{
    if (!*stamper)
        return;
    mn_fetcher_close(&(*stamper)->fetcher);
    free(*stamper);
    *stamper = NULL;
}
