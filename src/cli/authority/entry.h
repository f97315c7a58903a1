/* A registered certificate as people and programs are shown it. */
#ifndef MN_CLI_AUTHORITY_ENTRY_H
#define MN_CLI_AUTHORITY_ENTRY_H

#include <jansson.h>

#include "authority/registered.h"
#include "cli/authority/office.h"

/* A copy that lives on after the visit. */
struct mn_entry {
    struct mn_registered one; /* its strings are the entry's; no certificate */
    char *strings[4];
    time_t now;
};

/* The one of that number. Gives an enum mn_exit, and has told when there is none. The caller
 * releases it in every case. */
int mn_entry_find(struct mn_office *office, int64_t number, struct mn_entry *out);
void mn_entry_release(struct mn_entry *entry);

/* In some lines. */
void mn_entry_print(const struct mn_entry *entry);

/* "good", "revoked", "expired" at that time. Static storage. */
const char *mn_entry_state(const struct mn_registered *one, time_t now);

/* A date in the local time zone, "2028-11-22", and one for programs, "2028-11-22T05:30:00Z". */
#define MN_ENTRY_DATE 32
void mn_entry_date(time_t date, char out[MN_ENTRY_DATE]);
void mn_entry_stamp(time_t date, char out[MN_ENTRY_DATE]);

/* A hash as hexadecimal digits, two for each of its len bytes, and a NUL. */
void mn_entry_hex(const uint8_t *hash, size_t len, char *out);

/* All of it for programs; the caller's to free. NULL when there is no memory. */
json_t *mn_entry_json(const struct mn_registered *one, time_t now);

#endif
