/* Files that others made, and that may be any size. */
#ifndef MN_CLI_LIMITED_FILE_H
#define MN_CLI_LIMITED_FILE_H

#include "base/bytes.h"

/* As mn_file_read, but MN_E_EXCESSIVE for a file that is longer than limit. */
mn_rc mn_limited_file_read(const char *path, size_t limit, struct mn_bytes *out);

#endif
