/* How long a certificate is good, in words and for programs. */
#ifndef MN_CLI_TERM_H
#define MN_CLI_TERM_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "crypto/certificate.h"

/* Days left from which on the owner is told: the municipal office renews three months before. */
#define MN_TERM_NOTICE 90

enum mn_term_state { MN_TERM_GOOD, MN_TERM_ENDS_SOON, MN_TERM_EXPIRED, MN_TERM_NOT_YET };

struct mn_term {
    time_t from, until;
    enum mn_term_state state;
    long days; /* whole days left; negative when it has expired */
};

struct mn_term mn_term_of(const struct mn_certificate *certificate, time_t now);

/* "valid until 2029-02-17 23:59:59 JST (818 days left)", in its colour where that is on; without a
 * line end. */
void mn_term_print(FILE *out, const struct mn_term *term, bool colour);

/* Adds "valid_from", "valid_until" (ISO 8601, UTC), "days_left", "expired" and "state" ("good",
 * "ends-soon", "expired", "not-yet"). */
void mn_term_add_json(json_t *to, const struct mn_term *term);

/* Room for either text of an instant, NUL included. */
#define MN_INSTANT_ROOM 80

/* In the locale's words and zone: "2029-02-17 23:59:59 JST". */
void mn_instant_text(time_t instant, char out[MN_INSTANT_ROOM]);

/* "2029-02-17T14:59:59Z". */
void mn_instant_utc(time_t instant, char out[MN_INSTANT_ROOM]);

#endif
