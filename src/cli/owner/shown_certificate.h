/* A certificate as `mynakey show` shows it. */
#ifndef MN_CLI_SHOWN_CERTIFICATE_H
#define MN_CLI_SHOWN_CERTIFICATE_H

#include <jansson.h>

#include "cli/owner/chosen_certificate.h"
#include "cli/term.h"
#include "crypto/chain.h"
#include "crypto/description.h"
#include "crypto/jpki_anchor.h"
#include "crypto/jpki_holder.h"

struct mn_shown {
    const struct mn_chosen *chosen;
    struct mn_term term;
    struct mn_description description;
    struct mn_jpki_holder holder; /* empty where it names none */
    uint8_t sha256[MN_FINGERPRINT_BYTES], sha1[20];
    bool is_ca;
    const struct mn_jpki_anchor *published; /* NULL: it is none that JPKI has published */
};

/* Reads all that can be shown; chosen outlives it. MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY:
 * then *out is empty. The caller ends with mn_shown_release in every case. */
mn_rc mn_shown_read(const struct mn_chosen *chosen, struct mn_shown *out);
void mn_shown_release(struct mn_shown *shown);

/* For people. detail: every extension too. */
void mn_shown_print(FILE *out, const struct mn_shown *shown, bool detail, bool colour);

/* For programs; NULL for want of memory. */
json_t *mn_shown_json(const struct mn_shown *shown, bool detail);

/* The page where JPKI publishes the fingerprints of the CAs of that kind. Static storage. */
const char *mn_shown_where_to_compare(const struct mn_shown *shown);

#endif
