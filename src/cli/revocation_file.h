/* Lists of revocations (CRL) in files that the user names. */
#ifndef MN_CLI_REVOCATION_FILE_H
#define MN_CLI_REVOCATION_FILE_H

#include "base/bytes.h"

/* Reads one, up to MN_REVOCATION_LIST_MAX bytes; whether it is a list is seen when it is asked. An
 * empty file is none: MN_E_FORMAT, for what a download that failed has left must not look as if no
 * list had been named. MN_E_EXCESSIVE, and as mn_file_read; then *out is as it was. */
mn_rc mn_revocation_file_read(const char *path, struct mn_bytes *out);

#endif
