/* Asking for the PIN of a token that another program made: what stands behind it, and how it counts
 * tries, only the token knows. */
#ifndef MN_CLI_TOKEN_PIN_H
#define MN_CLI_TOKEN_PIN_H

#include <stdbool.h>

#include "base/secret.h"

struct mn_token_pin {
    const char *token;  /* for people: "the token Box" */
    const char *file;   /* what --pin-file named, or NULL */
    const char *source; /* of the URI: pin-source (RFC 7512, 2.4), or NULL */
    const char *value;  /* of the URI: pin-value, or NULL */
    bool locked, unset; /* what the token says of it */
    bool low, last;     /* tries */
    bool for_one;       /* signature, and not for all that follow */
};

/* Could it be had, as far as can be told without asking? Told on standard error why not. */
bool mn_token_pin_is_askable(const struct mn_token_pin *pin);

/* Gets it into *out, which the caller frees: from the file, else from the URI, else at the
 * terminal. The last try is worth a person's answer only. Told on standard error why there is
 * none. */
bool mn_token_pin_ask(const struct mn_token_pin *pin, struct mn_secret **out);

#endif
