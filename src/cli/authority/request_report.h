/* What was found out about a request, as the administrator and programs are shown it. */
#ifndef MN_CLI_AUTHORITY_REQUEST_REPORT_H
#define MN_CLI_AUTHORITY_REQUEST_REPORT_H

#include <jansson.h>

#include "authority/examination.h"
#include "cli/authority/fault_words.h"
#include "cli/authority/request_source.h"

struct mn_request_report {
    const char *from; /* where the request came from */
    enum mn_request_gap gap;
    const struct mn_examination *found; /* all empty where there is a gap */
    bool own_anchors; /* it was judged by the administrator's own CA certificates */
};

/* What a request lacks before anything of it can be examined. */
enum mn_request_gap mn_request_gap_of(const struct mn_request_source *source);

/* Can it be approved? */
bool mn_request_report_is_good(const struct mn_request_report *report);

/* All of it, in some lines. */
void mn_request_report_print(const struct mn_request_report *report);

/* Only why it is refused, in words ready to be sent. */
void mn_request_report_print_refusal(const struct mn_request_report *report);

/* The caller's to free; NULL when there is no memory. */
json_t *mn_request_report_json(const struct mn_request_report *report);

#endif
