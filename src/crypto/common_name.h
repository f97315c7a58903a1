/* What a certificate calls its subject, for people. */
#ifndef MN_CRYPTO_COMMON_NAME_H
#define MN_CRYPTO_COMMON_NAME_H

#include "base/bytes.h"

/* The last commonName (RFC 4519, 2.3) of the subject into out, which has room for room bytes:
 * UTF-8, in one line, NUL ended, cut at the end of a character where it is too long; empty where
 * there is none. MN_E_BAD_CERTIFICATE, MN_E_CRYPTO: then it is empty too. */
mn_rc mn_common_name(struct mn_span certificate, char *out, size_t room);

#endif
