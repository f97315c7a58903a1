#include "cli/revocation_file.h"

#include "cli/verify/limited_file.h"
#include "crypto/revocation_list.h"

mn_rc mn_revocation_file_read(const char *path, struct mn_bytes *out)
{
    struct mn_bytes file = {0};
    mn_rc rc = mn_limited_file_read(path, MN_REVOCATION_LIST_MAX, &file);
    if (rc == MN_OK && file.len == 0)
        rc = MN_E_FORMAT;
    if (rc == MN_OK)
        mn_bytes_move(out, &file);
    mn_bytes_free(&file);
    return rc;
}
