/* Time stamps (RFC 3161, 5816) on signatures: a third party, the time stamp authority, signs that a
 * signature was there at a time. With one, a CAdES-BES signature is CAdES-T.
 *
 * The exchange, whoever carries the bytes (RFC 3161, 3.4: application/timestamp-query and
 * application/timestamp-reply): mn_timestamp_ask, mn_timestamp_take, mn_timestamp_attach. */
#ifndef MN_CRYPTO_TIMESTAMP_H
#define MN_CRYPTO_TIMESTAMP_H

#include <time.h>

#include "base/bytes.h"
#include "crypto/certificates.h"
#include "crypto/digest.h"

/* No reply is larger. */
#define MN_TIMESTAMP_REPLY_MAX (256 * 1024)

/* What the reply has to fit. */
struct mn_timestamp_query {
    uint8_t imprint[32]; /* SHA-256 of the signature */
    uint8_t nonce[8];
};

/* Makes a TimeStampReq in DER for a signature (mn_cms_signature, or value of struct mn_signature),
 * with a new nonce, that asks for the authority's certificate. *der is the caller's to free.
 * MN_E_CRYPTO, MN_E_MEMORY: then it is as it was. */
mn_rc mn_timestamp_ask(struct mn_span signature, struct mn_timestamp_query *query,
                       struct mn_bytes *der);

/* Reads a TimeStampResp in DER, checks that it answers the query, and gives its token. The token is
 * checked as mn_timestamp_read does, with the same codes, and also MN_E_STAMP_REFUSED when the
 * authority gave none (its reason is logged), MN_E_STAMP_FOREIGN when the nonce is another. Then
 * *token is as it was. */
mn_rc mn_timestamp_take(struct mn_span reply, const struct mn_timestamp_query *query,
                        struct mn_bytes *token);

/* Puts a token to the signature with this value in a SignedData in DER, all else staying as it is.
 * MN_E_NOT_FOUND when no signature has this value, MN_E_FILE_EXISTS when it has a time stamp
 * already, MN_E_UNSUPPORTED when the file is not in the order that DER has; the codes of
 * mn_signed_data_read; MN_E_CRYPTO, MN_E_MEMORY: then *out is as it was. */
mn_rc mn_timestamp_attach(struct mn_span signed_data, struct mn_span signature,
                          struct mn_span token, struct mn_bytes *out);

/* What a time stamp says. Owned; mn_timestamp_release frees it. */
struct mn_timestamp {
    time_t time;                   /* the signature was there then ... */
    long accuracy;                 /* ... to so many seconds, rounded up; -1: it does not say */
    struct mn_bytes certificate;   /* the authority's own, DER */
    struct mn_certificates others; /* what else is in the token: its CAs, as a rule */
};

/* Reads and checks a token for this signature. Whether the authority's certificate leads to one
 * that is trusted, and was valid, is the caller's business (mn_chain_check with the stamp's time).
 *
 *   MN_E_FORMAT, MN_E_DAMAGED, MN_E_EXCESSIVE   it cannot be read
 *   MN_E_STAMP_FOREIGN       it is the stamp of something else
 *   MN_E_STAMP_CERTIFICATE   the certificate is not one for making time stamps alone (RFC 3161,
 *                            2.3: a critical extendedKeyUsage with timeStamping and nothing else)
 *   and those of mn_signed_data_check, but that the authority's certificate may be bound by SHA-1
 *   (RFC 3161 itself has nothing else). MN_E_CHANGED: what it says is not what was signed
 *
 * On failure *out is empty. */
mn_rc mn_timestamp_read(struct mn_span token, struct mn_span signature, struct mn_timestamp *out);
void mn_timestamp_release(struct mn_timestamp *stamp);

#endif
