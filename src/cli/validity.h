/* How long a certificate is to be valid. */
#ifndef MN_CLI_VALIDITY_H
#define MN_CLI_VALIDITY_H

#include <time.h>

/* The same time of day that many years later, by the calendar in UTC. Where there is no such day it
 * is the last of its month. */
time_t mn_years_later(time_t from, int years);

/* Whole days from now until then; negative when it is past. */
long mn_days_until(time_t now, time_t then);

#endif
