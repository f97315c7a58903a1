#include "cli/message.h"

#include <locale.h>

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
