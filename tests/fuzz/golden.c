#include "golden.h"

#include <limits.h>

#include "base/file.h"
#include "crypto/library.h"

#define FILES 4 /* no target wants more */

struct mn_span fuzz_golden(const char *name)
{
    static struct mn_bytes kept[FILES];
    static size_t count;
    char path[PATH_MAX];

    if (count == 0)
        FUZZ_REQUIRE(mn_crypto_open() == MN_OK);
    FUZZ_REQUIRE(count < FILES);
    snprintf(path, sizeof path, "%s/%s", MN_GOLDEN, name);
    FUZZ_REQUIRE(mn_file_read(path, 1 << 16, &kept[count]) == MN_OK);
    return mn_bytes_span(&kept[count++]);
}

bool fuzz_is_line(const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            return false;
    return true;
}
