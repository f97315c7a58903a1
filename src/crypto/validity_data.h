/* Validity data: what the validity authority says about one issued certificate, under a number. An
 * OCSP response in DER (RFC 6960), NUMBER.ors; docs/formats.md tells field by field what is in it.
 *
 * The issued certificates are self-signed, so the authority is a responder that its readers have to
 * be told of (RFC 6960, 4.2.2.2, 1): its certificate is always given by the caller. */
#ifndef MN_CRYPTO_VALIDITY_DATA_H
#define MN_CRYPTO_VALIDITY_DATA_H

#include <time.h>

#include "base/bytes.h"
#include "crypto/revocation_reason.h"

enum mn_validity_state { MN_VALIDITY_GOOD, MN_VALIDITY_REVOKED };

/* Times are UTC in whole seconds. */
struct mn_validity {
    uint64_t number; /* 1 to MN_VALIDITY_NUMBER_MAX */
    enum mn_validity_state state;
    time_t revoked_at;                /* MN_VALIDITY_REVOKED only, else 0 */
    enum mn_revocation_reason reason; /* likewise */
    time_t produced_at;               /* when it was signed */
    time_t this_update;               /* since when this is known to be so: the newer one counts */
    time_t next_update;               /* until when it may be relied upon */
};

#define MN_VALIDITY_NUMBER_MAX ((uint64_t)INT64_MAX)

/* No statement is larger; most have some 1,500 bytes. */
#define MN_VALIDITY_FILE_MAX (64 * 1024)

/* Reads exactly one statement with nothing behind it, checks that authority signed it and that it
 * is about certificate (both DER, complete), and gives what it says as *out. Every byte of it is
 * looked at. Times are not judged (mn_validity_at), nor what authority is.
 *   MN_E_FORMAT             not validity data at all
 *   MN_E_DAMAGED            an OCSP response, but not one as the standard and docs/formats.md have
 * it MN_E_EXCESSIVE          too large MN_E_OTHER_AUTHORITY    another authority's, as it says
 * itself (mn_validity_authority) MN_E_BAD_SIGNATURE      it says that it is this authority's, and
 * was changed or is forged MN_E_OTHER_CERTIFICATE  the authority's statement about another
 * certificate MN_E_BAD_CERTIFICATE    certificate or authority cannot be read; MN_E_CRYPTO,
 * MN_E_MEMORY certificate may be empty: then it is not asked what the statement is about. With any
 * error *out is all zero, but with MN_E_OTHER_CERTIFICATE it says what was said. */
mn_rc mn_validity_check(struct mn_span der, struct mn_span certificate, struct mn_span authority,
                        struct mn_validity *out);

/* The authority's certificate as it stands in the statement, which anybody could have put there: to
 * tell whose it claims to be. *out is the caller's to free. MN_E_FORMAT, MN_E_DAMAGED,
 * MN_E_EXCESSIVE, MN_E_CRYPTO, MN_E_MEMORY: then *out is as it was. */
mn_rc mn_validity_authority(struct mn_span der, struct mn_bytes *out);

enum mn_validity_time { MN_VALIDITY_CURRENT, MN_VALIDITY_NOT_YET, MN_VALIDITY_EXPIRED };

/* Clocks differ: a statement from this many seconds ahead is still taken. */
#define MN_VALIDITY_CLOCKS_DIFFER 300

/* May it be relied upon at this time? */
enum mn_validity_time mn_validity_at(const struct mn_validity *what, time_t now);

#endif
