#include "cli/setup/setup_notify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/child.h"
#include "cli/message.h"
#include "cli/prompt.h"
#include "cli/verb.h"

int mn_setup_notify(bool undo, bool yes)
{
    const char *words[] = {
        "systemctl", "--user", undo ? "disable" : "enable", "--now", "mynakey-notify.timer", NULL};
    printf(undo ? _("The daily look at what ends soon is turned off by:\n")
                : _("'mynakey notify' looks every day whether a certificate ends soon; that is "
                    "turned on by:\n"));
    printf("   ");
    for (size_t i = 0; words[i]; i++)
        printf(" %s", words[i]);
    printf("\n");
    fflush(stdout);
    if (!mn_prompt_confirm(_("Go on?"), yes))
        return MN_EXIT_FAILED;
    int result = mn_child_run(words);
    if (result > 0)
        fprintf(stderr,
                _("mynakey: systemctl cannot be run: %s. Without systemd, let cron run 'mynakey "
                  "notify' every day.\n"),
                strerror(result));
    else if (result < 0)
        fprintf(stderr, _("mynakey: systemctl could not do that; what it says is above\n"));
    else
        printf(_("Done.\n"));
    return result == 0 ? MN_EXIT_OK : MN_EXIT_FAILED;
}
