/* `mynakey setup notify`: the timer of the user that runs `mynakey notify` every day. */
#ifndef MN_CLI_SETUP_NOTIFY_H
#define MN_CLI_SETUP_NOTIFY_H

#include <stdbool.h>

/* Turns it on, or off with undo, after telling how and, unless yes, asking. Gives an enum
 * mn_exit. */
int mn_setup_notify(bool undo, bool yes);

#endif
