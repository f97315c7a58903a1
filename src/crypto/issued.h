/* What was chosen for a certificate that mn_draft_issue made, so that the next one can be like it.
 */
#ifndef MN_CRYPTO_ISSUED_H
#define MN_CRYPTO_ISSUED_H

#include <stdbool.h>

#include "base/bytes.h"

struct mn_issued {
    bool birth_year; /* the subject has one */
    char *mail;      /* the first address in subjectAltName; NULL: none */
    char *ocsp_url;  /* of authorityInfoAccess; NULL: none */
};

/* Reads a DER certificate. MN_E_BAD_CERTIFICATE, MN_E_CRYPTO, MN_E_MEMORY: then *out is empty. */
mn_rc mn_issued_read(struct mn_span certificate, struct mn_issued *out);
void mn_issued_release(struct mn_issued *issued);

#endif
