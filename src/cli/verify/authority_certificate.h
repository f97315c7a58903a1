/* The certificate of an authority that vouches for others' certificates, as people are shown it. */
#ifndef MN_CLI_AUTHORITY_CERTIFICATE_H
#define MN_CLI_AUTHORITY_CERTIFICATE_H

#include <stdbool.h>
#include <time.h>

#include "base/bytes.h"
#include "crypto/chain.h"

/* "AB:CD:..." of a SHA-256 fingerprint. */
#define MN_FINGERPRINT_TEXT_ROOM (3 * MN_FINGERPRINT_BYTES)

#define MN_AUTHORITY_FILE_MAX (64 * 1024)

/* A zeroed struct is none. */
struct mn_authority_certificate {
    struct mn_bytes der;
    char name[256]; /* fit for a terminal; empty: it has none */
    char key[32];   /* "RSA 3072" */
    char fingerprint[MN_FINGERPRINT_TEXT_ROOM];
    time_t not_before, not_after;
};

/* Takes over exactly one certificate, DER or PEM. MN_E_FORMAT for none or several, MN_E_DAMAGED,
 * MN_E_EXCESSIVE, MN_E_KEY_KIND when its key cannot sign or is weak, MN_E_BAD_CERTIFICATE,
 * MN_E_CRYPTO, MN_E_MEMORY: then *out is empty. Dates are not judged. */
mn_rc mn_authority_certificate_read(struct mn_span file, struct mn_authority_certificate *out);
void mn_authority_certificate_release(struct mn_authority_certificate *authority);

/* The fingerprint of any certificate. MN_E_CRYPTO: then out is empty. */
mn_rc mn_fingerprint_text(struct mn_span certificate, char out[MN_FINGERPRINT_TEXT_ROOM]);

/* Does what a person typed say this fingerprint? Letters of either case, with or without colons,
 * blanks between. */
bool mn_fingerprint_is(const char *typed, const char fingerprint[MN_FINGERPRINT_TEXT_ROOM]);

#endif
