/* Base64 (RFC 4648, 4), without line ends. */
#ifndef MN_CLI_BASE64_H
#define MN_CLI_BASE64_H

#include "base/bytes.h"

/* The characters that len bytes become. */
#define MN_BASE64_LEN(len) (((len) + 2) / 3 * 4)

/* Into out, which has room for MN_BASE64_LEN(in.len) + 1 bytes, NUL ended. */
void mn_base64(struct mn_span in, char *out);

#endif
