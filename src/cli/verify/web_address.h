/* Addresses of web servers as people type them, in one spelling. */
#ifndef MN_CLI_WEB_ADDRESS_H
#define MN_CLI_WEB_ADDRESS_H

#include <stdbool.h>

#define MN_WEB_ADDRESS_ROOM 1024 /* bytes, the NUL among them */

/* Can it be asked? Only http and https, with a host, without a name or password, and without
 * anything that is no printable ASCII. */
bool mn_web_address_is_fine(const char *address);

/* Is it one of https? */
bool mn_web_address_is_secure(const char *address);

/* The folder at a site, in the spelling that every spelling of it has: scheme and host in small
 * letters, without the port that goes without saying, without a slash at the end. What has no
 * scheme is taken for https. False, with out empty, for what mn_web_address_is_fine refuses, for an
 * address with a query or fragment, and for one that is too long. */
bool mn_web_address_of_site(const char *typed, char out[MN_WEB_ADDRESS_ROOM]);

#endif
