#include "cli/message.h"

#include <locale.h>
#include <stdio.h>

void mn_message_start(void)
{
    setlocale(LC_ALL, "");
    bindtextdomain("mynakey", MN_LOCALEDIR);
    textdomain("mynakey");
}

const char *mn_message_rc(mn_rc rc)
{
    return gettext(mn_rc_text(rc));
}

bool mn_message_written(void)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (!written)
        fprintf(stderr, _("mynakey: the output could not be written\n"));
    return written;
}
