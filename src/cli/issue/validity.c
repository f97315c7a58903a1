#include "cli/issue/validity.h"

#define DAY 86400

time_t mn_years_later(time_t from, int years)
{
    struct tm tm = {0};
    int month;
    gmtime_r(&from, &tm);
    month = tm.tm_mon;
    tm.tm_year += years;
    time_t later = timegm(&tm);
    /* 29 February has become 1 March, and timegm has said so in tm. */
    return tm.tm_mon == month ? later : later - (time_t)tm.tm_mday * DAY;
}

long mn_days_until(time_t now, time_t then)
{
    long seconds = (long)(then - now);
    return seconds >= 0 ? seconds / DAY : -((-seconds + DAY - 1) / DAY);
}

void mn_stamp(time_t at, char stamp[MN_STAMP_ROOM])
{
    struct tm tm = {0};
    gmtime_r(&at, &tm);
    strftime(stamp, MN_STAMP_ROOM, "%Y%m%d-%H%M%S", &tm);
}
