#include "cli/verify/clock_text.h"

void mn_clock_text(time_t at, char out[MN_CLOCK_TEXT_ROOM])
{
    struct tm tm;
    if (!localtime_r(&at, &tm) || !strftime(out, MN_CLOCK_TEXT_ROOM, "%Y-%m-%d %H:%M:%S %z", &tm))
        out[0] = '\0';
}

void mn_clock_utc(time_t at, char out[MN_CLOCK_TEXT_ROOM])
{
    struct tm tm;
    if (!gmtime_r(&at, &tm) || !strftime(out, MN_CLOCK_TEXT_ROOM, "%Y-%m-%dT%H:%M:%SZ", &tm))
        out[0] = '\0';
}
