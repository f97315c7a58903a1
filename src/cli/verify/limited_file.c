#include "cli/verify/limited_file.h"

#include <sys/stat.h>

#include "base/file.h"

mn_rc mn_limited_file_read(const char *path, size_t limit, struct mn_bytes *out)
{
    struct stat st;
    mn_rc rc = mn_file_read(path, limit, out);
    if (rc == MN_E_FILE && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
        (uintmax_t)st.st_size > limit)
        rc = MN_E_EXCESSIVE;
    return rc;
}
