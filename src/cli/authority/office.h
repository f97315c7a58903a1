/* The authority that a subverb of `mynakey authority` works for: its folder and what is in it.
 *
 * Functions that give an enum mn_exit have told the person on standard error why it is not
 * MN_EXIT_OK. */
#ifndef MN_CLI_AUTHORITY_OFFICE_H
#define MN_CLI_AUTHORITY_OFFICE_H

#include <limits.h>
#include <stdbool.h>

#include "authority/registry.h"
#include "cli/verify/web_address.h"

/* The files in the folder. */
#define MN_OFFICE_REGISTRY    "registry.db"
#define MN_OFFICE_KEY         "authority.pfx"
#define MN_OFFICE_CERTIFICATE "authority.cer"

struct mn_office {
    char folder[PATH_MAX];
    struct mn_registry *registry;
    struct mn_registry_profile profile;
    struct mn_registry_writer writer; /* its now is when the office was opened */
    char who[64];
};

/* The folder: what --authority named, or the usual one where that is NULL. */
int mn_office_folder(const char *named, char out[PATH_MAX]);

/* The account of the person at work, for the journal. */
void mn_office_who(char *out, size_t room);

/* Opens the registry; libcrypto is open. what: the subverb, static. The caller ends with
 * mn_office_close in every case. */
int mn_office_open(struct mn_office *office, const char *folder, const char *what);
void mn_office_close(struct mn_office *office);

/* Begins and ends a change of the registry, as mn_registry_begin and mn_registry_commit. While
 * another program is at it, waits a while and says for whom. */
int mn_office_begin(struct mn_office *office);
int mn_office_commit(struct mn_office *office);

/* Tells a code of the registry's. Always MN_EXIT_FAILED. */
int mn_office_tell(mn_rc rc);

/* Where its key is, for struct mn_signing_key_choice: a pkcs11: URI or a path. False when the path
 * is too long. */
bool mn_office_key(const struct mn_office *office, char out[PATH_MAX]);

/* Reads a number that somebody has typed; 0 when it is none, which has been told. */
int64_t mn_office_number(const char *text);

/* For struct mn_option; false when it is none, which has been told. A number of years, 1 to
 * MN_REGISTRY_YEARS_MAX; out is an int. */
bool mn_office_years(const char *text, void *out);

/* The same for a site's address, in the one spelling; out is a char[MN_WEB_ADDRESS_ROOM]. */
bool mn_office_site(const char *typed, void *out);

/* The end of what is printed: what is on standard output is out, or it is told that it is not. */
int mn_office_printed(int status);

#endif
