/* The validity authority at work: has its key, which may live elsewhere, sign validity data. */
#ifndef MN_CRYPTO_VALIDITY_MAKER_H
#define MN_CRYPTO_VALIDITY_MAKER_H

#include "base/bytes.h"
#include "crypto/cms.h"
#include "crypto/validity_data.h"

/* An authority whose certificate is read once, and then any number of statements are made.
 * To be freed before mn_crypto_close. */
struct mn_validity_maker;

/* authority is copied; what it points to is borrowed until mn_validity_maker_free. Its certificate
 * is put into each statement, its issuers are not. MN_E_BAD_CERTIFICATE, MN_E_KEY_KIND for a
 * certificate with another key than RSA or EC, MN_E_CRYPTO, MN_E_MEMORY: then *out is NULL. */
mn_rc mn_validity_maker_open(const struct mn_cms_signer *authority, struct mn_validity_maker **out);

/* Sets *maker to NULL. Harmless when it is NULL already. */
void mn_validity_maker_free(struct mn_validity_maker **maker);

/* Has the authority sign what is said about the self-signed certificate (DER), and gives it in DER
 * as *out, which the caller frees. The signature is checked against the authority's certificate:
 * MN_E_BAD_SIGNATURE. MN_E_ARGUMENT for a number, reason or time that cannot be written,
 * MN_E_BAD_CERTIFICATE, the callback's codes, MN_E_CRYPTO, MN_E_MEMORY: then *out is as it was. */
mn_rc mn_validity_make(struct mn_validity_maker *maker, struct mn_span certificate,
                       const struct mn_validity *what, struct mn_bytes *out);

#endif
