/* Dates of certificates and of files. */
#ifndef MN_CLI_VALIDITY_H
#define MN_CLI_VALIDITY_H

#include <time.h>

/* The same time of day that many years later, by the calendar in UTC. Where there is no such day it
 * is the last of its month. */
time_t mn_years_later(time_t from, int years);

/* Whole days from now until then; negative when it is past. */
long mn_days_until(time_t now, time_t then);

/* The time in UTC for the name of a file that makes way, "20261122-053000". */
#define MN_STAMP_ROOM 32
void mn_stamp(time_t at, char stamp[MN_STAMP_ROOM]);

#endif
