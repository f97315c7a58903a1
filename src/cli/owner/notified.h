/* What was notified today, so that nobody is told the same all day long.
 *
 * $XDG_DATA_HOME/mynakey/notified (default ~/.local/share), mode 0600: a line for each, with the
 * day, the threshold and a hash. Lines of other days are dropped. */
#ifndef MN_CLI_NOTIFIED_H
#define MN_CLI_NOTIFIED_H

#include <stdbool.h>

#include "base/rc.h"

/* Was this one notified today at this threshold? What cannot be read says no. */
bool mn_notified_today(const char *id, long threshold);

/* From now on it was. MN_E_FILE_MISSING where the environment does not tell where a user's data
 * are; MN_E_DISK_FULL, MN_E_FILE, MN_E_MEMORY. */
mn_rc mn_notified_keep(const char *id, long threshold);

#endif
