/* Lists of withdrawn certificates: X.509 CRLs, version 2 (RFC 5280, 5), read and asked.
 *
 * The whole of the profile counts: lists for one distribution point, for users or for CAs only, and
 * indirect ones, where a list's issuer speaks for certificates of others. */
#ifndef MN_CRYPTO_REVOCATION_LIST_H
#define MN_CRYPTO_REVOCATION_LIST_H

#include <stdbool.h>
#include <time.h>

#include "base/bytes.h"
#include "crypto/parsed_certificate.h"
#include "crypto/revocation_reason.h"

/* Nobody's list is larger. */
#define MN_REVOCATION_LIST_MAX (64 * 1024 * 1024)

/* A list that was read and whose signature is right; to be freed before mn_crypto_close. */
struct mn_revocation_list;

/* Reads one list, DER or PEM, and checks that issuer (a DER certificate) signed it and may sign
 * lists. Whether issuer itself is to be believed is the caller's business.
 *   MN_E_FORMAT           not such a list at all
 *   MN_E_DAMAGED          one, but it cannot be read, or says the same thing twice
 *   MN_E_EXCESSIVE        too large
 *   MN_E_UNSUPPORTED      it has a critical extension that is not understood here, or is a list of
 *                         changes to another (deltaCRLIndicator)
 *   MN_E_OTHER_AUTHORITY  another's list, by its issuer's name or key identifier; or issuer may not
 *                         sign lists
 *   MN_E_BAD_SIGNATURE    it was changed or is forged
 *   MN_E_BAD_CERTIFICATE  issuer cannot be read; MN_E_CRYPTO, MN_E_MEMORY
 * With any error *out is NULL. */
mn_rc mn_revocation_list_read(struct mn_span file, struct mn_span issuer,
                              struct mn_revocation_list **out);

/* Sets *list to NULL. Harmless when it is NULL already. */
void mn_revocation_list_free(struct mn_revocation_list **list);

/* From when and until when the list is the issuer's newest word (UTC); *until is 0 where it does
 * not say. An older list may lack a certificate that was withdrawn since. */
void mn_revocation_list_times(const struct mn_revocation_list *list, time_t *from, time_t *until);

struct mn_revocation_finding {
    bool revoked;
    time_t when;                      /* revoked only, else 0 */
    enum mn_revocation_reason reason; /* MN_REASON_UNSPECIFIED where it is not said */
    bool partial; /* the list is for some reasons only: what is not in it may still be revoked */
};

/* Is certificate (DER) in the list? MN_E_OTHER_CERTIFICATE when the list does not speak for it: by
 * its issuer (of the same name with another key is another), its distribution point, or because it
 * is a CA's or is not: then nothing is known of it. An entry removeFromCRL is none.
 * MN_E_BAD_CERTIFICATE, MN_E_CRYPTO: then *out is all zero. */
mn_rc mn_revocation_list_find(const struct mn_revocation_list *list, struct mn_span certificate,
                              struct mn_revocation_finding *out);

/* The same of one that is parsed already. */
mn_rc mn_revocation_list_find_parsed(const struct mn_revocation_list *list,
                                     const struct mn_parsed_certificate *certificate,
                                     struct mn_revocation_finding *out);

#endif
