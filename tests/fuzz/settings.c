/* The owner's settings: the input is the file. No log is opened, whatever the file says. */
#include "base/settings.h"

#include <string.h>

#include "input_file.h"

mn_rc __wrap_mn_log_open(enum mn_log_level level, const char *path);

mn_rc __wrap_mn_log_open(enum mn_log_level level, const char *path)
{
    FUZZ_REQUIRE(level <= MN_LOG_DEBUG && strlen(path) < PATH_MAX);
    FUZZ_REQUIRE(path[0] == '\0' || path[0] == '/');
    return MN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_settings settings;
    mn_rc rc;

    FUZZ_REQUIRE(setenv("MYNAKEY_CONFIG", fuzz_input_file(data, size), 1) == 0);
    rc = mn_settings_load(&settings);
    FUZZ_REQUIRE(rc == MN_OK || rc == MN_E_SETTING || (rc == MN_E_FILE && size > 0xFFFF));
    FUZZ_REQUIRE(settings.offer_auth || settings.offer_sign || settings.offer_soft);
    return 0;
}
