/* What authorities have said before, as far as this user asked: whoever stands between can hand out
 * an old answer, which is as well signed as the new one, but not one that is older than what was
 * seen here. One small file for each number in the folder for the user's data (seen/), mode 0600,
 * whose name does not tell the number. */
#ifndef MN_CLI_SEEN_ANSWERS_H
#define MN_CLI_SEEN_ANSWERS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "crypto/validity_data.h"

/* Compares an answer, which authority (its certificate, DER) has signed, with the newest one seen,
 * and remembers it when it is newer. *newest is that one's time of update; *older: the answer was
 * overtaken, by its time or, of two of the same second, by a revocation. Processes wait for each
 * other. libcrypto is open. MN_E_FILE_MISSING where nothing says where the user's data are,
 * MN_E_FILE, MN_E_DISK_FULL, MN_E_DAMAGED, MN_E_CRYPTO, MN_E_MEMORY: it could not be compared or
 * not be remembered; *older and *newest tell as much as was known all the same. */
mn_rc mn_seen_compare(struct mn_span authority, const struct mn_validity *answer, bool *older,
                      time_t *newest);

#endif
