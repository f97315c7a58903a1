/* A list of withdrawn certificates under way: an X.509 CRL, version 2 (RFC 5280, 5), signed with a
 * key that lives elsewhere. Entries have serial number, time and reason; whose certificates they
 * are is not written (docs/formats.md, revoked.crl, tells what that means). */
#ifndef MN_CRYPTO_REVOCATION_DRAFT_H
#define MN_CRYPTO_REVOCATION_DRAFT_H

#include <time.h>

#include "base/bytes.h"
#include "crypto/cms.h"
#include "crypto/revocation_reason.h"

/* To be freed before mn_crypto_close. */
struct mn_revocation_draft;

/* Begins the issuer's list with this cRLNumber, which has to grow from list to list. issuer is
 * copied, what it points to is borrowed. Times are UTC. MN_E_BAD_CERTIFICATE, MN_E_KEY_KIND,
 * MN_E_ARGUMENT for a number of 0 or times that cannot be written, MN_E_CRYPTO, MN_E_MEMORY: then
 * *out is NULL. */
mn_rc mn_revocation_draft_begin(const struct mn_cms_signer *issuer, uint64_t number,
                                time_t this_update, time_t next_update,
                                struct mn_revocation_draft **out);

/* Adds one: serial is an INTEGER in DER as struct mn_certificate has it. MN_E_ARGUMENT when it is
 * none, or for a reason or time that cannot be written; MN_E_CRYPTO, MN_E_MEMORY: then the draft
 * can only be freed. */
mn_rc mn_revocation_draft_add(struct mn_revocation_draft *draft, struct mn_span serial, time_t when,
                              enum mn_revocation_reason reason);

/* Adds the serial number of a certificate (DER), of which nothing else is looked at.
 * MN_E_BAD_CERTIFICATE; else as above. */
mn_rc mn_revocation_draft_add_certificate(struct mn_revocation_draft *draft,
                                          struct mn_span certificate, time_t when,
                                          enum mn_revocation_reason reason);

/* Has it signed, and gives it in DER as *out, which the caller frees. MN_E_BAD_SIGNATURE when the
 * signature does not fit the issuer's certificate, the callback's codes, MN_E_CRYPTO, MN_E_MEMORY:
 * then *out is as it was. Afterwards the draft can only be freed. */
mn_rc mn_revocation_draft_finish(struct mn_revocation_draft *draft, struct mn_bytes *out);

/* Sets *draft to NULL. Harmless when it is NULL already. */
void mn_revocation_draft_free(struct mn_revocation_draft **draft);

#endif
