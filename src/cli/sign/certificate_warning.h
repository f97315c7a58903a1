/* A card's signature on a certificate is how its holder asks an authority to vouch for it
 * (docs/authority.md). Who is handed somebody else's to sign had better know. */
#ifndef MN_CLI_CERTIFICATE_WARNING_H
#define MN_CLI_CERTIFICATE_WARNING_H

#include "cli/sign/file_list.h"

/* Names on standard error those of the files that an authority would take for certificates: by
 * their name, or by what is in them. libcrypto is open. */
void mn_certificate_warning(const struct mn_file_list *list);

#endif
