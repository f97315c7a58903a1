/* A certificate that is parsed once, for who asks several things of it: parsing costs more than any
 * of the answers, checking a signature included. Each question is asked where its answer is
 * described: certificate.h, issued.h, jpki_holder.h, chain.h, revocation_list.h. */
#ifndef MN_CRYPTO_PARSED_CERTIFICATE_H
#define MN_CRYPTO_PARSED_CERTIFICATE_H

#include "base/bytes.h"

/* Opaque. For one thread at a time; to be freed before mn_crypto_close. */
struct mn_parsed_certificate;

/* Parses exactly one DER certificate with nothing behind it; it is copied. MN_E_BAD_CERTIFICATE,
 * MN_E_CRYPTO, MN_E_MEMORY: then *out is NULL. */
mn_rc mn_parsed_certificate_new(struct mn_span der, struct mn_parsed_certificate **out);

/* The bytes that it was parsed from, which live as long as it does. */
struct mn_span mn_parsed_certificate_der(const struct mn_parsed_certificate *parsed);

/* Sets *parsed to NULL. Harmless when it is NULL already. */
void mn_parsed_certificate_free(struct mn_parsed_certificate **parsed);

#endif
