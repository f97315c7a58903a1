/* Settings: what the owner or the administrator decided.
 *
 * Read once at C_Initialize, from the file that the environment variable MYNAKEY_CONFIG names, else
 * from $XDG_CONFIG_HOME/mynakey/mynakey.conf (default ~/.config), and where there is none, or it
 * cannot be read, from /etc/mynakey/mynakey.conf. Only one file counts: the owner's replaces the
 * system's wholly. Set-user-id programs heed no environment variable and read the system's file.
 * Lines are "name = value"; '#' begins a comment line. An unknown name or value is logged and
 * passed over: a mistyped line never takes the card away, and never weakens a PIN rule. */
#ifndef MN_BASE_SETTINGS_H
#define MN_BASE_SETTINGS_H

#include <limits.h>
#include <stdbool.h>

#include "base/log.h"
#include "base/rc.h"

/* For facts that can be found out: find out, or be told. */
enum mn_choice { MN_AUTO, MN_YES, MN_NO };

/* The first value named is the default. */
struct mn_settings {
    bool offer_auth; /* roles = all | card | auth | sign | soft */
    bool offer_sign; /* (the module's file name may narrow this further) */
    bool offer_soft;
    bool show_ca;                  /* ca-certificates = yes | no */
    bool keep_auth_pin;            /* keep-auth-pin = yes | no */
    bool spare_last_try;           /* spare-last-try = yes | no */
    bool sign_always_authenticate; /* sign-always-authenticate = no | yes */
    bool cache;                    /* cache = yes | no */
    enum mn_choice pss;            /* pss = auto | yes | no */
    enum mn_choice extended;       /* extended-length = auto | yes | no */
    enum mn_log_level log_level;   /* log-level = error | off | info | debug */
    char log_file[PATH_MAX];       /* log-file = PATH, absolute; none: nothing is logged */
};

/* The defaults. */
void mn_settings_default(struct mn_settings *s);

/* Reads one line, without its newline, into *s. Empty lines and comments are fine. MN_E_SETTING
 * leaves *s as it was. */
mn_rc mn_settings_line(struct mn_settings *s, const char *line);

/* Sets the defaults, reads the file as described above, and opens the log as it says (mn_log_open),
 * for that is where lines that were passed over are told. MN_OK also where there is no file, or no
 * log can be opened; MN_E_SETTING when any line was passed over, MN_E_FILE when a file is there but
 * cannot be read, MN_E_MEMORY: in all cases *s can be used. */
mn_rc mn_settings_load(struct mn_settings *s);

#endif
