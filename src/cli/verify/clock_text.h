/* A point in time as people read it: in local time, with its distance from UTC. */
#ifndef MN_CLI_CLOCK_TEXT_H
#define MN_CLI_CLOCK_TEXT_H

#include <time.h>

#define MN_CLOCK_TEXT_ROOM 40

/* "2026-11-22 18:30:00 +0900" */
void mn_clock_text(time_t at, char out[MN_CLOCK_TEXT_ROOM]);

/* For programs: "2026-11-22T09:30:00Z" */
void mn_clock_utc(time_t at, char out[MN_CLOCK_TEXT_ROOM]);

#endif
